// The map page: the browser draws the outlines once; another figure, date or class only changes colours.
// Until it is drawn, and wherever it cannot be, the picture that came with the page stays.
const atlas = document.getElementById("atlas");
const form = document.getElementById("controls");
const line = document.getElementById("chosen");
const time = document.getElementById("time");
const word = { ...atlas.dataset };
const FILLS = ["rate-1", "rate-2", "rate-3", "rate-4", "rate-5", "status-1", "status-2", "status-3", "status-4", "zero", "flat", "track"];
const PATTERNS = ["hidden", "unknown"];
const maps = [];
const SIGNS = ["up", "down"];
const picked = new Set(new URLSearchParams(location.search).getAll("choose"));
let picking = false;
let shapes = null, chosen = new URLSearchParams(location.search).get("area"), asked = 0, added = 0, playing = null;

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

const paint = () => ["match", ["coalesce", ["feature-state", "fill"], ""], ...FILLS.flatMap((one) => [one, colour(one)]), colour("ground")];

function draw(pane) {
  const box = document.createElement("div");
  box.className = "gl";
  box.style.aspectRatio = `${shapes.bounds.getEast() - shapes.bounds.getWest()} / ${shapes.bounds.getNorth() - shapes.bounds.getSouth()}`;
  const map = new maplibregl.Map({
    container: box, attributionControl: false, keyboard: false, dragRotate: false, pitchWithRotate: false, fadeDuration: 0,
    maxPitch: 0, renderWorldCopies: false, bounds: shapes.bounds, fitBoundsOptions: { padding: 8 },
    style: { version: 8, sources: {}, layers: [{ id: "ground", type: "background", paint: { "background-color": colour("ground") } }] },
  });
  const made = { pane, box, map, texts: {}, ready: false };
  const picture = pane.querySelector(".picture");
  picture.after(box);
  map.touchZoomRotate.disableRotation();
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }));
  map.on("load", () => {
    for (const name of PATTERNS) map.addImage(name, pattern(name), { pixelRatio: 2 });
    for (const name of SIGNS) map.addImage(name, triangle(name), { pixelRatio: 2 });
    const inside = shapes.tiles ? { "source-layer": "areas" } : {};
    map.addSource("areas", shapes.tiles
      ? { type: "vector", tiles: [location.origin + shapes.tiles], minzoom: shapes.zooms[0], maxzoom: shapes.zooms[1], bounds: shapes.bounds.toArray().flat(), promoteId: { areas: "k" } }
      : { type: "geojson", data: shapes.areas, promoteId: "k" });
    map.addSource("points", { type: "geojson", data: shapes.points });
    map.addSource("outline", { type: "geojson", data: shapes.outline });
    map.addSource("borders", { type: "geojson", data: shapes.borders });
    map.addLayer({ id: "fill", type: "fill", source: "areas", ...inside, paint: { "fill-color": paint(), "fill-antialias": false } });
    for (const name of PATTERNS) {
      map.addLayer({ id: name, type: "fill", source: "areas", ...inside, filter: ["in", "k", ""], paint: { "fill-pattern": name } });
    }
    map.addLayer({ id: "edges", type: "line", source: "areas", ...inside, paint: { "line-color": colour("ground"), "line-width": 0.7 } });
    map.addLayer({ id: "borders", type: "line", source: "borders", paint: { "line-color": colour("ground"), "line-width": 1.8 } });
    map.addLayer({ id: "outline", type: "line", source: "outline", paint: { "line-color": colour("outline"), "line-width": 1.1 } });
    map.addLayer({ id: "here", type: "line", source: "areas", ...inside, filter: ["==", "k", ""], paint: { "line-color": colour("text"), "line-width": 2.5 } });
    map.addLayer({ id: "halo", type: "line", source: "areas", ...inside, filter: ["in", "k", ""], paint: { "line-color": colour("ground"), "line-width": 7 } });
    map.addLayer({ id: "picked", type: "line", source: "areas", ...inside, filter: ["in", "k", ""], paint: { "line-color": colour("action"), "line-width": 3 } });
    for (const name of SIGNS) {
      map.addLayer({ id: name, type: "symbol", source: "points", filter: ["in", "k", ""], layout: { "icon-image": name, "icon-size": 0.75, "icon-allow-overlap": true } });
    }
    made.ready = true;
    box.dataset.ready = "true";
    picture.hidden = true;
    map.resize();
    map.fitBounds(shapes.bounds, { padding: 8, animate: false });
    fill(made);
    mark(chosen);
    outlinePicked();
  });
  map.on("error", () => { if (!made.ready) failed(); });
  map.on("mousemove", "fill", (event) => { map.getCanvas().style.cursor = "pointer"; mark(event.features[0].id); });
  map.on("mouseleave", "fill", () => { map.getCanvas().style.cursor = ""; });
  map.on("click", "fill", (event) => (picking ? pick(event.features[0].id) : choose(event.features[0].id)));
  map.on("move", () => { if (!made.quiet) follow(made); });
  const canvas = map.getCanvas();
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-label", word.map);
  canvas.addEventListener("keydown", keys);
  maps.push(made);
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
  const response = await fetch(one.pane.dataset.values);
  if (!response.ok) throw new Error(String(response.status));
  const { fills, marks, texts } = await response.json();
  one.texts = texts;
  for (const [name, keys] of Object.entries(fills)) {
    for (const key of keys) one.map.setFeatureState({ source: "areas", sourceLayer: shapes.tiles && "areas", id: key }, { fill: name });
  }
  for (const name of PATTERNS) one.map.setFilter(name, ["in", "k", ...(fills[name] || [])]);
  for (const name of SIGNS) one.map.setFilter(name, ["in", "k", ...(marks[name] || [])]);
  one.box.dataset.drawn = one.pane.dataset.values;
  tell();
}

function mark(key) {
  if (!key || !shapes || !shapes.names.has(key)) return;
  chosen = key;
  for (const one of maps) if (one.ready) one.map.setFilter("here", ["==", "k", key]);
  tell();
}

function tell() {
  const area = shapes && shapes.names.get(chosen);
  line.hidden = !area;
  if (!area) return;
  const name = document.createElement("strong");
  name.textContent = area.g ? `${area.n} (${area.g})` : area.n;
  const told = maps.map((one, at) => {
    const text = document.createElement("span");
    const title = maps.length > 1 ? `${one.pane.querySelector("h2").textContent}: ` : "";
    text.textContent = title + (one.texts[chosen] || "");
    text.dataset.map = String(at + 1);
    return text;
  });
  const link = document.createElement("a");
  if (area.p) { link.href = area.p; link.textContent = document.body.dataset.open; }
  line.replaceChildren(name, ...told, ...(area.p ? [link] : []));
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

const asking = () => new URLSearchParams(location.search || document.getElementById("permanent").search);

function choose(key) {
  mark(key);
  keep(asking());
}

function outlinePicked() {
  for (const one of maps) if (one.ready) for (const name of ["halo", "picked"]) one.map.setFilter(name, ["in", "k", ...picked]);
}

function pick(key) {
  if (!picked.delete(key)) picked.add(key);
  mark(key);
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

function keys(event) {
  const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
  const area = shapes.names.get(chosen);
  if (event.key === "Enter" && area && area.p) location.href = area.p;
  if (event.key === " " && chosen) { event.preventDefault(); pick(chosen); }
  if (event.key === "t") { const frame = document.querySelector("#told .frame"); frame.focus(); frame.scrollIntoView(); }
  if (!way) return;
  event.preventDefault();
  if (!area) { choose(shapes.names.keys().next().value); return; }
  let best = null, least = Infinity;
  for (const [key, other] of shapes.names) {
    const dx = other.at[0] - area.at[0], dy = other.at[1] - area.at[1];
    const ahead = dx * way[0] + dy * way[1], aside = Math.abs(dx * way[1]) + Math.abs(dy * way[0]);
    if (key !== chosen && ahead > 0 && aside <= ahead * 1.5 && ahead + 2 * aside < least) { least = ahead + 2 * aside; best = key; }
  }
  if (best) choose(best);
}

function failed() {
  const note = document.createElement("p");
  note.className = "callout warn";
  note.setAttribute("role", "alert");
  note.textContent = word.failed;
  if (!document.querySelector("#atlas .callout")) document.getElementById("panes").before(note);
}

async function load(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(String(response.status));
  const found = await response.json();
  if (found.tiles) {
    const [west, south, east, north] = found.bounds;
    const told = new Map(found.points.features.map((one) => [one.properties.k, { ...one.properties, at: one.geometry.coordinates }]));
    return { ...found, names: told, bounds: new maplibregl.LngLatBounds([west, south], [east, north]), address };
  }
  const names = new Map(found.areas.features.map((one, at) => [one.properties.k, { ...one.properties, at: found.points.features[at].geometry.coordinates }]));
  const bounds = new maplibregl.LngLatBounds();
  const walk = (part) => { if (typeof part[0] === "number") bounds.extend(part); else part.forEach(walk); };
  found.areas.features.forEach((one) => walk(one.geometry.coordinates));
  return { ...found, names, bounds, address };
}

async function start() {
  try {
    if (typeof maplibregl === "undefined") throw new Error("no library");
    const address = atlas.dataset.geometry;
    if (!shapes || shapes.address !== address) shapes = await load(address);
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
    const same = next.dataset.geometry === atlas.dataset.geometry && panes.length === maps.length && maps.every((one) => one.ready);
    for (const id of ["heading", "legend", "told"]) document.getElementById(id).replaceWith(page.getElementById(id));
    const held = document.activeElement && document.activeElement.id;
    form.replaceChildren(...page.getElementById("controls").childNodes);
    if (held && document.getElementById(held)) document.getElementById(held).focus();
    document.title = page.title;
    const known = atlas.dataset.geometry;
    atlas.dataset.geometry = next.dataset.geometry;
    atlas.className = next.className;
    if (next.dataset.geometry !== known) picked.clear();  // another level has other areas
    keep(query);
    add();
    if (same) {
      panes.forEach((pane, at) => {
        maps[at].pane.dataset.values = pane.dataset.values;
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

// Time: a slider over the dates, that plays when asked to and stops at the end or at any key.
function clock() {
  const dates = [...document.querySelectorAll("#period option")];
  time.hidden = dates.length < 2;
  if (time.hidden) return;
  let slider = time.querySelector("input");
  if (!slider) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "quiet";
    button.textContent = word.play;
    button.hidden = matchMedia("(prefers-reduced-motion: reduce)").matches;
    button.addEventListener("click", () => (playing ? halt() : play()));
    slider = document.createElement("input");
    slider.type = "range";
    slider.min = "0";
    slider.setAttribute("aria-label", word.time);
    slider.addEventListener("change", () => go(Number(slider.value)));
    const now = document.createElement("output");
    time.append(button, slider, now);
    document.addEventListener("keydown", halt);
  }
  slider.max = String(dates.length - 1);
  slider.value = String(document.getElementById("period").selectedIndex);
  slider.setAttribute("aria-valuetext", dates[slider.value].text);
  time.querySelector("output").textContent = dates[slider.value].text;
}

function go(at) {
  document.getElementById("period").selectedIndex = at;
  return change();
}

function play() {
  const count = document.querySelectorAll("#period option").length;
  const slider = time.querySelector("input");
  let at = Number(slider.value) >= count - 1 ? 0 : Number(slider.value) + 1;
  time.querySelector("button").textContent = word.stop;
  const step = async () => {
    await go(at);
    at += 1;
    if (playing === null) return;
    if (at >= count) halt(); else playing = setTimeout(step, 1200);
  };
  playing = setTimeout(step, 0);
}

function halt() {
  if (playing === null) return;
  clearTimeout(playing);
  playing = null;
  time.querySelector("button").textContent = word.play;
}

form.classList.add("lively");
form.addEventListener("change", change);
form.addEventListener("submit", (event) => { event.preventDefault(); change(); });
document.addEventListener("scheme", () => { start(); });
clock();
picker();
start();
