// Suggestions below the search field, as somebody types. "/" and Ctrl or Cmd + K lead there; arrows, Enter and Escape
// work in it. Without this script the field searches when it is sent.
"use strict";

const field = document.getElementById("q");
const list = document.getElementById("q-hits");
let chosen = -1;
let asked = 0;

function close() {
  list.hidden = true;
  field.setAttribute("aria-expanded", "false");
  field.removeAttribute("aria-activedescendant");
  chosen = -1;
}

function show(hits) {
  list.replaceChildren(...hits.map((hit, number) => {
    const item = document.createElement("li");
    item.id = `q-hit-${number}`;
    item.setAttribute("role", "option");
    item.dataset.url = hit.url;
    const title = document.createElement("span");
    title.textContent = hit.name || hit.id;
    const id = document.createElement("code");
    id.textContent = hit.id;
    const kind = document.createElement("span");
    kind.className = "badge";
    kind.textContent = list.dataset[hit.kind];
    item.append(title, id, kind);
    item.addEventListener("mousedown", (event) => { event.preventDefault(); location.assign(hit.url); });
    return item;
  }));
  list.hidden = hits.length === 0;
  field.setAttribute("aria-expanded", String(hits.length > 0));
  chosen = -1;
}

function choose(number) {
  const items = list.children;
  if (!items.length) return;
  chosen = (number + items.length) % items.length;
  for (const [place, item] of [...items].entries()) item.setAttribute("aria-selected", String(place === chosen));
  field.setAttribute("aria-activedescendant", items[chosen].id);
  items[chosen].scrollIntoView({ block: "nearest" });
}

let timer;
field.addEventListener("input", () => {
  clearTimeout(timer);
  const text = field.value.trim();
  if (!text) { close(); return; }
  timer = setTimeout(async () => {
    const turn = ++asked;
    const response = await fetch(`${list.dataset.url}?q=${encodeURIComponent(text)}`);
    if (turn === asked && response.ok && document.activeElement === field) show((await response.json()).hits);
  }, 80);
});
field.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown") { event.preventDefault(); choose(chosen + 1); }
  else if (event.key === "ArrowUp") { event.preventDefault(); choose(chosen - 1); }
  else if (event.key === "Escape") close();
  else if (event.key === "Enter" && chosen >= 0) { event.preventDefault(); location.assign(list.children[chosen].dataset.url); }
});
field.addEventListener("blur", close);
document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, textarea, select, [contenteditable]");
  const isPalette = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
  if (isPalette || (event.key === "/" && !isTyping)) { event.preventDefault(); field.focus(); field.select(); }
});
