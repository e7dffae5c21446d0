// What a page lacks for the smallest phone, a keyboard or a screen reader: one line a fault.
() => {
  const found = [];
  const shown = (e) => e.checkVisibility({checkOpacity: true, checkVisibilityCSS: true}) && e.getClientRects().length > 0;
  const name = (e) => `${e.tagName.toLowerCase()}.${e.className} ${(e.textContent || "").trim().slice(0, 40)}`;
  const headings = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].filter(shown).map((e) => Number(e.tagName[1]));
  if (headings.filter((level) => level === 1).length !== 1) found.push(`h1: ${headings}`);
  headings.forEach((level, i) => { if (i && level > headings[i - 1] + 1) found.push(`headings jump: ${headings}`); });
  if (document.documentElement.scrollWidth > screen.width) {
    const wide = [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > screen.width + 1 && !e.closest(".table-wrap, .chart-scroll, .tabs, .venue-plan, .side, .scroll-box"));
    found.push(`wider than the screen: ${wide.slice(0, 3).map(name)}`);
  }
  for (const e of document.querySelectorAll("body *")) {
    const style = getComputedStyle(e);
    const scrolls = /auto|scroll/.test(style.overflowX + style.overflowY) && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1);
    const reached = e.tabIndex >= 0 || e.querySelector("a[href], button, input, select, textarea, [tabindex='0']");
    if (scrolls && shown(e) && !reached && !/^(TEXTAREA|SELECT|IFRAME)$/.test(e.tagName)) found.push(`scrolls, but not by keyboard: ${name(e)}`);
  }
  for (const e of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, summary")) {
    if (!shown(e) || e.closest(".visually-hidden, .skip, svg") || e.matches(".skip, .visually-hidden, .cell input")) continue;
    const box = e.getBoundingClientRect();
    const labelled = e.labels && e.labels.length ? e.labels[0].getBoundingClientRect().height : 0;
    const inText = e.tagName === "A" && getComputedStyle(e).display === "inline" && (e.parentElement.textContent || "").trim() !== (e.textContent || "").trim();
    if (!inText && Math.max(box.height, labelled) < 24) found.push(`small target (${Math.round(box.height)} px): ${name(e)}`);
  }
  return found;
}
