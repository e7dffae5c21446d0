// The participant's pages work without this file; with it they save as one goes and paint by finger.
"use strict";

// --- Saving field by field. What could not be sent stays on the device until it could. ---

for (const form of document.querySelectorAll("form[data-autosave]")) {
  const status = form.querySelector("[data-status]");
  const store = "keep:" + form.dataset.keep;
  const token = form.querySelector("[name=csrf_token]").value;
  let waiting = read();
  let sending = false;

  function read() {
    try { return JSON.parse(localStorage.getItem(store) || "{}"); } catch { return {}; }
  }
  function write() {
    try {
      if (Object.keys(waiting).length) localStorage.setItem(store, JSON.stringify(waiting));
      else localStorage.removeItem(store);
    } catch { /* private mode: the form itself still holds everything */ }
  }
  function valueOf(field) {
    if (field.type === "checkbox") {
      const all = form.querySelectorAll(`[name="${field.name}"]:checked`);
      if ("flag" in field.dataset) return field.checked ? "1" : "0";
      return [...all].map((box) => box.value).join(" ");
    }
    return field.value;
  }
  async function send() {
    if (sending) return;
    sending = true;
    try {
      for (const [name, value] of Object.entries(waiting)) {
        status.textContent = form.dataset.saving;
        const answer = await fetch(form.dataset.autosave, {
          method: "POST",
          headers: { "X-CSRFToken": token, "Content-Type": "application/x-www-form-urlencoded" },
          body: new URLSearchParams({ name, value }),
        });
        const type = answer.headers.get("Content-Type") || "";
        const told = type.includes("json") ? await answer.json() : { saved: false, message: "" };
        if (!told.saved && answer.status >= 500) throw new Error("later");
        if (waiting[name] === value) delete waiting[name];
        write();
        mark(name, told.saved ? "" : told.message);
        status.textContent = told.message;
        if (told.percent !== undefined) {
          const percent = document.querySelector("[data-percent]");
          if (percent) percent.textContent = told.percent;
          const bar = document.querySelector("[data-progress] .meter > span");
          if (bar) bar.style.width = told.percent + "%";
        }
      }
    } catch {
      status.textContent = form.dataset.offline;
    } finally {
      sending = false;
    }
    if (Object.keys(waiting).length && navigator.onLine) setTimeout(send, 5000);
  }
  function mark(name, message) {
    const field = form.querySelector(`[name="${name}"]:not([type=checkbox])`);
    if (!field) return;
    if (message) field.setAttribute("aria-invalid", "true"); else field.removeAttribute("aria-invalid");
  }

  // What was typed on a bad connection is put back into the form, and sent.
  for (const [name, value] of Object.entries(waiting)) {
    for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (field.type === "checkbox") field.checked = value.split(" ").includes(field.value);
      else field.value = value;
    }
  }
  if (Object.keys(waiting).length) send();
  addEventListener("online", send);
  form.addEventListener("change", (event) => {
    const field = event.target;
    if (!field.name || field.type === "hidden" || field.type === "file") return;
    waiting[field.name] = valueOf(field);
    write();
    send();
  });
  form.addEventListener("submit", () => { waiting = {}; write(); });
}

// --- A message being written survives a reload. ---

for (const field of document.querySelectorAll("textarea[data-keep]")) {
  const store = "keep:" + field.dataset.keep;
  try {
    if (!field.value) field.value = localStorage.getItem(store) || "";
    field.addEventListener("input", () => localStorage.setItem(store, field.value));
    field.form.addEventListener("submit", () => localStorage.removeItem(store));
  } catch { /* private mode */ }
}

// --- The number of topics chosen, and no more than twenty. ---

for (const set of document.querySelectorAll("[data-topics]")) {
  const told = set.querySelector("[data-chosen]");
  const count = () => {
    const chosen = set.querySelectorAll("input:checked").length;
    told.textContent = chosen ? chosen + " / 20" : "";
  };
  set.addEventListener("change", (event) => {
    if (set.querySelectorAll("input:checked").length > 20) event.target.checked = false;
    count();
  });
  count();
}

// --- Painting the grid: drag with mouse or finger, arrows and Shift on the keyboard, whole days. ---

for (const form of document.querySelectorAll("[data-paint]")) {
  const table = form.querySelector("table");
  const columns = [];
  for (const box of table.querySelectorAll(".cell input")) (columns[Number(box.dataset.column)] ??= []).push(box);
  let brush = null;
  let touched = false;

  const boxAt = (x, y) => {
    const hit = document.elementFromPoint(x, y);
    return hit && hit.closest(".cell") ? hit.closest(".cell").querySelector("input") : null;
  };
  const paint = (box) => { if (box && box.checked !== brush) { box.checked = brush; changed(); } };
  const changed = () => { touched = true; };

  // A mouse paints at once. A finger taps one time, or stays a moment and then draws: a quick swipe still scrolls.
  let hold = 0;
  let swallow = false;
  const begin = (box) => { brush = !box.checked; swallow = true; paint(box); };
  table.addEventListener("pointerdown", (event) => {
    const cell = event.target.closest(".cell");
    if (!cell || event.button !== 0) return;
    const box = cell.querySelector("input");
    swallow = false;
    if (event.pointerType !== "touch") {
      begin(box);
      box.focus({ preventScroll: true });
      return;
    }
    hold = setTimeout(() => { hold = 0; begin(box); navigator.vibrate?.(15); }, 250);
  });
  table.addEventListener("click", (event) => {
    // The label's own click would turn the box back that was painted already; the keyboard's click has detail 0.
    if (swallow && event.detail > 0 && event.target.closest(".cell")) event.preventDefault();
  });
  table.addEventListener("pointermove", (event) => {
    if (brush !== null && event.pointerType !== "touch") paint(boxAt(event.clientX, event.clientY));
  });
  table.addEventListener("touchmove", (event) => {
    clearTimeout(hold);
    if (brush === null) return;
    event.preventDefault();
    paint(boxAt(event.touches[0].clientX, event.touches[0].clientY));
  }, { passive: false });
  table.addEventListener("contextmenu", (event) => { if (brush !== null) event.preventDefault(); });
  const stop = () => { clearTimeout(hold); brush = null; };
  for (const end of ["pointerup", "pointercancel", "touchend", "touchcancel"]) addEventListener(end, stop);

  table.addEventListener("keydown", (event) => {
    const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    const step = steps[event.key];
    if (!step || event.target.type !== "checkbox") return;
    event.preventDefault();
    const column = Number(event.target.dataset.column);
    const row = columns[column].indexOf(event.target);
    let next = columns[column][row + step[0]];
    if (step[1]) {
      // The next day may be cut into other times: go to the nearest one of the clock.
      let other = column + step[1];
      while (other >= 0 && other < columns.length && !columns[other]) other += step[1];
      const day = 86400 * (other - column);
      const distance = (box) => Math.abs(Number(box.value) - Number(event.target.value) - day);
      next = (columns[other] || []).reduce((best, box) => (best && distance(best) <= distance(box) ? best : box), null);
    }
    if (!next) return;
    if (event.shiftKey) { next.checked = event.target.checked; changed(); }
    next.focus();
  });
  table.addEventListener("change", changed);

  for (const button of form.querySelectorAll("[data-day]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const boxes = columns[Number(button.dataset.day)] || [];
      const value = boxes.some((box) => !box.checked);
      for (const box of boxes) box.checked = value;
      changed();
    });
  }
  form.addEventListener("submit", () => { touched = false; });
  addEventListener("beforeunload", (event) => { if (touched) event.preventDefault(); });
}
