// Plans of halls: placing by click or arrow keys, and drawing aisles. What is placed goes into the page's own form,
// which works without this.
"use strict";

const STEP = 0.5; // percent of the plan
const LARGE = 5;
const SNAP = 10; // pixels within which a new point takes an old one's place
const SVG = "http://www.w3.org/2000/svg";

for (const plan of document.querySelectorAll(".plan-frame[data-place], .plan-frame[data-aisles]")) {
  const said = document.querySelector(".plan-said");
  const cross = document.createElement("span");
  cross.className = "plan-cross";
  cross.hidden = true;
  plan.append(cross);
  plan.tabIndex = 0;
  plan.setAttribute("role", "application");
  plan.setAttribute("aria-label", plan.dataset.label);
  plan.classList.add("plan-live");
  const at = { x: 50, y: 50 };

  const within = (value) => Math.max(0, Math.min(100, Math.round(value * 1000) / 1000));
  const show = () => {
    cross.hidden = false;
    cross.style.left = `${at.x}%`;
    cross.style.top = `${at.y}%`;
  };
  const under = (event) => {
    const frame = plan.getBoundingClientRect();
    at.x = within((100 * (event.clientX - frame.left)) / frame.width);
    at.y = within((100 * (event.clientY - frame.top)) / frame.height);
  };
  const moved = (event) => {
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!steps) return false;
    const step = event.shiftKey ? LARGE : STEP;
    at.x = within(at.x + steps[0] * step);
    at.y = within(at.y + steps[1] * step);
    show();
    cross.scrollIntoView({ block: "nearest", inline: "nearest" });
    said.textContent = `${at.x} / ${at.y}`;
    return true;
  };

  if (plan.dataset.place) placing(plan, at, { show, under, moved });
  else drawing(plan, at, said, { show, under, moved });
}

function placing(plan, at, { show, under, moved }) {
  const form = document.getElementById(plan.dataset.place);
  const { x, y } = form.elements;
  if (x.value !== "" && y.value !== "") {
    at.x = Number(x.value.replace(",", ".")) || 0;
    at.y = Number(y.value.replace(",", ".")) || 0;
  }
  show();
  const store = () => {
    x.value = at.x;
    y.value = at.y;
    show();
    form.requestSubmit();
  };
  plan.addEventListener("click", (event) => {
    if (event.target.closest("a")) return;
    under(event);
    store();
  });
  plan.addEventListener("keydown", (event) => {
    if (event.target !== plan) return;
    if (moved(event)) {
      event.preventDefault();
      x.value = at.x;
      y.value = at.y;
    } else if (event.key === "Enter") {
      event.preventDefault();
      store();
    }
  });
}

function drawing(plan, at, said, { show, under, moved }) {
  const text = document.querySelector(`textarea[name=${plan.dataset.aisles}]`);
  const svg = plan.querySelector(".plan-lines");
  said.textContent = plan.dataset.hint;
  let open = false; // whether the last line goes on

  const lines = () =>
    text.value
      .split("\n")
      .map((line) => line.trim().split(/\s+/).filter(Boolean))
      .filter((line) => line.length);
  const keep = (found) => {
    text.value = found.map((line) => line.join(" ")).join("\n");
    draw();
  };
  const draw = () => {
    svg.replaceChildren(
      ...lines().map((line, index, all) => {
        const drawn = document.createElementNS(SVG, "polyline");
        drawn.setAttribute("class", open && index === all.length - 1 ? "plan-aisle plan-open" : "plan-aisle");
        drawn.setAttribute("points", (line.length > 1 ? line : [line[0], line[0]]).join(" "));
        return drawn;
      }),
    );
  };
  // A point near one that is there already becomes the same: so aisles meet.
  const snapped = () => {
    const frame = plan.getBoundingClientRect();
    let best = { far: SNAP, x: at.x, y: at.y };
    for (const point of lines().flat()) {
      const [x, y] = point.split(",").map(Number);
      const far = Math.hypot(((x - at.x) * frame.width) / 100, ((y - at.y) * frame.height) / 100);
      if (far < best.far) best = { far, x, y };
    }
    return `${Math.round(best.x * 100) / 100},${Math.round(best.y * 100) / 100}`;
  };
  const add = () => {
    const found = lines();
    const point = snapped();
    if (open) {
      const line = found[found.length - 1];
      if (line[line.length - 1] !== point) line.push(point);
    } else found.push([point]);
    open = true;
    keep(found);
  };
  const end = () => {
    open = false;
    keep(lines().filter((line) => line.length > 1));
  };
  const back = () => {
    const found = lines();
    const last = found[found.length - 1];
    if (!last) return;
    last.pop();
    open = last.length > 0;
    keep(found.filter((line) => line.length));
  };

  plan.addEventListener("click", (event) => {
    if (event.detail > 1) return;
    under(event);
    show();
    add();
  });
  plan.addEventListener("dblclick", end);
  plan.addEventListener("keydown", (event) => {
    if (event.target !== plan) return;
    const act = { Enter: add, Escape: end, Backspace: back }[event.key];
    if (!act && !moved(event)) return;
    event.preventDefault();
    act?.();
  });
  for (const button of document.querySelectorAll("[data-plan-act]")) {
    button.hidden = false;
    button.addEventListener("click", { end, back }[button.dataset.planAct]);
  }
  text.form.addEventListener("submit", end);
  text.addEventListener("input", draw);
  draw();
}
