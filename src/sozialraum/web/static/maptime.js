// Time: a slider over the dates with all of them named below it, that plays when asked to and stops at the end or at any key.
let playing = null;

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
  const turn = { timer: 0 };  // who stops and plays on while a date is on its way has two turns: the first one is over
  const step = async () => {
    await go(at);
    at += 1;
    if (playing !== turn) return;
    if (at >= count) halt(); else turn.timer = setTimeout(step, 1200);
  };
  playing = turn;
  turn.timer = setTimeout(step, 0);
  tellTime();
}

function halt() {
  if (playing === null) return;
  clearTimeout(playing.timer);
  playing = null;
  tellTime();
}
