// Menu on phones, light and dark, suggestions below the search field, names on maps. Every page reads without it.
const root = document.documentElement;
root.classList.add("js");

const menu = document.getElementById("menu");
const opener = document.querySelector("button.menu");
if (opener) {
  opener.hidden = false;
  opener.addEventListener("click", () => {
    const open = menu.classList.toggle("open");
    opener.setAttribute("aria-expanded", String(open));
  });
}

const turn = document.querySelector("button.scheme");
if (turn) {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.scheme || (system.matches ? "dark" : "light")) === "dark";
  const name = () => { turn.textContent = isDark() ? turn.dataset.light : turn.dataset.dark; };
  turn.hidden = false;
  name();
  turn.addEventListener("click", () => {
    root.dataset.scheme = isDark() ? "light" : "dark";
    try { localStorage.setItem("scheme", root.dataset.scheme); } catch { /* then it holds for this page */ }
    name();
    document.dispatchEvent(new Event("scheme"));
  });
  system.addEventListener("change", () => { name(); document.dispatchEvent(new Event("scheme")); });
}

for (const form of document.querySelectorAll("form.search")) {
  const input = form.querySelector("input");
  const status = form.querySelector("[role=status]");
  const list = document.createElement("ul");
  let shown = [], at = -1, asked = 0;
  list.className = "suggestions";
  list.id = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.querySelector("label").textContent);
  list.hidden = true;
  input.after(list);
  for (const [key, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) {
    input.setAttribute(key, value);
  }
  const close = () => {
    list.hidden = true;
    at = -1;
    asked += 1;  // an answer that comes late opens it for nobody who has gone on
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (next) => {
    at = next;
    [...list.children].forEach((one, place) => one.setAttribute("aria-selected", String(place === at)));
    if (at >= 0) input.setAttribute("aria-activedescendant", list.children[at].id);
  };
  const show = (found) => {
    const kept = at < 0 ? null : shown[at].href;  // an answer that comes late takes nobody's choice away
    shown = found;
    list.replaceChildren(...found.map((one, place) => {
      const item = document.createElement("li");
      const group = document.createElement("small");
      item.id = `suggestion-${place}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      group.textContent = one.group;
      item.append(one.name, group);
      item.addEventListener("pointerdown", (event) => { event.preventDefault(); location.href = one.href; });
      return item;
    }));
    input.removeAttribute("aria-activedescendant");
    mark(found.findIndex((one) => one.href === kept));
    list.hidden = found.length === 0;
    input.setAttribute("aria-expanded", String(found.length > 0));
    status.textContent = found.length ? `${found.length} ${input.dataset.some}` : input.dataset.none;
  };
  input.addEventListener("input", async () => {
    const turnOf = ++asked;
    if (input.value.trim().length < 2) { close(); status.textContent = ""; return; }
    try {
      const response = await fetch(`${input.dataset.suggest}?q=${encodeURIComponent(input.value)}`);
      const found = response.ok ? await response.json() : [];
      if (turnOf === asked) show(found);
    } catch {
      close();  // the form itself still works
    }
  });
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      mark((at + step + shown.length + (at < 0 && step < 0 ? 1 : 0)) % shown.length);
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      location.href = shown[at].href;
    } else if (event.key === "Escape") {
      close();
    }
  });
  input.addEventListener("blur", close);
}

// Maps: one stop of the tab key, arrows go to the nearest area in that direction, Enter opens it.
for (const picture of document.querySelectorAll(".picture")) {
  if (picture.closest(".stage")) continue;  // the map page has its own way
  const svg = picture.querySelector("svg");
  const line = picture.querySelector(".info") || document.createElement("p");
  const areas = [...picture.querySelectorAll("[data-k]")].sort((one, other) => (one.dataset.k < other.dataset.k ? -1 : 1));
  if (!areas.length) continue;
  const { area: base, open: word, hint } = document.body.dataset;
  let here = null;
  const name = (area) => {
    if (here) here.classList.remove("here");
    here = area;
    here.classList.add("here");
    here.parentNode.append(here);
    const link = document.createElement("a");
    link.href = base.replace("KEY", encodeURIComponent(area.dataset.k));
    link.textContent = word;
    line.replaceChildren([area.dataset.n, area.dataset.t].filter(Boolean).join(": "), link);
  };
  const open = (area) => { location.href = base.replace("KEY", encodeURIComponent(area.dataset.k)); };
  const middle = (area) => {
    const box = area.getBBox();
    return [box.x + box.width / 2, box.y + box.height / 2];
  };
  line.className = "info";
  line.hidden = false;
  line.textContent = hint;
  picture.append(line);
  picture.addEventListener("pointerover", (event) => { const area = event.target.closest("[data-k]"); if (area) name(area); });
  svg.addEventListener("click", (event) => {
    const area = event.target.closest("[data-k]");
    if (area && event.pointerType !== "touch") open(area);  // a finger first reads the name; the line holds the link
  });
  svg.tabIndex = 0;
  svg.classList.add("keyed");
  svg.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (event.key === "Enter" && here) open(here);
    if (!way) return;
    event.preventDefault();
    if (!here) { name(areas[0]); return; }
    const [x, y] = middle(here);
    let best = null, least = Infinity;
    for (const area of areas) {
      const [dx, dy] = middle(area).map((one, side) => one - [x, y][side]);
      const ahead = dx * way[0] + dy * way[1], aside = Math.abs(dx * way[1]) + Math.abs(dy * way[0]);
      const far = ahead + 2 * aside;
      if (area !== here && ahead > 0 && aside <= ahead * 1.5 && far < least) { least = far; best = area; }
    }
    if (best) name(best);
  });
}

// Escape takes a filter away.
const all = document.querySelector("a.all");
if (all) document.addEventListener("keydown", (event) => { if (event.key === "Escape") location.href = all.href; });
