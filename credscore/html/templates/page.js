"use strict";
(() => {
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  const tip = document.getElementById("tip");
  let lit = null;

  // Reasons of a mark: the rows of the waterfall that its aria-describedby names.
  const show = (mark) => {
    hide();
    if (mark.classList.contains("plain")) return;
    lit = mark;
    mark.classList.add("lit");
    tip.replaceChildren(
      ...mark.getAttribute("aria-describedby").split(" ").map((id) => {
        const row = document.getElementById(id);
        const line = document.createElement("p");
        const points = document.createElement("b");
        points.textContent = row.querySelector(".pts").textContent + " ";
        line.append(points, row.querySelector(".why").textContent);
        return line;
      }),
    );
    tip.hidden = false;
    const box = mark.getClientRects()[0];
    const left = Math.max(8, Math.min(box.left, document.documentElement.clientWidth - tip.offsetWidth - 8));
    const above = box.top - tip.offsetHeight - 8;
    const top = above > 0 ? above : mark.getBoundingClientRect().bottom + 8;
    tip.style.left = `${left + window.scrollX}px`;
    tip.style.top = `${top + window.scrollY}px`;
  };
  const hide = () => {
    if (lit) lit.classList.remove("lit");
    lit = null;
    tip.hidden = true;
  };
  const markOf = (event) => event.target.closest && event.target.closest("mark[aria-describedby]");
  document.addEventListener("mouseover", (event) => {
    const mark = markOf(event);
    if (mark) show(mark);
    else if (!tip.contains(event.target)) hide();
  });
  document.addEventListener("focusin", (event) => {
    const mark = markOf(event);
    if (mark) show(mark);
    else hide();
  });

  // One stop of the Tab key a text; arrow keys move from mark to mark.
  for (const text of all(".text")) {
    const marks = all("mark[tabindex]", text);
    if (marks.length) marks[0].tabIndex = 0;
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return hide();
    const mark = markOf(event);
    if (!mark) return;
    const marks = all("mark[tabindex]:not(.plain)", mark.closest(".text"));
    const at = marks.indexOf(mark);
    const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: marks.length - 1 }[event.key];
    if (to === undefined || !marks[to]) return;
    event.preventDefault();
    mark.tabIndex = -1;
    marks[to].tabIndex = 0;
    marks[to].focus();
  });
  for (const box of all("input[data-family]")) {
    box.addEventListener("change", () => {
      const text = box.closest(".reading").querySelector(".text");
      for (const mark of all(`mark.${box.dataset.family}`, text)) mark.classList.toggle("plain", !box.checked);
    });
  }
  window.addEventListener("beforeprint", () => {
    for (const part of all("details.print-open")) part.open = true;
  });
})();
