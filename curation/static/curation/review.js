// Keys of the review queue. Everything they do is a button, box or link of the row, so nothing works by key alone.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const rows = [...document.querySelectorAll("#result_list tr.data-row")];
  const help = document.getElementById("shortcuts");
  const PLACE = "review-place";
  let current = -1;

  function go(index) {
    if (!rows.length) return;
    rows[current]?.classList.remove("ms-current");
    current = Math.max(0, Math.min(index, rows.length - 1));
    rows[current].classList.add("ms-current");
    rows[current].scrollIntoView({ block: "nearest" });
  }

  function press(selector, leaves = true) {
    const control = rows[current]?.querySelector(selector);
    if (!control) return;
    if (leaves) sessionStorage.setItem(PLACE, String(current));
    control.click();
  }

  const keys = {
    j: () => go(current + 1),
    k: () => go(current - 1),
    a: () => press("button[name=approve]"),
    r: () => press("button[name=reject]"),
    x: () => press("input.action-select", false),
    o: () => press("a[data-open]"),
    "?": () => help?.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=checkbox]), textarea, select, dialog");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !(event.key in keys)) return;
    event.preventDefault();
    keys[event.key]();
  });

  document.querySelector("[data-shortcuts]")?.addEventListener("click", () => help?.showModal());

  // After a decision the page comes back with one row less: go on where the person was.
  const place = sessionStorage.getItem(PLACE);
  sessionStorage.removeItem(PLACE);
  if (place !== null) go(Number(place));
});
