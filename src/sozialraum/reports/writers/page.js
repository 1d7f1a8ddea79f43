// Names the area under pointer or finger below its map; everything here also stands in the table.
for (const figure of document.querySelectorAll(".picture")) {
  const line = figure.querySelector(".info");
  if (!line) continue;
  line.hidden = false;
  line.textContent = line.dataset.hint;
  const show = (event) => {
    const area = event.target.closest("[data-t]");
    if (area) line.textContent = [area.dataset.n, area.dataset.t].filter(Boolean).join(": ");
  };
  figure.addEventListener("pointerover", show);
  figure.addEventListener("click", show);
}
