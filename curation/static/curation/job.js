// Updates the page of a job until it is done. Without a script the page reloads itself.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const page = document.getElementById("job");
  if (!page || page.dataset.over === "yes") return;
  const EVERY = 700;

  async function look() {
    try {
      const answer = await fetch(page.dataset.state, { headers: { Accept: "application/json" } });
      if (answer.redirected) return location.reload(); // the session has ended: reload to sign in
      if (!answer.ok) throw new Error(answer.statusText);
      const now = await answer.json();
      document.getElementById("job-progress").value = now.position;
      document.getElementById("job-words").textContent = now.words;
      for (const place of page.querySelectorAll("[data-number]")) {
        place.textContent = now[place.dataset.number].toLocaleString("en");
      }
      // The reloaded page has the buttons of a finished job.
      if (now.state === "done" || now.state === "failed") return location.reload();
    } catch {
      // The server is not reachable; the next poll retries.
    }
    setTimeout(look, EVERY);
  }

  setTimeout(look, EVERY / 2);
});
