// The map page. The picture that came with it is the map from the first moment on; the drawing by the browser's graphics
// (mapdraw.js) takes its place when somebody looks closer. Another figure, date or class only changes colours in both.
const atlas = document.getElementById("atlas");
const form = document.getElementById("controls");
const line = document.getElementById("chosen");
const time = document.getElementById("time");
const word = { ...atlas.dataset };
const panes = [];
const picked = new Set(new URLSearchParams(location.search).getAll("choose"));
const asking = () => new URLSearchParams(location.search || document.getElementById("permanent").search);
const places = new Map();  // of levels with many areas: what was asked about single ones
const still = () => !matchMedia("(prefers-reduced-motion: reduce)").matches;
let parts = [], near = null, picking = false, turns = 0, added = 0, begun = 0, pointed = null;
let changed = { from: "", texts: [] };
let chosen = asking().get("area");

// Begins with the pictures of the page.
function start() {
  const without = new Set((atlas.dataset.without || "").split(" ").filter(Boolean).map(Number));
  leave();
  panes.splice(0, panes.length, ...[...document.querySelectorAll(".pane")].map((pane) => paneOf(pane, without)));
  parts = pictured();
  if (!panes[0].picture) closer();
  show();
}

// Parts are the levels that a map can show: the chosen one, and one that stands in where that has many areas.
function pictured() {
  const { picture } = panes[0], whole = { from: 0, to: 24 };
  const shown = picture ? [{ name: standIn(), shapes: picture, ...whole }] : [];
  return shown.length && standIn() === "near" ? shown : [{ name: "near", shapes: {}, ...whole }, ...shown];
}

// Back to the pictures.
function leave() {
  begun += 1;
  near = null;
  atlas.classList.remove("starts");
  for (const one of panes) {
    if (one.map) one.map.remove();
    if (one.box) one.box.remove();
    if (one.picture) one.picture.svg.closest("figure").classList.remove("below");
    Object.assign(one, { map: null, box: null, ready: false, strokes: one.picture ? one.picture.strokes : () => {} });
  }
  if (panes.length) parts = pictured();
}

const standIn = () => (atlas.dataset.coarse ? "far" : "near");

function paneOf(pane, without) {
  const picture = pictureOf(pane, without), one = { pane, picture, values: {}, strokes: picture ? picture.strokes : () => {} };
  if (!picture) return one;
  const { svg } = picture, keyAt = (event) => event.target.dataset.k;
  const into = (event) => { const spot = picture.spot(event); closer((map) => map.easeTo({ center: fromNorthWest(spot), zoom: map.getZoom() + 1, animate: still() })); };
  svg.addEventListener("pointerover", (event) => { if (keyAt(event)) point(parts.at(-1), keyAt(event)); });
  svg.addEventListener("click", (event) => { const spot = picture.spot(event); if (keyAt(event)) press(parts.at(-1), keyAt(event), () => fromNorthWest(spot)); });
  svg.addEventListener("dblclick", into);
  svg.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;  // the wheel alone moves the page
    event.preventDefault();
    if (event.deltaY < 0 && !near) into(event);
  }, { passive: false });
  operable(svg);
  return one;
}

function fromNorthWest([across, down]) {
  const { bounds } = parts[0].shapes;
  return [bounds.getWest() + across * (bounds.getEast() - bounds.getWest()), bounds.getNorth() - down * (bounds.getNorth() - bounds.getSouth())];
}

// One stop of the tab key, whichever way the map is drawn.
function operable(shown) {
  shown.tabIndex = 0;
  shown.setAttribute("role", "application");
  shown.setAttribute("aria-label", word.map);
  shown.addEventListener("keydown", keys);
}

function zoom(step) {
  if (near || step > 0) closer((map) => map.easeTo({ zoom: map.getZoom() + step, animate: still() }));
}

// The map drawn by the browser's graphics, then what was asked of it. Its start holds up a computer without such hardware
// for seconds, so nobody waits for it who does not look closer.
function closer(act = () => {}) {
  near ||= graphics().catch((fault) => { leave(); failed(); throw fault; });
  near.then((map) => { if (map) act(map); }, () => {});
}

async function graphics() {
  const mine = begun, { geometry, coarse } = atlas.dataset;
  atlas.classList.add("starts");
  try {
    await library();
    const [fine, rough] = await Promise.all([geometry, coarse].filter(Boolean).map(outlines));
    await new Promise((done) => { requestAnimationFrame(() => setTimeout(done)); });  // the line that tells so is seen first
    if (mine !== begun) return null;
    const split = fine.split || 0;
    const made = [{ name: "near", shapes: fine, from: split, to: 24 }, ...(rough ? [{ name: "far", shapes: rough, from: 0, to: split }] : [])];
    await Promise.all(panes.map((one) => draw(one, made).then(() => coloured(one, made))));
    if (mine !== begun) return null;
    parts = made;
    panes.forEach((one) => reveal(one, made));
    await show();
    return panes[0].map;
  } finally {
    if (mine === begun) atlas.classList.remove("starts");
  }
}

// The picture stays until the drawing beside it is painted with its classes.
async function coloured({ map, pane, picture }, made) {
  const from = { near: pane.dataset.values, far: pane.dataset.coarse };
  const found = await Promise.all(made.map(({ name }) => asked(from[name])));
  made.forEach((part, at) => colourPart(map, part, found[at]));
  if (picture) await new Promise((done) => { map.once("idle", done); });
}

// The map library and what is drawn with it, once.
let fetched = null;
function library() {
  const script = (address) => new Promise((done, fail) => {
    const made = document.createElement("script");
    Object.assign(made, { src: address, onload: done, onerror: () => { made.remove(); fail(new Error(address)); } });
    document.head.append(made);
  });
  const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: word.style });
  if (!fetched) document.head.append(style);
  fetched ||= script(word.library).then(() => script(word.draw)).catch((fault) => { fetched = null; throw fault; });
  return fetched;
}

// A click chooses an area, or adds it to the selection; in the view from far away it leads closer.
function press(part, key, place) {
  if (part !== parts[0]) closer((map) => map.easeTo({ center: place(), zoom: parts[0].from + 0.01, animate: still() }));
  else if (picking) pick(key);
  else choose(key);
}

// Which level is seen, where that depends on the zoom.
function far() {
  const told = document.getElementById("shown-level"), { alone, far: away, near: close } = atlas.dataset;
  told.hidden = !alone && !away;
  told.textContent = alone || (panes[0].ready && panes[0].map.getZoom() >= parts[0].from ? close : away);
}

async function asked(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}

function show() {
  point(parts[0], chosen);
  outlinePicked();
  far();
  return Promise.all([...panes.map(fill), compare()]).catch(failed);
}

// What changed in every area between two dates of one figure.
async function compare() {
  const from = atlas.dataset.changes || "", texts = changed.from === from ? changed.texts : from ? (await asked(from)).changes : [];
  if (from === (atlas.dataset.changes || "")) changed = { from, texts };
  tell();
}

async function fill(one) {
  const from = { near: one.pane.dataset.values, far: one.pane.dataset.coarse }, shown = parts.filter(({ shapes }) => shapes.places || shapes.tiles);
  const found = await Promise.all(shown.map(({ name }) => asked(from[name])));
  if (from.near !== one.pane.dataset.values) return;  // something else was chosen meanwhile
  shown.forEach((part, at) => {
    one.values[part.name] = found[at];
    if (one.ready) colourPart(one.map, part, found[at]);
    if (one.picture && part.name === standIn()) one.picture.paint(found[at]);
  });
  if (shown.length) one.pane.dataset.drawn = from.near;
  tell();
}

// What is known about an area: at once where all are here, else asked from the server and told when it answers.
function about(part, key) {
  const { shapes } = part, known = shapes.places && shapes.about(key);
  if (known) {
    const at = shapes.places.get(key);
    const change = changed.from === atlas.dataset.changes ? changed.texts[at] : "";  // that of other dates tells nothing here
    return { ...known, change, texts: panes.map(({ values }) => (values[part.name] ? values[part.name].texts[at] : "")) };
  }
  if (shapes.places || !key) return null;
  const query = asking();
  query.delete("choose");
  query.set("area", key);
  const address = `${word.place}?${query}`;
  if (!places.has(address)) {
    places.set(address, null);
    asked(address).then((found) => {
      places.set(address, found);
      outlinePicked();
      if (pointed) point(pointed.part, pointed.key);
    }).catch(() => places.delete(address));
  }
  return places.get(address);
}

// The area that the line below the map tells about; one of the chosen level stays chosen.
function point(part, key) {
  if (!key) return;
  pointed = { part, key };
  if (part === parts[0]) chosen = key;
  const known = about(part, key);
  for (const one of panes) one.strokes("here", known && known.geometry ? [known.geometry] : []);
  tell();
}

function tell() {
  const area = pointed && about(pointed.part, pointed.key);
  line.hidden = !area;
  if (!area) return;
  const name = document.createElement("strong"), { n, g, p } = area.properties;
  name.textContent = g ? `${n} (${g})` : n;
  const told = panes.map((one, at) => {
    const text = document.createElement("span");
    const title = panes.length > 1 ? `${one.pane.querySelector("h2").textContent}: ` : "";
    text.textContent = title + (area.texts[at] || "");
    text.dataset.map = String(at + 1);
    return text;
  });
  const link = document.createElement("a");
  if (p) { link.href = p; link.textContent = document.body.dataset.open; }
  const change = document.createElement("span");
  change.textContent = area.change ? `${atlas.dataset.change}: ${area.change}` : "";
  line.replaceChildren(name, ...told, ...(area.change ? [change] : []), ...(p ? [link] : []));
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
  for (const one of panes) one.strokes("picked", known.map(({ geometry }) => geometry).filter(Boolean));
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

// What can be done with the map, above it.
function handles() {
  const box = document.createElement("p");
  box.className = "handles";
  const pick = handle(word.pick, () => { picking = !picking; pick.setAttribute("aria-pressed", String(picking)); });
  pick.setAttribute("aria-pressed", "false");
  pick.title = word.picking;
  box.append(pick, handle(word.closer, () => zoom(1)), handle(word.farther, () => zoom(-1)));
  atlas.before(box);
}

function handle(text, act) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "quiet", textContent: text });
  button.addEventListener("click", act);
  return button;
}

function dropped(event) {
  if (event.target.id !== "drop") return;
  event.preventDefault();
  picked.clear();
  outlinePicked();
  keep(asking());
  add();
}

// Where the areas are that an arrow key can reach: all of a level, or those on the screen where there are many.
const around = () => (parts[0].shapes.places ? parts[0].shapes.middles() : seen(parts[0]));

function keys(event) {
  const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
  const area = chosen && about(parts[0], chosen);
  if (event.key === "Enter" && area && area.properties.p) location.href = area.properties.p;
  if (event.key === " " && chosen) { event.preventDefault(); pick(chosen); }
  if (event.key === "t") { const frame = document.querySelector("#told .frame"); frame.focus(); frame.scrollIntoView(); }
  if (event.key === "+" || event.key === "-") zoom(event.key === "+" ? 1 : -1);
  if (!way) return;
  event.preventDefault();
  if (parts.length > 1 && !(panes[0].ready && panes[0].map.getZoom() >= parts[0].from)) {
    closer((map) => map.easeTo({ zoom: parts[0].from + 0.01, animate: still() }));
    return;
  }
  step(way);
}

function step(way) {
  const { map } = panes[0], reach = around(), at = reach.get(chosen);
  const next = at ? nearest(reach, at, way) : nearest(reach, map ? map.getCenter().toArray() : null, null);
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

// Another choice: the page for it is fetched, its words and numbers take their places, the map only changes colours.
async function change() {
  const turn = ++turns;
  const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  atlas.classList.add("waits");
  try {
    let page = await pageOf(query, "none");
    if (turn !== turns) return;
    const same = sameMap(page);
    if (!same) page = await pageOf(query);
    if (turn !== turns) return;
    take(page);
    keep(query);
    add();
    if (same) {
      page.querySelectorAll(".pane").forEach((pane, at) => {
        Object.assign(panes[at].pane.dataset, pane.dataset);
        panes[at].pane.querySelector("h2").textContent = pane.querySelector("h2").textContent;
      });
      await show();
    } else {
      for (const place of ["#main > .defs", "#panes"]) document.querySelector(place).replaceWith(page.querySelector(place));
      start();
    }
    clock();
  } catch {
    form.submit();  // the page itself still works
  } finally {
    if (turn === turns) atlas.classList.remove("waits");
  }
}

async function pageOf(query, pictures = "") {
  const response = await fetch(`${form.action}?${query}${pictures && `&pictures=${pictures}`}`);
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

// Whether the page shows the same outlines in as many panes.
function sameMap(page) {
  const next = page.getElementById("atlas").dataset;
  return ["geometry", "coarse", "without"].every((name) => next[name] === atlas.dataset[name]) && page.querySelectorAll(".pane").length === panes.length;
}

function take(page) {
  const next = page.getElementById("atlas"), held = document.activeElement && document.activeElement.id;
  for (const id of ["heading", "legend", "told"]) document.getElementById(id).replaceWith(page.getElementById(id));
  form.replaceChildren(...page.getElementById("controls").childNodes);
  if (held && document.getElementById(held)) document.getElementById(held).focus();
  document.title = page.title;
  places.clear();
  if (next.dataset.geometry !== atlas.dataset.geometry) picked.clear();  // another level has other areas
  for (const name of Object.keys(atlas.dataset)) delete atlas.dataset[name];
  Object.assign(atlas.dataset, next.dataset);
  atlas.classList.toggle("double", next.classList.contains("double"));
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
document.addEventListener("scheme", () => {  // the picture turns by itself
  const { map, ready } = panes[0], view = ready && { center: map.getCenter(), zoom: map.getZoom() };
  if (!near) return;
  leave();
  show();
  if (view) closer((again) => again.jumpTo(view));
});
clock();
handles();
document.getElementById("selection").addEventListener("click", dropped);
start();
