// Updates the page of runs until all are done. Without a script the page reloads itself.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const page = document.getElementById("progress");
  if (!page || page.dataset.done === "yes") return;
  const summary = document.getElementById("progress-summary");
  const hint = document.getElementById("progress-hint");
  const lost = document.getElementById("progress-lost");
  const EVERY = 1000;
  const PATIENCE = 15000;
  const started = Date.now();

  function fill(row, run) {
    const cell = (name) => row.querySelector(`[data-cell="${name}"]`);
    const state = cell("state");
    state.className = `ms-outcome ms-outcome-${run.state}`;
    state.textContent = run.words;
    if (run.url) state.href = run.url;
    for (const [name, { count, url }] of Object.entries(run.counts)) {
      const said = document.createElement(count ? "a" : "span");
      said.className = count ? "ms-link ms-number" : "ms-quiet ms-number";
      said.textContent = count.toLocaleString("en");
      if (count) said.href = url;
      cell(name).replaceChildren(said);
    }
    cell("seconds").textContent = run.seconds ?? "";
    cell("error").textContent = run.error;
  }

  async function look() {
    try {
      const answer = await fetch(page.dataset.state, { headers: { Accept: "application/json" } });
      if (answer.redirected) return location.reload(); // the session has ended: reload to sign in
      if (!answer.ok) throw new Error(answer.statusText);
      const now = await answer.json();
      lost.hidden = true;
      for (const run of now.runs) {
        const row = page.querySelector(`tr[data-source="${CSS.escape(run.source)}"]`);
        if (row) fill(row, run);
      }
      if (summary.textContent !== now.summary) summary.textContent = now.summary;
      hint.hidden = !now.waiting || Date.now() - started < PATIENCE;
      if (now.done) return;
    } catch {
      lost.hidden = false;
    }
    setTimeout(look, EVERY);
  }

  setTimeout(look, EVERY / 2);
});
