// Keeps the page of a job up to date until it is over. Without it, the page renews itself.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const page = document.getElementById("job");
  if (!page || page.dataset.over === "yes") return;
  const EVERY = 700;

  async function look() {
    try {
      const answer = await fetch(page.dataset.state, { headers: { Accept: "application/json" } });
      if (answer.redirected) return location.reload(); // the session has ended: the page asks to sign in, and comes back
      if (!answer.ok) throw new Error(answer.statusText);
      const now = await answer.json();
      document.getElementById("job-progress").value = now.position;
      document.getElementById("job-words").textContent = now.words;
      for (const place of page.querySelectorAll("[data-number]")) {
        place.textContent = now[place.dataset.number].toLocaleString("en");
      }
      // What can be done with it is on the page that is made now.
      if (now.state === "done" || now.state === "failed") return location.reload();
    } catch {
      // The server is away for a moment; the next look tells.
    }
    setTimeout(look, EVERY);
  }

  setTimeout(look, EVERY / 2);
});
