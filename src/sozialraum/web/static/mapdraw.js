// How the map is drawn for a closer look: outlines once, as one part for each level (the one that was chosen and, where it
// has many areas, a coarser one for the view from far away). Colours are looked up by the place of an area in its level,
// outside of the page's own thread; so another figure, date or class costs the page nothing that grows with the number of
// areas. Loaded with its library when somebody first asks to look closer.
const SIGNS = ["up", "down"];

// Starts the drawing of a pane above its picture; resolves when it can take colours.
function draw(one, parts) {
  const box = document.createElement("div"), { bounds } = parts[0].shapes, { picture, pane } = one;
  box.className = "gl";
  const [width, height] = picture ? sizeOf(picture.svg) : [bounds.getEast() - bounds.getWest(), bounds.getNorth() - bounds.getSouth()];
  box.style.aspectRatio = `${width} / ${height}`;
  pane.querySelector(".stage").append(box);
  const map = new maplibregl.Map({
    container: box, attributionControl: false, keyboard: false, dragRotate: false, pitchWithRotate: false, fadeDuration: 0,
    maxPitch: 0, renderWorldCopies: false, cooperativeGestures: true, locale: wheelTold(), ...view(bounds, parts),
    style: { version: 8, sources: {}, layers: [{ id: "ground", type: "background", paint: { "background-color": colour("ground") } }] },
  });
  Object.assign(one, { map, box });
  map.touchZoomRotate.disableRotation();
  for (const part of parts) {
    const layer = `${part.name}-fill`;
    map.on("mousemove", layer, (event) => { map.getCanvas().style.cursor = "pointer"; point(part, keyOf(part, event.features[0])); });
    map.on("mouseleave", layer, () => { map.getCanvas().style.cursor = ""; });
    map.on("click", layer, (event) => press(part, keyOf(part, event.features[0]), () => event.lngLat));
  }
  map.on("move", () => { if (!one.quiet) follow(one); });
  map.on("zoomend", far);
  operable(map.getCanvas());
  return new Promise((done, fail) => {
    map.on("load", () => { layers(one, parts); done(); });
    map.on("error", ({ error }) => fail(error));  // after `done` it is too late to fail
  });
}

function layers({ map }, parts) {
  for (const name of PATTERNS) map.addImage(name, pattern(name), { pixelRatio: 2 });
  for (const name of SIGNS) map.addImage(name, triangle(name), { pixelRatio: 2 });
  for (const part of parts) addPart(map, part);
  addLines(map, parts[0].shapes);
}

// The drawing takes the place of the picture.
function reveal(one, parts) {
  const { map, box, picture } = one, { bounds } = parts[0].shapes, first = view(bounds, parts);
  one.ready = true;
  one.strokes = sheet(map);
  box.dataset.ready = "true";
  const focused = picture && document.activeElement === picture.svg;
  if (picture) picture.svg.closest("figure").classList.add("below");
  if (focused) map.getCanvas().focus({ preventScroll: true });
  map.resize();
  if (first.bounds) map.fitBounds(bounds, { padding: 8, animate: false }); else map.jumpTo(first);
}

const sizeOf = (svg) => [svg.viewBox.baseVal.width, svg.viewBox.baseVal.height];
const keyOf = (part, feature) => feature.properties.k || part.shapes.keys[feature.id];
const wheelTold = () => ({
  "CooperativeGesturesHandler.WindowsHelpText": word.wheel, "CooperativeGesturesHandler.MacHelpText": word.wheelMac,
  "CooperativeGesturesHandler.MobileHelpText": word.fingers,
});

// What the map shows first: the whole; of many areas without a coarser level to stand in, the middle from near.
function view(bounds, parts) {
  if (parts.length > 1 || !parts[0].from) return { bounds, fitBoundsOptions: { padding: 8 } };
  return { center: bounds.getCenter(), zoom: parts[0].from + 0.01, minZoom: parts[0].from };
}

function follow(leader) {
  for (const one of panes) {
    if (one === leader || !one.map) continue;
    one.quiet = true;
    one.map.jumpTo({ center: leader.map.getCenter(), zoom: leader.map.getZoom() });
    one.quiet = false;
  }
}

// The outlines of a level, or where its tiles are.
async function outlines(address) {
  const found = await asked(address), bounds = new maplibregl.LngLatBounds();
  if (found.tiles) {
    const [west, south, east, north] = found.bounds;
    return { ...found, bounds: new maplibregl.LngLatBounds([west, south], [east, north]) };
  }
  const known = new Map(found.areas.features.map((one) => [one.properties.k, one]));
  known.forEach((one) => walk(one.geometry, (corner) => bounds.extend(corner)));
  return {
    ...found, bounds,
    keys: Object.fromEntries([...known].map(([key, { id }]) => [id, key])),
    places: new Map([...known].map(([key, { id }]) => [key, id])),
    about: (key) => known.get(key),
    middles: () => new Map(found.points.features.map(({ geometry }, at) => [found.areas.features[at].properties.k, geometry.coordinates])),
  };
}

function walk({ coordinates }, visit) {
  const into = (part) => { if (typeof part[0] === "number") visit(part); else part.forEach(into); };
  into(coordinates);
}

// The single areas on the screen, of a level with many.
function seen({ name, from }) {
  const { map } = panes[0], areas = map.getZoom() < from ? [] : map.queryRenderedFeatures({ layers: [`${name}-fill`] });
  return new Map(areas.map((one) => {
    const box = new maplibregl.LngLatBounds();
    walk(one.geometry, (corner) => box.extend(corner));
    return [one.properties.k, box.getCenter().toArray()];
  }));
}

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

function pattern(name) {
  const size = 10, canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const pen = canvas.getContext("2d");
  pen.fillStyle = colour("ground");
  pen.fillRect(0, 0, size, size);
  pen.strokeStyle = pen.fillStyle = colour("pattern");
  pen.lineWidth = 2.4;
  if (name === "hidden") {
    for (const shift of [-size, 0, size]) { pen.beginPath(); pen.moveTo(shift, size); pen.lineTo(shift + size, 0); pen.stroke(); }
  } else {
    pen.beginPath(); pen.arc(5, 5, 1.7, 0, 7); pen.fill();
  }
  return pen.getImageData(0, 0, size, size);
}

// A white triangle with a dark edge, as on paper.
function triangle(name) {
  const size = 30, canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const pen = canvas.getContext("2d"), [tip, foot] = name === "up" ? [4, 25] : [26, 5];
  pen.beginPath(); pen.moveTo(15, tip); pen.lineTo(27, foot); pen.lineTo(3, foot); pen.closePath();
  pen.fillStyle = colour("mark"); pen.fill();
  pen.strokeStyle = colour("mark-line"); pen.lineWidth = 3; pen.lineJoin = "round"; pen.stroke();
  return pen.getImageData(0, 0, size, size);
}

// The expression that finds the letter of an area. The letters go to the library's workers and back with every tile and
// layer, item by item: so in rows, not in one list of single letters, nor in one text, which it would take apart for each area.
const ROW = 128;
function letter({ areas }) {
  const rows = areas.match(new RegExp(`.{1,${ROW}}`, "g")) || [""], at = ["%", ["id"], ROW];
  return ["slice", ["at", ["floor", ["/", ["id"], ROW]], ["literal", rows]], at, ["+", at, 1]];
}

const lettered = (place) => String.fromCharCode(97 + place);

function fillColour(fills) {
  const known = fills.names.flatMap((name, at) => (PATTERNS.includes(name) ? [] : [lettered(at), colour(name)]));
  return known.length ? ["match", letter(fills), ...known, colour("ground")] : colour("ground");
}

function only(told, name) {
  return told.names.includes(name) ? ["==", letter(told), lettered(told.names.indexOf(name))] : ["boolean", false];
}

// A part of the map: a level between two zooms, from outlines or from tiles.
function addPart(map, part) {
  const { name, shapes, from, to } = part, id = (what) => `${name}-${what}`;
  const range = { minzoom: from, maxzoom: to };
  const areas = shapes.tiles ? { source: id("areas"), "source-layer": "areas", ...range } : { source: id("areas"), ...range };
  const points = shapes.tiles ? { source: id("areas"), "source-layer": "points", ...range } : { source: id("points"), ...range };
  if (shapes.tiles) {
    const [least, last] = shapes.zooms;
    map.addSource(id("areas"), { type: "vector", tiles: [location.origin + shapes.tiles], minzoom: Math.min(last, Math.max(least, Math.floor(from))), maxzoom: last, bounds: shapes.bounds.toArray().flat() });
  } else {
    map.addSource(id("areas"), { type: "geojson", data: shapes.areas });
    map.addSource(id("points"), { type: "geojson", data: shapes.points });
  }
  map.addLayer({ id: id("fill"), type: "fill", ...areas, paint: { "fill-color": colour("ground"), "fill-antialias": false } });
  for (const one of PATTERNS) map.addLayer({ id: id(one), type: "fill", ...areas, filter: ["boolean", false], paint: { "fill-pattern": one } });
  map.addLayer({ id: id("edges"), type: "line", ...areas, paint: { "line-color": colour("ground"), "line-width": 0.7 } });
  for (const one of SIGNS) {
    map.addLayer({ id: id(one), type: "symbol", ...points, filter: ["boolean", false], layout: { "icon-image": one, "icon-size": 0.75, "icon-allow-overlap": true } });
  }
}

// Borders of the coarser areas and of the whole.
function addLines(map, { borders, outline }) {
  const line = (id, data, name, width) => {
    if (!map.getSource(id)) map.addSource(id, { type: "geojson", data });
    map.addLayer({ id: `${id}-${name}`, type: "line", source: id, paint: { "line-color": colour(name), "line-width": width } });
  };
  line("borders", borders, "ground", 1.8);
  line("outline", outline, "outline", 1.1);
}

// The area that is pointed at and those that were put together lie on a sheet of their own: pointing at the next one costs
// a few strokes and no drawing of the map, which is dear on computers without graphics hardware.
function sheet(map) {
  const canvas = document.createElement("canvas"), pen = canvas.getContext("2d"), held = { here: [], picked: [] };
  canvas.className = "over";
  canvas.setAttribute("aria-hidden", "true");
  map.getCanvas().after(canvas);
  const draw = () => {
    const { clientWidth: width, clientHeight: height } = map.getContainer(), fine = devicePixelRatio || 1;
    if (canvas.width !== width * fine || canvas.height !== height * fine) { canvas.width = width * fine; canvas.height = height * fine; }
    pen.setTransform(fine, 0, 0, fine, 0, 0);
    pen.clearRect(0, 0, width, height);
    pen.lineJoin = "round";
    for (const [name, shade, wide] of STROKES) {
      if (!held[name].length) continue;
      pen.beginPath();
      held[name].forEach(({ coordinates }) => trace(map, pen, coordinates));
      pen.strokeStyle = colour(shade);
      pen.lineWidth = wide;
      pen.stroke();
    }
  };
  map.on("move", draw);
  map.on("resize", draw);
  return (name, shapes) => { held[name] = shapes; canvas.dataset[name] = shapes.length; draw(); };
}

// The rings of a polygon, or of several, as a path on the screen.
function trace(map, pen, part) {
  if (typeof part[0][0] !== "number") { part.forEach((one) => trace(map, pen, one)); return; }
  part.forEach((corner, at) => {
    const { x, y } = map.project(corner);
    if (at) pen.lineTo(x, y); else pen.moveTo(x, y);
  });
}

// Hands the classes of a level to the map.
function colourPart(map, { name }, { fills, marks }) {
  map.setPaintProperty(`${name}-fill`, "fill-color", fillColour(fills), { validate: false });
  for (const one of PATTERNS) map.setFilter(`${name}-${one}`, only(fills, one), { validate: false });
  for (const one of SIGNS) map.setFilter(`${name}-${one}`, only(marks, one), { validate: false });
}
