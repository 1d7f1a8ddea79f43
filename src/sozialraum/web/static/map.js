// The map page: the browser draws the outlines once; another figure, date or class only changes colours.
// Until it is drawn, and wherever it cannot be, the picture that came with the page stays.
const atlas = document.getElementById("atlas");
const form = document.getElementById("controls");
const line = document.getElementById("chosen");
const time = document.getElementById("time");
const word = { ...atlas.dataset };
const maps = [];
const picked = new Set(new URLSearchParams(location.search).getAll("choose"));
const asking = () => new URLSearchParams(location.search || document.getElementById("permanent").search);
const places = new Map();  // of levels with many areas: what was asked about single ones
let parts = [], picking = false, asked = 0, added = 0, playing = null, pointed = null;
let chosen = asking().get("area");

function draw(pane) {
  const box = document.createElement("div"), { bounds } = parts[0].shapes;
  box.className = "gl";
  box.style.aspectRatio = `${bounds.getEast() - bounds.getWest()} / ${bounds.getNorth() - bounds.getSouth()}`;
  const map = new maplibregl.Map({
    container: box, attributionControl: false, keyboard: false, dragRotate: false, pitchWithRotate: false, fadeDuration: 0,
    maxPitch: 0, renderWorldCopies: false, ...view(bounds),
    style: { version: 8, sources: {}, layers: [{ id: "ground", type: "background", paint: { "background-color": colour("ground") } }] },
  });
  const made = { pane, box, map, values: {}, ready: false };
  const picture = pane.querySelector(".picture");
  picture.after(box);
  map.touchZoomRotate.disableRotation();
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }));
  map.on("load", () => {
    for (const name of PATTERNS) map.addImage(name, pattern(name), { pixelRatio: 2 });
    for (const name of SIGNS) map.addImage(name, triangle(name), { pixelRatio: 2 });
    for (const part of parts) addPart(map, part);
    addLines(map, parts[0].shapes);
    made.strokes = sheet(map);
    made.ready = true;
    box.dataset.ready = "true";
    picture.hidden = true;
    map.resize();
    if (view(bounds).bounds) map.fitBounds(bounds, { padding: 8, animate: false }); else map.jumpTo(view(bounds));
    fill(made);
    point(parts[0], chosen);
    outlinePicked();
    far();
  });
  map.on("error", () => { if (!made.ready) failed(); });
  for (const part of parts) {
    const layer = `${part.name}-fill`;
    map.on("mousemove", layer, (event) => { map.getCanvas().style.cursor = "pointer"; point(part, keyOf(part, event.features[0])); });
    map.on("mouseleave", layer, () => { map.getCanvas().style.cursor = ""; });
    map.on("click", layer, (event) => press(part, event));
  }
  map.on("move", () => { if (!made.quiet) follow(made); });
  map.on("zoomend", far);
  const canvas = map.getCanvas();
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-label", word.map);
  canvas.addEventListener("keydown", keys);
  maps.push(made);
}

// A click chooses an area, or adds it to the selection; in the view from far away it leads closer.
function press(part, event) {
  const key = keyOf(part, event.features[0]);
  if (part !== parts[0]) event.target.easeTo({ center: event.lngLat, zoom: part.to + 0.01, animate: still() });
  else if (picking) pick(key);
  else choose(key);
}

const still = () => !matchMedia("(prefers-reduced-motion: reduce)").matches;
const keyOf = (part, feature) => feature.properties.k || part.shapes.keys[feature.id];

// Which level is seen, where that depends on the zoom.
function far() {
  const told = document.getElementById("shown-level");
  told.hidden = !maps.length || !parts[0].from;
  if (!told.hidden) told.textContent = parts.length < 2 ? atlas.dataset.alone : maps[0].map.getZoom() < parts[1].to ? atlas.dataset.far : atlas.dataset.near;
}

// What the map shows first: the whole; of many areas without a coarser level to stand in, the middle from near.
function view(bounds) {
  if (parts.length > 1 || !parts[0].from) return { bounds, fitBoundsOptions: { padding: 8 } };
  return { center: bounds.getCenter(), zoom: parts[0].from + 0.01, minZoom: parts[0].from };
}

function follow(leader) {
  for (const one of maps) {
    if (one === leader) continue;
    one.quiet = true;
    one.map.jumpTo({ center: leader.map.getCenter(), zoom: leader.map.getZoom() });
    one.quiet = false;
  }
}

async function fill(one) {
  const sources = [one.pane.dataset.values, one.pane.dataset.coarse].slice(0, parts.length);
  const found = await Promise.all(sources.map(async (address) => {
    const response = await fetch(address);
    if (!response.ok) throw new Error(String(response.status));
    return response.json();
  }));
  parts.forEach((part, at) => {
    one.values[part.name] = found[at];
    colourPart(one.map, part, found[at]);
  });
  one.box.dataset.drawn = one.pane.dataset.values;
  tell();
}

// What is known about an area: at once where all are here, else asked from the server and told when it answers.
function about(part, key) {
  const { shapes } = part, at = shapes.places && shapes.places.get(key);
  if (at !== undefined) {
    const { properties, geometry } = shapes.areas.features[at];
    const texts = maps.map(({ values }) => (values[part.name] ? values[part.name].texts[at] : ""));
    return { properties, texts, geometry };
  }
  if (shapes.places || !key) return null;
  const query = asking();
  query.delete("choose");
  query.set("area", key);
  const address = `${word.place}?${query}`;
  if (!places.has(address)) {
    places.set(address, null);
    fetch(address).then((response) => (response.ok ? response.json() : null)).then((found) => { places.set(address, found); outlinePicked(); if (found && pointed) point(pointed.part, pointed.key); }).catch(() => places.delete(address));
  }
  return places.get(address);
}

// The area that the line below the map tells about; one of the chosen level stays chosen.
function point(part, key) {
  if (!key) return;
  pointed = { part, key };
  if (part === parts[0]) chosen = key;
  const known = about(part, key);
  for (const one of maps) if (one.ready) one.strokes("here", known ? [known.geometry] : []);
  tell();
}

function tell() {
  const area = pointed && about(pointed.part, pointed.key);
  line.hidden = !area;
  if (!area) return;
  const name = document.createElement("strong"), { n, g, p } = area.properties;
  name.textContent = g ? `${n} (${g})` : n;
  const told = maps.map((one, at) => {
    const text = document.createElement("span");
    const title = maps.length > 1 ? `${one.pane.querySelector("h2").textContent}: ` : "";
    text.textContent = title + (area.texts[at] || "");
    text.dataset.map = String(at + 1);
    return text;
  });
  const link = document.createElement("a");
  if (p) { link.href = p; link.textContent = document.body.dataset.open; }
  line.replaceChildren(name, ...told, ...(p ? [link] : []));
}

// The address holds the whole view: choice, area, own selection; the link below the map is the same.
function keep(query) {
  query.delete("area");
  query.delete("choose");
  if (chosen) query.set("area", chosen);
  for (const key of picked) query.append("choose", key);
  history.replaceState(null, "", `?${query}`);
  document.getElementById("permanent").href = `?${query}`;
}

function choose(key) {
  point(parts[0], key);
  keep(asking());
}

function outlinePicked() {
  const known = [...picked].map((key) => about(parts[0], key)).filter(Boolean);
  for (const one of maps) if (one.ready) one.strokes("picked", known.map(({ geometry }) => geometry));
}

function pick(key) {
  if (!picked.delete(key)) picked.add(key);
  point(parts[0], key);
  outlinePicked();
  keep(asking());
  return add();
}

// What the selection adds up to is told by the server, from the same released counts as everything else.
async function add() {
  const section = document.getElementById("selection"), turn = ++added;
  if (!picked.size) { section.replaceChildren(); return; }
  const response = await fetch(`${section.dataset.from}?${asking()}`);
  if (!response.ok || turn !== added) return;
  const told = new DOMParser().parseFromString(await response.text(), "text/html");
  if (turn === added) section.replaceChildren(...told.body.childNodes);
}

function picker() {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet pick";
  button.textContent = word.pick;
  button.setAttribute("aria-pressed", "false");
  button.title = word.picking;
  button.addEventListener("click", () => { picking = !picking; button.setAttribute("aria-pressed", String(picking)); });
  atlas.before(button);
  document.getElementById("selection").addEventListener("click", (event) => {
    if (event.target.id !== "drop") return;
    event.preventDefault();
    picked.clear();
    outlinePicked();
    keep(asking());
    add();
  });
}

// Where the areas are that an arrow key can reach: all of a level, or those on the screen where there are many.
function around() {
  const { shapes, name } = parts[0];
  if (shapes.places) return new Map([...shapes.places].map(([key, at]) => [key, shapes.points.features[at].geometry.coordinates]));
  const { map } = maps[0], seen = map.getZoom() < parts[0].from ? [] : map.queryRenderedFeatures({ layers: [`${name}-fill`] });
  return new Map(seen.map((one) => [one.properties.k, middle(one.geometry)]));
}

function middle(geometry) {
  const box = new maplibregl.LngLatBounds();
  const walk = (part) => { if (typeof part[0] === "number") box.extend(part); else part.forEach(walk); };
  walk(geometry.coordinates);
  return box.getCenter().toArray();
}

function keys(event) {
  const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
  const { map } = maps[0], area = chosen && about(parts[0], chosen);
  if (event.key === "Enter" && area && area.properties.p) location.href = area.properties.p;
  if (event.key === " " && chosen) { event.preventDefault(); pick(chosen); }
  if (event.key === "t") { const frame = document.querySelector("#told .frame"); frame.focus(); frame.scrollIntoView(); }
  if (event.key === "+" || event.key === "-") map.zoomTo(map.getZoom() + (event.key === "+" ? 1 : -1), { animate: still() });
  if (!way) return;
  event.preventDefault();
  if (parts.length > 1 && map.getZoom() < parts[0].from) { map.easeTo({ zoom: parts[0].from + 0.01, animate: still() }); return; }
  const reach = around(), at = reach.get(chosen);
  const next = at ? nearest(reach, at, way) : nearest(reach, map.getCenter().toArray(), null);
  if (!next) return;
  choose(next);
  if (parts[0].shapes.tiles) map.easeTo({ center: reach.get(next), animate: still() });
}

// The nearest area in that direction; without one simply the nearest, of a few the first.
function nearest(reach, at, way) {
  if (!way && parts[0].shapes.places) return reach.keys().next().value;
  let best = null, least = Infinity;
  for (const [key, other] of reach) {
    const dx = other[0] - at[0], dy = other[1] - at[1];
    const ahead = way ? dx * way[0] + dy * way[1] : Math.hypot(dx, dy), aside = way ? Math.abs(dx * way[1]) + Math.abs(dy * way[0]) : 0;
    if (key !== chosen && (!way || ahead > 0) && aside <= ahead * 1.5 && ahead + 2 * aside < least) { least = ahead + 2 * aside; best = key; }
  }
  return best;
}

function failed() {
  const note = document.createElement("p");
  note.className = "callout warn";
  note.setAttribute("role", "alert");
  note.textContent = word.failed;
  if (!document.querySelector("#atlas .callout")) document.getElementById("panes").before(note);
}

async function load(address) {
  const known = parts.find((one) => one.shapes.address === address);
  if (known) return known.shapes;
  const response = await fetch(address);
  if (!response.ok) throw new Error(String(response.status));
  const found = await response.json(), bounds = new maplibregl.LngLatBounds();
  if (found.tiles) {
    const [west, south, east, north] = found.bounds;
    return { ...found, bounds: new maplibregl.LngLatBounds([west, south], [east, north]), address };
  }
  const keys = found.areas.features.map((one) => one.properties.k);
  const walk = (part) => { if (typeof part[0] === "number") bounds.extend(part); else part.forEach(walk); };
  found.areas.features.forEach((one) => walk(one.geometry.coordinates));
  return { ...found, keys, places: new Map(keys.map((key, at) => [key, at])), bounds, address };
}

async function start() {
  try {
    if (typeof maplibregl === "undefined") throw new Error("no library");
    maplibregl.prewarm();  // its workers begin while the outlines are on their way
    const { geometry, coarse } = atlas.dataset;
    const [near, far_] = await Promise.all([geometry, coarse].filter(Boolean).map(load));
    const split = near.split || 0;
    parts = [{ name: "near", shapes: near, from: split, to: 24 }, ...(far_ ? [{ name: "far", shapes: far_, from: 0, to: split }] : [])];
    maps.splice(0).forEach((one) => one.map.remove());
    document.querySelectorAll(".pane").forEach(draw);
  } catch {
    failed();
  }
}

// Another choice: the page for it is fetched, its words and numbers take their places, the map only changes colours.
async function change() {
  const turn = ++asked;
  const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  atlas.classList.add("waits");
  try {
    const response = await fetch(`${form.action}?${query}`);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (turn !== asked) return;
    const next = page.getElementById("atlas"), panes = [...next.querySelectorAll(".pane")];
    const same = next.dataset.geometry === atlas.dataset.geometry && next.dataset.coarse === atlas.dataset.coarse && panes.length === maps.length && maps.every((one) => one.ready);
    for (const id of ["heading", "legend", "told"]) document.getElementById(id).replaceWith(page.getElementById(id));
    const held = document.activeElement && document.activeElement.id;
    form.replaceChildren(...page.getElementById("controls").childNodes);
    if (held && document.getElementById(held)) document.getElementById(held).focus();
    document.title = page.title;
    const known = atlas.dataset.geometry;
    places.clear();
    Object.assign(atlas.dataset, next.dataset);
    atlas.className = next.className;
    if (next.dataset.geometry !== known) picked.clear();  // another level has other areas
    keep(query);
    add();
    if (same) {
      panes.forEach((pane, at) => {
        Object.assign(maps[at].pane.dataset, pane.dataset);
        maps[at].pane.querySelector("h2").textContent = pane.querySelector("h2").textContent;
      });
      await Promise.all(maps.map(fill));
    } else {
      document.getElementById("panes").replaceWith(next.querySelector("#panes"));
      await start();
    }
    clock();
  } catch {
    form.submit();  // the page itself still works
  } finally {
    if (turn === asked) atlas.classList.remove("waits");
  }
}

// Time: a slider over the dates with all of them named below it, that plays when asked to and stops at the end or at any key.
function clock() {
  const dates = [...document.querySelectorAll("#period option")];
  time.hidden = dates.length < 2;
  if (time.hidden) return;
  if (!time.querySelector("input")) timeParts();
  const slider = time.querySelector("input"), beside = document.getElementById("beside_period");
  const other = beside && document.getElementById("beside").value === document.getElementById("indicator").value ? beside.value : "";
  slider.max = String(dates.length - 1);
  slider.value = String(document.getElementById("period").selectedIndex);
  slider.setAttribute("aria-valuetext", dates[slider.value].text);
  time.querySelector(".dates").replaceChildren(...dates.map((one, at) => tick(one, at, dates.length, at === Number(slider.value), one.value === other)));
  tellTime();
}

function timeParts() {
  const button = document.createElement("button"), slider = document.createElement("input"), dates = document.createElement("ol");
  button.type = "button";
  button.className = "quiet";
  button.textContent = word.play;
  button.hidden = !still();
  button.addEventListener("click", () => (playing ? halt() : play()));
  slider.type = "range";
  slider.min = "0";
  slider.setAttribute("aria-label", word.time);
  slider.addEventListener("change", () => go(Number(slider.value)));
  dates.className = "dates";
  dates.setAttribute("aria-hidden", "true");  // the slider itself says its date
  const line = document.createElement("div");
  line.className = "line";
  line.append(slider, dates);
  time.append(button, line, document.createElement("output"));
  // The button's own keys are its clicks: they must not stop first and start again at once.
  document.addEventListener("keydown", (event) => { if (event.target !== button || !["Enter", " "].includes(event.key)) halt(); });
}

// A date below the line, at its place along it; the first, the last and those shown are named on narrow screens, too.
function tick(option, at, count, here, beside) {
  const one = document.createElement("li");
  one.className = [here ? "here" : "", beside ? "other" : "", here || beside || at === 0 || at === count - 1 ? "" : "between"].join(" ");
  one.style.insetInlineStart = `${(100 * at) / (count - 1)}%`;
  one.textContent = option.dataset.short;
  if (option.dataset.new) one.dataset.new = option.dataset.new;
  return one;
}

function tellTime() {
  const date = document.getElementById("period").selectedOptions[0].text;
  time.querySelector("output").textContent = playing === null ? date : `${date} – ${word.playing}`;
  time.querySelector("button").textContent = playing === null ? word.play : word.stop;
  time.classList.toggle("plays", playing !== null);
}

function go(at) {
  document.getElementById("period").selectedIndex = at;
  return change();
}

function play() {
  const count = document.querySelectorAll("#period option").length;
  const slider = time.querySelector("input");
  let at = Number(slider.value) >= count - 1 ? 0 : Number(slider.value) + 1;
  const step = async () => {
    await go(at);
    at += 1;
    if (playing === null) return;
    if (at >= count) halt(); else playing = setTimeout(step, 1200);
  };
  playing = setTimeout(step, 0);
  tellTime();
}

function halt() {
  if (playing === null) return;
  clearTimeout(playing);
  playing = null;
  tellTime();
}

// Other rows of the table take the place of those that are shown; the map stays as it is.
document.addEventListener("click", async (event) => {
  const link = event.target.closest("#told .rows a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  try {
    const response = await fetch(link.href);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    document.querySelector("#numbers").replaceWith(page.getElementById("numbers"));
    document.querySelector("#told .rows").replaceWith(page.querySelector("#told .rows"));
    document.getElementById("numbers").scrollIntoView({ block: "start" });
    document.querySelector("#numbers .frame").focus({ preventScroll: true });
  } catch {
    location.href = link.href;
  }
});

form.classList.add("lively");
form.addEventListener("change", change);
form.addEventListener("submit", (event) => { event.preventDefault(); change(); });
document.addEventListener("scheme", () => { start(); });
clock();
picker();
start();
