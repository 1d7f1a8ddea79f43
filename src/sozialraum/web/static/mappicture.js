// The picture that came with the page, used as a map: it names what is pointed at, takes other classes, outlines areas.
// Nothing has to be fetched or started for it, so it serves at once, also on computers without graphics hardware.
const SVG = "http://www.w3.org/2000/svg", MARGIN = 2, SCALE_BAR = 22;
const PATTERNS = ["hidden", "unknown"];
const STROKES = [["here", "text", 2.5], ["picked", "ground", 7], ["picked", "action", 3]];

// Of a pane: the areas of its picture by key, and what can be done with them; null where there are too many for a picture.
// `without` are the places in the level of areas that have no outline.
function pictureOf(pane, without) {
  const svg = pane.querySelector(".picture svg");
  const shapes = svg ? [...svg.querySelectorAll("[data-k]")].sort((one, other) => (one.dataset.k < other.dataset.k ? -1 : 1)) : [];
  if (!shapes.length) return null;
  let place = -1;
  const places = new Map(shapes.map(({ dataset }) => {
    do place += 1; while (without.has(place));
    return [dataset.k, place];
  }));
  const known = new Map(shapes.map((one) => [one.dataset.k, one]));
  const marks = svg.querySelector(".marks") || svg.appendChild(group("marks"));
  const sheet = svg.appendChild(group("strokes")), held = { here: [], picked: [] };
  sheet.setAttribute("transform", "scale(.1)");
  return {
    svg, places,
    about: (key) => known.has(key) && { properties: told(known.get(key)), geometry: key },
    middles: () => new Map([...known].map(([key, one]) => [key, middle(one.getBBox())])),
    paint({ fills, signs }) {
      for (const [key, at] of places) known.get(key).setAttribute("fill", inked(fills.names[fills.areas.charCodeAt(at) - 97]));
      marks.innerHTML = signs;
    },
    strokes(name, keys) {
      held[name] = keys.filter((key) => known.has(key));
      svg.dataset[name] = held[name].length;
      sheet.replaceChildren(...STROKES.flatMap(([one, shade, wide]) => held[one].map((key) => outlined(known.get(key), shade, wide))));
    },
    spot: (event) => spotted(svg, event),
  };
}

function group(name) {
  const made = document.createElementNS(SVG, "g");
  made.classList.add(name);
  return made;
}

const inked = (name) => (PATTERNS.includes(name) ? `url(#p-${name}-tenths)` : `var(--${name})`);
const middle = ({ x, y, width, height }) => [x + width / 2, -y - height / 2];

// Name and page of an area; areas of a coarser level have no page.
function told({ dataset }) {
  const { profile } = document.getElementById("atlas").dataset;
  return { k: dataset.k, n: dataset.n, p: profile && profile.replace("KEY", encodeURIComponent(dataset.k)) };
}

function outlined(shape, shade, wide) {
  const made = shape.cloneNode();
  for (const name of ["data-k", "data-n", "data-t"]) made.removeAttribute(name);
  for (const [name, value] of Object.entries({ fill: "none", stroke: `var(--${shade})`, "stroke-width": wide, "stroke-linejoin": "round", "vector-effect": "non-scaling-stroke" })) made.setAttribute(name, value);
  return made;
}

// Where in the map a pointer is, in parts of its width and height from the north-west.
function spotted(svg, event) {
  const { width, height } = svg.viewBox.baseVal, place = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  return [(place.x - MARGIN) / (width - 2 * MARGIN), (place.y - MARGIN) / (height - SCALE_BAR - 2 * MARGIN)];
}
