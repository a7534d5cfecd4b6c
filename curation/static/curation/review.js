// Keyboard control of the review queue, without leaving the page. Each key presses a button, box or link of the row;
// these work without this script.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const queue = document.getElementById("queue");
  const help = document.getElementById("shortcuts");
  const dialog = document.getElementById("queue-ask");
  const toast = document.getElementById("queue-toast");
  const FEW = 5; // rows left when the page is reloaded
  const REASONS = "review-reasons";
  const UNDO = "review-undo";
  const REFUSED_FOR = 8000;
  const NAMED = 4; // values that the dialog lists
  let current = -1;
  let busy = false;
  let settle = null; // resolves the open dialog
  let hiding = 0;

  const rows = () => [...document.querySelectorAll("#result_list tr.data-row")];
  const idOf = (row) => row?.querySelector("[data-change]")?.dataset.change;
  const stored = (name) => JSON.parse(sessionStorage.getItem(name) ?? "[]");
  const store = (name, list) => sessionStorage.setItem(name, JSON.stringify(list));

  function go(index) {
    const all = rows();
    document.querySelectorAll("tr.ms-current").forEach((row) => row.classList.remove("ms-current"));
    current = all.length ? Math.max(0, Math.min(index, all.length - 1)) : -1;
    const row = all[current];
    if (row) {
      row.classList.add("ms-current");
      row.tabIndex = -1;
      row.focus({ preventScroll: true });
      row.scrollIntoView({ block: "nearest" });
    }
    document.dispatchEvent(new CustomEvent("queue:at", { detail: { row, change: idOf(row) } }));
  }

  function say(text, { bad = false, undo = false, signIn = false } = {}) {
    if (!toast) return;
    clearTimeout(hiding);
    document.getElementById("queue-said").textContent = text;
    document.getElementById("queue-undo").hidden = !undo;
    document.getElementById("queue-sign-in").hidden = !signIn;
    toast.classList.toggle("ms-toast-bad", bad);
    toast.hidden = false;
    if (signIn) return; // it stays until the next response
    hiding = setTimeout(() => (toast.hidden = true), bad ? REFUSED_FOR * 2 : REFUSED_FOR);
  }

  // The session has ended: the response is the sign-in page. The entered reason is stored for the next attempt.
  class SignedOut extends Error {}
  class Busy extends Error {}
  const check = (answer) => {
    if (answer.redirected && new URL(answer.url).pathname === queue.dataset.login) throw new SignedOut();
  };

  function fail(error) {
    if (error instanceof SignedOut) return say(queue.dataset.signedOut, { bad: true, signIn: true });
    const isLost = error instanceof TypeError || error instanceof SyntaxError;
    say(isLost ? queue.dataset.lost : error.message, { bad: true });
  }

  async function send(address, data) {
    const body = new URLSearchParams(data);
    // After a sign-in in another tab there is a new token, which the form of this page does not have.
    const fresh = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
    const ours = document.querySelector("#changelist-form [name=csrfmiddlewaretoken]").value;
    body.set("csrfmiddlewaretoken", fresh ?? ours);
    const answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" } });
    check(answer);
    const result = await answer.json();
    if (answer.status === 503) throw new Busy(result.error);
    if (!answer.ok) throw new Error(result.error ?? answer.statusText);
    return result;
  }

  // -- asking ---------------------------------------------------------------------------------------

  function ask(action, row, { move = "", error = "" } = {}) {
    const words = document.getElementById("queue-words").dataset;
    const moves = [...row.querySelectorAll("[data-move]")].map((cell) => cell.textContent.replace(/\s+/g, " ").trim());
    const values = moves.slice(0, NAMED).join("; ") + (moves.length > NAMED ? "; …" : "");
    document.getElementById("queue-ask-title").textContent = words[action];
    document.getElementById("queue-ask-what").textContent =
      `${row.querySelector("[data-open]").textContent}, ${row.querySelector("[data-what]").textContent}: ${values}`;
    document.getElementById("queue-ask-move").textContent = move;
    const yes = document.getElementById("queue-yes");
    yes.textContent = words[`${action}Yes`];
    yes.className = `ms-button ms-button-${action === "reject" ? "no" : "yes"}`;
    const wrong = document.getElementById("queue-ask-error");
    wrong.textContent = error;
    wrong.hidden = !error;
    for (const part of dialog.querySelectorAll("[data-for]")) part.hidden = !part.dataset.for.split(" ").includes(action);
    const other = row.querySelector("a[data-pin]");
    document.getElementById("queue-pin-other").hidden = !other;
    if (other) document.getElementById("queue-pin-other").href = other.href;
    const reason = document.getElementById("queue-reason");
    const reasons = stored(REASONS);
    reason.required = action === "reject" || action === "keep";
    reason.value = reasons[0] ?? "";
    document.getElementById("queue-reasons").replaceChildren(...reasons.map((text) => new Option(text)));
    dialog.returnValue = "";
    dialog.dataset.action = action;
    dialog.showModal();
    if (reason.required) reason.select();
    else (action === "postpone" ? document.getElementById("queue-until") : yes).focus();
    return new Promise((resolve) => (settle = resolve));
  }

  dialog?.addEventListener("close", () => {
    const yes = dialog.returnValue === "yes";
    const reason = document.getElementById("queue-reason");
    if (yes && reason.required) {
      const text = reason.value.trim();
      store(REASONS, [text, ...stored(REASONS).filter((earlier) => earlier !== text)].slice(0, 10));
    }
    const entered = reason.required ? { reason: reason.value } : { until: document.getElementById("queue-until").value };
    settle?.(yes ? entered : null);
    settle = null;
  });

  // -- deciding -------------------------------------------------------------------------------------

  async function decide(action, row) {
    const id = idOf(row);
    if (!queue || !id || busy) return;
    busy = true;
    const index = rows().indexOf(row);
    try {
      let entered = {};
      if (action !== "approve") {
        entered = await ask(action, row);
        if (!entered) return;
      }
      row.classList.add("ms-deciding");
      const fingerprint = row.querySelector(`[name="shown-${id}"]`).value;
      const data = { [action]: id, [`shown-${id}`]: fingerprint, ...entered };
      let result = await send(queue.dataset.decide, data);
      if (result.ask) {
        if (!(await ask("twice", row, { move: result.message }))) return;
        result = await send(queue.dataset.decide, { ...data, confirmed: "1" });
      }
      await show(result, row, index);
    } catch (error) {
      fail(error);
    } finally {
      row.classList.remove("ms-deciding");
      busy = false;
      if (document.contains(row)) go(rows().indexOf(row));
    }
  }

  async function show(result, row, index) {
    if (result.undo) store(UNDO, [result.undo, ...stored(UNDO)].slice(0, 50));
    if (result.done.length) row.closest("tbody").remove();
    if (!result.done.length || rows().length < FEW) await renew();
    go(index);
    const why = result.refused.map(([, reason]) => reason).join(" ");
    say(`${result.message} ${why} ${result.left.toLocaleString()} ${queue.dataset.left}`.trim(), {
      bad: Boolean(why),
      undo: Boolean(result.undo),
    });
  }

  async function undo() {
    const [last, ...rest] = stored(UNDO);
    if (!queue || busy) return;
    if (!last) return say(queue.dataset.nothing, { bad: true });
    busy = true;
    try {
      const result = await send(queue.dataset.undo, { back: last });
      await renew();
      const back = rows().findIndex((row) => result.done.includes(Number(idOf(row))));
      go(back < 0 ? current : back);
      say(result.message, { undo: rest.length > 0 });
      store(UNDO, rest);
    } catch (error) {
      const isAnswered = ![SignedOut, Busy, TypeError].some((kind) => error instanceof kind);
      if (isAnswered) store(UNDO, rest); // what was not processed can be undone later
      fail(error);
    } finally {
      busy = false;
    }
  }

  // Reloads the rows and the header without leaving the page.
  async function renew() {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    check(answer);
    if (!answer.ok) return;
    const now = new DOMParser().parseFromString(await answer.text(), "text/html");
    const listed = now.querySelector("#result_list");
    const ours = document.querySelector("#result_list");
    if (!ours) return location.reload();
    if (listed) ours.replaceWith(document.adoptNode(listed));
    else ours.querySelectorAll("tbody").forEach((row) => row.remove());
    for (const part of [".ms-facets"]) {
      const theirs = now.querySelector(part);
      if (theirs) document.querySelector(part)?.replaceWith(document.adoptNode(theirs));
    }
    document.dispatchEvent(new CustomEvent("queue:renewed"));
  }

  // -- keys and buttons -----------------------------------------------------------------------------

  const here = () => rows()[current];
  const click = (selector) => here()?.querySelector(selector)?.click();
  const keys = {
    j: () => go(current + 1),
    k: () => go(current - 1),
    a: () => here() && decide("approve", here()),
    r: () => here() && decide("reject", here()),
    p: () => here() && decide("keep", here()),
    s: () => here() && decide("postpone", here()),
    z: undo,
    x: () => click("input.action-select"),
    w: () => click("a[data-raw]"),
    o: () => click("a[data-open]"),
    Enter: () => click("a[data-open]"),
    "?": () => help?.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in keys)) return;
    if (dialog?.open && dialog.dataset.action === "twice" && event.key === "a") {
      event.preventDefault();
      document.getElementById("queue-yes").click();
      return;
    }
    if (event.target.closest("input:not([type=checkbox]), textarea, select, dialog")) return;
    if (event.key === "Enter" && event.target.closest("a, button, summary, input")) return;
    event.preventDefault();
    keys[event.key]();
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("#result_list [data-change] button[name]");
    if (!button || !queue) return;
    event.preventDefault();
    const row = button.closest("tr");
    go(rows().indexOf(row));
    decide(button.name, row);
  });

  for (const button of document.querySelectorAll("[data-shortcuts]")) {
    button.hidden = false;
    button.addEventListener("click", () => help?.showModal());
  }
  document.getElementById("queue-undo")?.addEventListener("click", undo);
  document.addEventListener("queue:signed-out", () => toast?.hidden && fail(new SignedOut()));
});
