// Meeting blocks are drawn on the grid: the stretch goes into the form's own fields, which work without this.
"use strict";

for (const week of document.querySelectorAll(".block-week[data-form]")) {
  const form = document.getElementById(week.dataset.form);
  const days = [...week.querySelectorAll(".block-week-day")];
  if (!form || !days.length) continue;
  const first = 60 * Number(week.dataset.first);
  const last = 60 * Number(week.dataset.last);
  const said = document.querySelector(".block-week-said");
  const select = form.querySelector("select[name=day]");
  const STEP = 15;
  let from = null; // where drawing began: a column and a minute
  let cursor = { column: 0, minute: Math.max(first, Math.min(540, last - STEP)) };

  const clock = (minute) => `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
  const within = (low, value, high) => Math.max(low, Math.min(value, high));

  const drawn = () => {
    const start = from ?? cursor;
    const columns = select ? [cursor.column, cursor.column] : [start.column, cursor.column].sort((a, b) => a - b);
    const minutes = [start.minute, cursor.minute].sort((a, b) => a - b);
    return { columns, begins: minutes[0], ends: Math.min(minutes[1] + STEP, last) };
  };

  const show = () => {
    const { columns, begins, ends } = drawn();
    for (const old of week.querySelectorAll(".block-week-new")) old.remove();
    for (const day of days.slice(columns[0], columns[1] + 1)) {
      const box = document.createElement("div");
      box.className = "block-week-new";
      box.style.top = `${(100 * (begins - first)) / (last - first)}%`;
      box.style.height = `${(100 * (ends - begins)) / (last - first)}%`;
      box.textContent = `${clock(begins)}–${clock(ends)}`;
      day.append(box);
    }
    const names = days.slice(columns[0], columns[1] + 1).map((day) => day.dataset.name);
    said.textContent = `${names.join(" · ")}: ${clock(begins)}–${clock(ends)}`;
  };

  const take = () => {
    const { columns, begins, ends } = drawn();
    const chosen = new Set(days.slice(columns[0], columns[1] + 1).map((day) => day.dataset.day));
    form.elements.starts.value = clock(begins);
    form.elements.ends.value = ends === 1440 ? "00:00" : clock(ends);
    if (select) select.value = [...chosen][0];
    for (const box of form.querySelectorAll("input[type=checkbox][name=day]")) box.checked = chosen.has(box.value);
  };

  const place = (event) => {
    const column = days.findIndex((day) => event.clientX <= day.getBoundingClientRect().right);
    const frame = days[0].getBoundingClientRect();
    const share = (event.clientY - frame.top) / frame.height;
    const minute = first + Math.floor((share * (last - first)) / STEP) * STEP;
    return { column: column < 0 ? days.length - 1 : column, minute: within(first, minute, last - STEP) };
  };

  week.tabIndex = 0;
  week.setAttribute("role", "application");
  week.setAttribute("aria-label", week.dataset.label);
  week.classList.add("block-week-drawable");

  week.addEventListener("pointerdown", (event) => {
    // A finger scrolls, and blocks that are there are links.
    if (event.button || event.pointerType === "touch" || !event.target.closest(".block-week-day")) return;
    if (event.target.closest("a")) return;
    event.preventDefault();
    week.focus();
    week.setPointerCapture(event.pointerId);
    from = cursor = place(event);
    show();
  });
  week.addEventListener("pointermove", (event) => {
    if (!week.hasPointerCapture(event.pointerId)) return;
    cursor = place(event);
    show();
  });
  week.addEventListener("pointerup", (event) => {
    if (!week.hasPointerCapture(event.pointerId)) return;
    take();
    week.releasePointerCapture(event.pointerId);
  });

  week.addEventListener("keydown", (event) => {
    if (event.target !== week) return;
    const moves = { ArrowUp: [0, -STEP], ArrowDown: [0, STEP], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
    if (event.key === "Enter") {
      take();
      form.elements.slot_minutes.focus();
    } else if (event.key === "Escape") {
      from = null;
      show();
    } else if (moves[event.key]) {
      from = event.shiftKey ? (from ?? cursor) : null;
      cursor = {
        column: within(0, cursor.column + moves[event.key][0], days.length - 1),
        minute: within(first, cursor.minute + moves[event.key][1], last - STEP),
      };
      show();
    } else {
      return;
    }
    event.preventDefault();
  });
}
