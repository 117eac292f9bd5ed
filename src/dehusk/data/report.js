"use strict";
(() => {
  const root = document.documentElement;
  const all = (selector) => [...document.querySelectorAll(selector)];
  const filters = all(".legend button");
  const clean = document.getElementById("clean");

  const off = new Set();
  const toggle = (label) => {
    if (!off.delete(label)) off.add(label);
    root.dataset.off = [...off].join(" ");
    for (const button of filters) button.setAttribute("aria-pressed", String(!off.has(button.dataset.label)));
  };
  const toggleClean = () => clean.setAttribute("aria-pressed", String(root.classList.toggle("clean")));

  const seen = (span) => span.getClientRects().length > 0;
  const middle = (span) => {
    const box = span.getBoundingClientRect();
    return (box.top + box.bottom) / 2;
  };
  const jump = (step) => {
    const husk = all(".husk.begin").filter(seen);
    const here = husk.indexOf(document.activeElement);
    const below = husk.findIndex((span) => middle(span) > 80);
    const start = below < 0 ? husk.length : below;
    const at = here < 0 ? (step > 0 ? start : start - 1) : here + step;
    const span = husk[Math.min(Math.max(at, 0), husk.length - 1)];
    if (!span) return;
    span.focus({ preventScroll: true });
    span.scrollIntoView({ block: "center" });
  };

  const keys = { n: () => jump(1), p: () => jump(-1), c: toggleClean, Escape: () => document.activeElement.blur() };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(keys, event.key)) return;
    keys[event.key]();
  });

  const element = (name, text) => {
    const made = document.createElement(name);
    made.textContent = text;
    return made;
  };
  const entry = (page, number) => {
    const link = element("a", "");
    link.href = `#${page.id}`;
    const verdict = [...page.querySelectorAll(".verdict > *")].map((part) => part.textContent).join(", ");
    link.append(element("i", number + 1), element("span", page.querySelector("h2").textContent), element("i", verdict));
    const row = element("li", "");
    row.append(link);
    return row;
  };
  const list = () => {
    const pages = all(".page");
    if (pages.length < 2) return;
    const contents = document.getElementById("contents");
    const rows = element("ol", "");
    rows.append(...pages.map(entry));
    contents.append(rows);
    contents.hidden = false;
  };

  for (const button of filters) {
    button.disabled = false;
    button.addEventListener("click", () => toggle(button.dataset.label));
  }
  for (const piece of all("[data-of]")) {
    const why = document.getElementById(piece.dataset.of).dataset.why;
    if (why) piece.dataset.why = why;
  }
  clean.addEventListener("click", toggleClean);
  document.getElementById("next").addEventListener("click", () => jump(1));
  document.getElementById("previous").addEventListener("click", () => jump(-1));
  for (const part of all(".bar, .keys")) part.hidden = false;
  list();
})();
