// Jobs that tell how far they are, boxes to tick before a button counts, files that show how much was sent, examples that are
// computed while somebody types. Every page works without it.
document.querySelector("main .faults")?.focus();

for (const part of document.querySelectorAll("[data-poll]:not([data-over])")) {
  const look = async () => {
    try {
      const answer = await fetch(part.dataset.poll, { headers: { "X-Requested-With": "poll" } });
      if (answer.redirected || answer.headers.get("X-Over")) { location.reload(); return; }
      if (answer.ok) {
        const text = await answer.text();
        if (text !== part.dataset.last) { part.innerHTML = text; part.dataset.last = text; }
      }
    } catch { /* the server is away for a moment; look again */ }
    setTimeout(look, 1000);
  };
  setTimeout(look, 500);
}

for (const form of document.querySelectorAll("form[data-ticks]")) {
  const boxes = [...form.querySelectorAll("input[type=checkbox]")];
  const button = form.querySelector("button.button");
  const told = form.querySelector("[data-left]");
  const count = () => {
    const left = boxes.filter(one => !one.checked).length;
    if (button) button.disabled = left > 0;
    if (told) told.textContent = left ? told.dataset.left.replace("#", left) : "";
  };
  boxes.forEach(one => one.addEventListener("change", count));
  count();
}

const send = form => {
  const bar = form.querySelector("progress");
  form.addEventListener("submit", event => {
    event.preventDefault();
    const field = form.querySelector("input[type=file]"), file = field.files[0];
    if (file && file.size > form.dataset.most * 1048576) {
      const told = form.querySelector("#kinds");
      told.setAttribute("role", "alert");
      told.className = "fault";
      field.setAttribute("aria-invalid", "true");
      told.textContent = form.dataset.large;
      return;
    }
    const sent = new XMLHttpRequest();
    form.querySelector("button").disabled = true;
    bar.hidden = false;
    sent.upload.addEventListener("progress", one => { if (one.lengthComputable) bar.value = Math.round(100 * one.loaded / one.total); });
    sent.addEventListener("load", () => {
      if (sent.status < 400) { location.assign(sent.responseURL); return; }
      const page = new DOMParser().parseFromString(sent.responseText, "text/html");
      document.querySelector("main").replaceWith(page.querySelector("main"));
      document.title = page.title;
      document.querySelector("main .faults")?.focus();
      document.querySelectorAll("form[data-upload]").forEach(send);
    });
    sent.addEventListener("error", () => form.submit());
    sent.open("POST", location.href);
    sent.send(new FormData(form));
  });
};
document.querySelectorAll("form[data-upload]").forEach(send);

for (const form of document.querySelectorAll("form[data-live]")) {
  const part = form.querySelector("[data-computed]");
  const told = form.querySelector("[data-told]");
  let timer, asked = 0;
  const compute = async act => {
    const mine = ++asked;
    const body = new FormData(form);
    body.set("act", act);
    try {
      const answer = await fetch(form.dataset.live, { method: "POST", body });
      if (mine !== asked) return;
      if (answer.status === 429) { timer = setTimeout(compute, 1000, act); return; }
      if (!answer.ok || answer.redirected) { told.textContent = form.dataset.away; return; }
      part.innerHTML = await answer.text();
      told.textContent = part.firstElementChild.dataset.said;
    } catch { told.textContent = form.dataset.away; }
  };
  form.addEventListener("input", event => {
    clearTimeout(timer);
    timer = setTimeout(compute, 500, event.target.id === "raw" ? "raw" : "live");
  });
}
