// The dashboard's only script: the live progress of a run, and the form that asks for one. Without it all else is there.
"use strict";

const card = document.querySelector("#live");
const job = card ? card.dataset.job : "";
let source = null;

function number(n) {
  return Math.round(n).toLocaleString("en").replaceAll(",", "\u202f");
}

function time(seconds) {
  if (seconds < 60) return Math.ceil(seconds) + " s";
  if (seconds < 3600) return Math.floor(seconds / 60) + " min " + Math.round(seconds % 60) + " s";
  return Math.floor(seconds / 3600) + " h " + Math.round((seconds % 3600) / 60) + " min";
}

function show(name, text) {
  card.querySelector("[data-show=" + name + "]").textContent = text;
}

// draw shows what goes on; a run that began or ended changes the whole page, which is read anew, and shows nothing until then:
// it has no place for it.
function draw(status) {
  const run = status.running;
  const now = run ? run.job + " " + run.since : "";
  if (now !== job) {
    source.close();
    setTimeout(() => location.reload(), 700);
    return;
  }
  if (!run) return;
  const bar = card.querySelector("progress");
  show("stage", run.stage || "beginning");
  show("count", run.total > 0 ? number(run.done) + " of " + number(run.total) : number(run.done));
  show("rate", run.rate > 0 ? number(run.rate) + " a second" : "");
  show("left", run.left > 0 ? time(run.left) + " left" : "");
  if (run.total > 0) {
    bar.max = run.total;
    bar.value = run.done;
  } else {
    bar.removeAttribute("value");
  }
}

if (card) {
  source = new EventSource("/live");
  source.onmessage = (event) => draw(JSON.parse(event.data));
  addEventListener("pagehide", () => source.close());
}

const form = document.querySelector("#ask");
if (form) {
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const said = form.querySelector("[role=status]");
    const answer = await fetch("/v1/runs", {
      method: "POST",
      headers: { "Content-Type": "application/json", "Authorization": "Bearer " + form.elements.token.value },
      body: JSON.stringify({ schedule: form.elements.schedule.value }),
    }).then((r) => r.json()).catch(() => ({ error: "edgewarm does not answer" }));
    said.textContent = answer.error ? "Refused: " + answer.error + "." : "It is queued.";
  });
}
