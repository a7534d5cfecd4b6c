// Rows of the review queue: the payload on request, and the presence of other reviewers.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const signedOut = () => document.dispatchEvent(new CustomEvent("queue:signed-out"));

  // -- payload --------------------------------------------------------------------------------------

  async function toggle(link) {
    const row = link.closest("tr");
    const open = row.nextElementSibling;
    if (open?.classList.contains("ms-raw-row")) {
      open.remove();
      link.setAttribute("aria-expanded", "false");
      return;
    }
    const answer = await fetch(`${link.href}?part=1`);
    if (answer.redirected && document.getElementById("queue")) return signedOut();
    if (!answer.ok || answer.redirected) return location.assign(link.href);
    const inside = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".ms-raw");
    const added = document.createElement("tr");
    added.className = "ms-raw-row";
    const cell = added.appendChild(document.createElement("td"));
    cell.colSpan = row.children.length;
    cell.append(document.adoptNode(inside));
    row.after(added);
    link.setAttribute("aria-expanded", "true");
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("#result_list a[data-raw]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    toggle(link);
  });

  // -- presence -------------------------------------------------------------------------------------

  const queue = document.getElementById("queue");
  if (!queue) return;
  const EVERY = 15000;
  const IDLE = 120000; // no input for so long: the person counts as away
  let at = "";
  let touched = Date.now();
  let quiet = false;

  async function beat() {
    const idle = document.hidden || Date.now() - touched > IDLE;
    if (idle && quiet) return;
    quiet = idle;
    const token = document.querySelector("#changelist-form [name=csrfmiddlewaretoken]");
    const rows = [...document.querySelectorAll("#result_list [data-change]")];
    if (!token || !rows.length) return;
    const body = new URLSearchParams({ csrfmiddlewaretoken: token.value, change: idle ? "" : at });
    for (const row of rows) body.append("row", row.dataset.change);
    try {
      const answer = await fetch(queue.dataset.presence, { method: "POST", body });
      if (answer.redirected) return signedOut();
      if (!answer.ok) return;
      const { others } = await answer.json();
      for (const row of rows) {
        const names = others[row.dataset.change] ?? [];
        const place = row.closest("tr").querySelector("[data-presence]");
        if (place) place.textContent = names.length ? `${names.join(", ")} ${queue.dataset.looking}` : "";
      }
    } catch {
      // The next beat retries; deciding reports by itself when the server is away.
    }
  }

  for (const kind of ["keydown", "pointerdown", "scroll"]) {
    document.addEventListener(kind, () => (touched = Date.now()), { passive: true });
  }
  document.addEventListener("queue:at", (event) => {
    const change = event.detail.change ?? "";
    if (change === at) return;
    at = change;
    touched = Date.now();
    beat();
  });
  document.addEventListener("queue:renewed", beat);
  document.addEventListener("visibilitychange", () => document.hidden || beat());
  setInterval(beat, EVERY);
  beat();
});
