// The pocket agenda: draws what the phone keeps, brings it up to date, keeps actions until they can be sent.
"use strict";

(() => {
  const root = document.getElementById("pocket");
  if (!root) return;
  const words = JSON.parse(root.dataset.words);
  const part = (name) => root.querySelector(`[data-${name}]`);
  const keys = {
    kept: `pocket:${root.dataset.slug}:kept`,
    waiting: `pocket:${root.dataset.slug}:waiting`,
    changes: `pocket:${root.dataset.slug}:changes`,
    late: `pocket:${root.dataset.slug}:late`,
  };
  const PATIENCE = 8000;
  const EVERY = 60000;

  const read = (key, other) => {
    try {
      return JSON.parse(localStorage.getItem(key)) ?? other;
    } catch {
      return other;
    }
  };
  const write = (key, value) => localStorage.setItem(key, JSON.stringify(value));
  const say = (text, values = {}) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

  let kept = read(keys.kept, null); // { tag, offset, at, data, token }
  let network = navigator.onLine;
  let signedOut = false;

  const now = () => Date.now() + (kept ? kept.offset : 0);
  const element = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value === true) made.setAttribute(key, "");
      else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value);
    }
    made.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
    return made;
  };
  const figure = (name, attributes, ...children) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };

  // --- what the phone keeps -------------------------------------------------------------------------------

  function differences(before, after) {
    if (!before || before.me.key !== after.me.key) return [];
    const old = new Map(before.entries.map((entry) => [entry.uid, entry]));
    const found = [];
    for (const entry of after.entries) {
      const was = old.get(entry.uid);
      old.delete(entry.uid);
      const place = entry.place || words.placeOpen;
      if (!was) {
        if (!entry.cancelled) found.push(say(words.added, { title: entry.title, when: entry.when, place }));
      } else if (entry.cancelled && !was.cancelled) {
        found.push(say(words.gone, { title: entry.title }));
      } else if (entry.start !== was.start || entry.place !== was.place || entry.cancelled !== was.cancelled || entry.title !== was.title) {
        found.push(say(words.moved, { title: entry.title, when: entry.when, place }));
      }
    }
    for (const was of old.values()) {
      if (!was.cancelled && Date.parse(was.end) > now()) found.push(say(words.gone, { title: was.title }));
    }
    return found;
  }

  async function ask(address, options = {}) {
    const control = new AbortController();
    const timer = setTimeout(() => control.abort(), PATIENCE);
    try {
      return await fetch(address, { credentials: "same-origin", signal: control.signal, ...options });
    } finally {
      clearTimeout(timer);
    }
  }

  async function update() {
    try {
      const headers = { Accept: "application/json" };
      if (kept?.tag) headers["If-None-Match"] = kept.tag;
      const answer = await ask(root.dataset.source, { headers, cache: "no-store" });
      network = true;
      signedOut = answer.redirected || answer.status === 401 || answer.status === 403;
      const clock = Date.parse(answer.headers.get("X-Event-Now") ?? "");
      const offset = Number.isNaN(clock) ? kept?.offset ?? 0 : clock - Date.now();
      const token = answer.headers.get("X-CSRFToken");
      if (answer.status === 304 && kept) {
        kept = { ...kept, offset, token, at: Date.now() };
      } else if (answer.ok && !signedOut) {
        const data = await answer.json();
        const changes = differences(kept?.data, data);
        if (changes.length) write(keys.changes, [...read(keys.changes, []), ...changes].slice(-20));
        if (kept && kept.data.me.key !== data.me.key) {
          localStorage.removeItem(keys.changes);
          localStorage.removeItem(keys.waiting);
          localStorage.removeItem(keys.late);
        }
        kept = { tag: answer.headers.get("ETag"), offset, token, at: Date.now(), data };
        // Asked for once, so that the worker has them where there is no network.
        for (const hall of Object.values(data.halls)) if (hall.drawing) fetch(hall.drawing).catch(() => {});
      }
      if (kept && !signedOut) write(keys.kept, kept);
    } catch {
      network = false;
    }
    draw();
    await send();
  }

  // --- actions --------------------------------------------------------------------------------------------

  function keep(uid, values) {
    const action = { id: crypto.randomUUID?.() ?? String(Math.random()), uid, at: new Date(now()).toISOString(), ...values };
    // What is said anew takes the place of what still waits: sent once more after an answer was lost, the older
    // note would come back as one that somebody else has replaced.
    const waiting = read(keys.waiting, [])
      .map((one) => (one.uid === uid ? Object.fromEntries(Object.entries(one).filter(([name]) => !(name in values))) : one))
      .filter((one) => "held" in one || "rating" in one || "note" in one);
    write(keys.waiting, [...waiting, action]);
  }

  // What was said of a meeting: as the server knows it, and what still waits on the phone.
  function memoryOf(uid) {
    const waiting = read(keys.waiting, []).filter((action) => action.uid === uid);
    return Object.assign({}, kept.data.memories[uid], ...waiting);
  }

  let sending = false;
  async function send() {
    const waiting = read(keys.waiting, []);
    if (!waiting.length || sending || !kept?.token || signedOut) return;
    sending = true;
    let sent = false;
    try {
      const answer = await ask(root.dataset.actions, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": kept.token },
        body: JSON.stringify({ me: kept.data.me.key, actions: waiting.slice(0, 100) }),
      });
      if (answer.ok && !answer.redirected) {
        const said = await answer.json();
        const gone = new Set([...said.done, ...said.refused.map((one) => one.id)]);
        const own = new Map(waiting.map((action) => [action.id, action]));
        // Taken into what is shown at once; the next look at the server brings the same.
        for (const id of said.done) {
          const { uid, held, rating, note } = own.get(id) ?? {};
          if (uid) kept.data.memories[uid] = { ...kept.data.memories[uid], ...JSON.parse(JSON.stringify({ held, rating, note })) };
        }
        const late = said.late.map(({ id, uid, note }) => {
          kept.data.memories[uid] = { ...kept.data.memories[uid], note };
          return { uid, note: own.get(id)?.note ?? "" };
        });
        if (late.length) write(keys.late, [...read(keys.late, []), ...late]);
        write(keys.kept, kept);
        write(keys.waiting, read(keys.waiting, []).filter((action) => !gone.has(action.id)));
        network = true;
        sent = true;
      }
    } catch {
      network = false;
    } finally {
      sending = false;
    }
    if (sent) draw();
    else drawState();
    if (sent && read(keys.waiting, []).length) await send();
  }

  // --- drawing --------------------------------------------------------------------------------------------

  const clock = (time) => new Date(time).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: kept?.data.zone });
  const inWords = (minutes) => (minutes < 90 ? say(words.inMinutes, { minutes }) : say(words.inHours, { hours: Math.floor(minutes / 60), minutes: minutes % 60 }));
  const minutesUntil = (time) => Math.max(0, Math.ceil((Date.parse(time) - now()) / 60000));

  function drawState() {
    const state = part("state");
    const waiting = read(keys.waiting, []).length;
    let text;
    if (!kept) text = network ? "" : words.never;
    else if (signedOut) text = words.signIn;
    else text = say(network ? words.fresh : words.offline, { when: clock(kept.at + kept.offset) });
    if (waiting) text += " " + say(words.waiting, { count: waiting });
    if (state.textContent !== text) state.textContent = text;
    state.dataset.kind = network && !signedOut ? "fresh" : "offline";
  }

  // The plan of a hall: its drawing lies in the worker's cache.
  function hallPlan(start, end, label) {
    const hall = kept.data.halls?.[end.spot.hall];
    if (!hall) return null;
    const wide = 100 * hall.ratio;
    const drawing = figure("svg", { class: "pocket-plan pocket-hall", viewBox: `0 0 ${wide} 100`, role: "img", "aria-label": `${label} · ${hall.name}` });
    if (hall.drawing) drawing.append(figure("image", { href: hall.drawing, width: wide, height: 100, preserveAspectRatio: "none" }));
    const same = start && start !== end && start.spot?.hall === end.spot.hall;
    for (const [one, mark] of [[same ? start : null, "here"], [end, "there"]]) {
      if (!one) continue;
      const at = { x: one.spot.x * hall.ratio, y: one.spot.y };
      const name = figure("text", { x: Math.min(Math.max(at.x, 14), wide - 14), y: at.y > 12 ? at.y - 4.5 : at.y + 8 });
      name.textContent = one.name;
      drawing.append(figure("g", { class: mark }, figure("circle", { cx: at.x, cy: at.y, r: 3 }), name));
    }
    return drawing;
  }

  function plan(from, to) {
    const pavilions = kept.data.pavilions;
    const start = pavilions.find((one) => one.name === from);
    const end = pavilions.find((one) => one.name === to);
    if (end?.spot) return hallPlan(start, end, start && start !== end ? say(words.way, { start: from, end: to }) : say(words.where, { place: to }));
    if (!end || !end.drawn) return null;
    const label = start && start !== end && start.drawn ? say(words.way, { start: from, end: to }) : say(words.where, { place: to });
    const drawing = figure("svg", { class: "pocket-plan", viewBox: "-8 -6 116 112", role: "img", "aria-label": label });
    if (start && start !== end && start.drawn) {
      drawing.append(figure("line", { x1: start.x, y1: start.y, x2: end.x, y2: end.y }));
    }
    for (const one of pavilions.filter((each) => each.drawn)) {
      const mark = one === end ? "there" : one === start ? "here" : "";
      const name = figure("text", { x: one.x, y: one.y - 3 });
      name.textContent = mark || pavilions.length <= 16 ? one.name : "";
      drawing.append(figure("g", { class: mark }, figure("circle", { cx: one.x, cy: one.y, r: mark ? 2.4 : 1.4 }), name));
    }
    return drawing;
  }

  function card(entry, when, before) {
    const place = entry.place || words.placeOpen;
    const made = element("section", { class: "pocket-card", "data-when": when, "aria-label": words[when] },
      element("p", { class: "quiet" }, when === "now" ? `${words.now}, ${say(words.until, { when: entry.until })}` : `${words.next}, ${inWords(minutesUntil(entry.start))}`),
      element("p", { class: "pocket-time" }, element("time", { datetime: entry.start }, `${entry.from}–${entry.until}`)),
      element("h2", {}, element("a", { href: `#m/${entry.uid}` }, entry.title)),
      element("p", { class: "pocket-place" }, place));
    if (when === "next" && entry.walk) {
      const wait = minutesUntil(entry.start) - entry.walk;
      const values = { wait, minutes: entry.walk, place: entry.pavilion };
      made.append(element("p", { class: "pocket-leave" }, say(wait > 0 ? words.leaveIn : words.leave, values)));
    }
    const drawing = entry.pavilion ? plan(before?.pavilion, entry.pavilion) : null;
    if (drawing && when === "next") made.append(drawing);
    return made;
  }

  function drawNow() {
    const alive = kept.data.entries.filter((entry) => !entry.cancelled);
    const time = now();
    const current = alive.find((entry) => Date.parse(entry.start) <= time && time < Date.parse(entry.end));
    const next = alive.find((entry) => Date.parse(entry.start) > time);
    const before = current ?? [...alive].reverse().find((entry) => next && entry.day === next.day && Date.parse(entry.end) <= time);
    const shown = [];
    if (current) shown.push(card(current, "now", null));
    if (next) shown.push(card(next, "next", before));
    if (!shown.length) shown.push(element("p", { class: "quiet" }, words.nothing));
    part("now").replaceChildren(...shown);
  }

  function drawList() {
    const time = now();
    part("list").replaceChildren(...kept.data.days.flatMap(({ day, label }) => [
      element("h2", {}, label),
      element("ul", { class: "pocket-list" }, ...kept.data.entries.filter((entry) => entry.day === day).map((entry) =>
        element("li", {},
          entry.walk && !entry.cancelled ? element("p", { class: "pocket-walk" }, say(words.walk, { minutes: entry.walk })) : null,
          element("a", { class: "button pocket-entry", href: `#m/${entry.uid}`, "data-kind": entry.kind, "data-cancelled": entry.cancelled, "data-past": Date.parse(entry.end) < time },
            element("time", { datetime: entry.start }, entry.from),
            element("div", {},
              element("strong", {}, entry.title),
              element("span", {}, entry.cancelled ? words.cancelled : entry.place || words.placeOpen)))))),
    ]));
  }

  function drawChanges() {
    const changes = read(keys.changes, []);
    part("changes").replaceChildren(...read(keys.late, []).map(lateNote));
    if (!changes.length) return;
    const seen = element("button", { type: "button", class: "button-small" }, words.seen);
    seen.addEventListener("click", () => {
      localStorage.removeItem(keys.changes);
      drawChanges();
    });
    part("changes").prepend(element("div", { class: "notice notice-attention", role: "alert" },
      element("div", {}, element("strong", {}, words.changes), element("ul", {}, ...changes.map((text) => element("li", {}, text))), seen)));
  }

  // A note from this phone that came after a newer one: it is not lost, its writer decides.
  function lateNote(late, index) {
    const title = kept.data.entries.find((entry) => entry.uid === late.uid)?.title ?? "";
    const settle = () => {
      write(keys.late, read(keys.late, []).filter((_, number) => number !== index));
      open = "";
      draw();
    };
    const add = element("button", { type: "button", class: "button-small" }, words.lateAdd);
    const drop = element("button", { type: "button", class: "button-small button-quiet" }, words.lateDrop);
    add.addEventListener("click", async () => {
      keep(late.uid, { note: [memoryOf(late.uid).note, late.note].filter(Boolean).join("\n").slice(0, 4000) });
      settle();
      await send();
    });
    drop.addEventListener("click", settle);
    return element("div", { class: "notice notice-attention", role: "alert" },
      element("div", {}, element("p", {}, say(words.late, { title })), element("blockquote", { class: "pre" }, late.note), element("p", { class: "actions" }, add, drop)));
  }

  function person(partner) {
    const about = kept.data.people[partner.key];
    const made = element("section", { class: "pocket-card" },
      element("h3", {}, partner.name || partner.organisation),
      element("p", {}, [about?.job, partner.organisation, about?.country].filter(Boolean).join(", ")));
    for (const [label, text, topics] of [[words.about, about?.about], [words.offers, about?.offers, about?.offerTopics], [words.seeks, about?.seeks, about?.seekTopics]]) {
      const whole = [text, (topics ?? []).join(", ")].filter(Boolean).join(" · ");
      if (whole) made.append(element("p", {}, element("strong", {}, `${label}: `), whole));
    }
    return made;
  }

  function memories(entry) {
    const memory = memoryOf(entry.uid);
    const choice = (name, value, text, chosen) =>
      element("label", {}, element("input", { type: "radio", name, value, checked: chosen }), text);
    const note = element("textarea", { id: "pocket-note", rows: 3, maxlength: 4000 });
    note.value = memory.note ?? "";
    const said = element("p", { role: "status", class: "quiet" });
    const form = element("form", { class: "pocket-card" },
      element("fieldset", { class: "pocket-stars" }, element("legend", {}, words.held),
        choice("held", "yes", words.yes, memory.held === true), choice("held", "no", words.no, memory.held === false)),
      element("fieldset", { class: "pocket-stars" }, element("legend", {}, words.rating),
        ...[1, 2, 3, 4, 5].map((value) => choice("rating", value, String(value), memory.rating === value))),
      element("label", { for: "pocket-note" }, words.note), note,
      element("button", { type: "submit", class: "button-main" }, words.save), said);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const filled = new FormData(form);
      // Only what was said now: an untouched note must not take the place of one that was written elsewhere.
      const before = memoryOf(entry.uid);
      const values = {};
      if (note.value !== (before.note ?? "")) values.note = note.value;
      if (filled.get("held") && (filled.get("held") === "yes") !== before.held) values.held = filled.get("held") === "yes";
      if (filled.get("rating") && Number(filled.get("rating")) !== before.rating) values.rating = Number(filled.get("rating"));
      if (Object.keys(values).length) keep(entry.uid, values);
      await send();
      said.textContent = read(keys.waiting, []).length ? words.kept : words.sent;
      drawState();
    });
    return form;
  }

  let open = "";
  function drawDetail() {
    const uid = location.hash.startsWith("#m/") ? location.hash.slice(3) : "";
    const entry = uid ? kept.data.entries.find((one) => one.uid === uid) : null;
    for (const name of ["now", "list", "changes"]) part(name).hidden = Boolean(entry);
    part("detail").hidden = !entry;
    if (!entry) {
      open = "";
      part("detail").replaceChildren();
      return;
    }
    const state = `${uid} ${entry.sequence} ${entry.cancelled}`;
    if (open === state) return; // somebody may be writing a note
    open = state;
    const index = kept.data.entries.indexOf(entry);
    const before = [...kept.data.entries.slice(0, index)].reverse().find((one) => one.day === entry.day && !one.cancelled);
    const drawing = entry.pavilion ? plan(before?.pavilion, entry.pavilion) : null;
    const address = kept.data.pavilions.find((one) => one.name === entry.pavilion)?.address;
    part("detail").replaceChildren(
      element("p", {}, element("a", { href: "#" }, `← ${words.back}`)),
      element("h2", {}, entry.title),
      element("p", {}, entry.cancelled ? element("strong", { class: "wrong" }, `${words.cancelled}. `) : "", element("time", { datetime: entry.start }, entry.when)),
      element("p", { class: "pocket-place" }, [entry.place || words.placeOpen, address].filter(Boolean).join(", ")),
      entry.walk ? element("p", {}, say(words.walk, { minutes: entry.walk })) : "",
      ...[drawing].filter(Boolean),
      entry.description ? element("p", { class: "pre" }, entry.description) : "",
      ...entry.partners.filter((partner) => partner.name || partner.organisation).map(person),
      ...(entry.kind === "meeting" ? [memories(entry)] : []),
      element("p", { class: "quiet" }, say(words.changed, { when: entry.changed })));
    window.scrollTo(0, 0);
  }

  function draw() {
    drawState();
    if (!kept) return;
    drawChanges();
    drawNow();
    drawList();
    drawDetail();
  }

  window.addEventListener("hashchange", () => kept && drawDetail());
  window.addEventListener("online", update);
  window.addEventListener("offline", () => { network = false; drawState(); });
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && update());
  setInterval(() => document.visibilityState === "visible" && update(), EVERY);
  setInterval(() => { if (kept) { drawNow(); drawState(); } }, 15000);

  draw();
  update();
  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register(root.dataset.worker, { scope: root.dataset.scope }).catch((error) => {
      root.dataset.worker = String(error);
    });
  }
})();
