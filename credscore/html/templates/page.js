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
  // A page that scrolls to the focus slides under a resting mouse: that must not hide the reasons.
  document.addEventListener("mouseover", (event) => {
    const mark = markOf(event);
    if (mark) show(mark);
    else if (!tip.contains(event.target) && lit !== document.activeElement) hide();
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
  // The overview: sort by a column, filter by name and number of articles.
  const overview = document.getElementById("overview");
  if (overview) {
    const body = overview.tBodies[0];
    const rows = Array.from(body.rows);
    const columns = Array.from(overview.tHead.rows[0].cells, (cell) => {
      const button = cell.querySelector("button");
      return button ? button.dataset.key : "";
    });
    const valueOf = (row, key, kind) => {
      if (key === "name") return row.dataset.name;
      if (key === "n") return Number(row.dataset.n);
      // Rows without scores have one wide cell in their place: they stay at the end.
      if (row.cells.length < columns.length) return null;
      const value = row.cells[columns.indexOf(key)].dataset.v;
      if (value === undefined || value === "") return null;
      return kind === "num" ? Number(value) : value;
    };
    const collator = new Intl.Collator("en", { numeric: true });
    for (const button of all("button", overview.tHead)) {
      button.addEventListener("click", () => {
        const head = button.closest("th");
        const { key, kind } = button.dataset;
        const up = head.getAttribute("aria-sort") === "descending" || (!head.hasAttribute("aria-sort") && (kind === "text" || key === "place"));
        for (const other of all("th[aria-sort]", overview.tHead)) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        rows.sort((a, b) => {
          const x = valueOf(a, key, kind);
          const y = valueOf(b, key, kind);
          if (x === null || y === null) return (x === null) - (y === null);
          const order = kind === "num" ? x - y : collator.compare(x, y);
          return up ? order : -order;
        });
        body.append(...rows);
      });
    }
    const find = document.getElementById("find");
    const least = document.getElementById("least");
    const filter = () => {
      const part = find.value.trim().toLowerCase();
      let left = 0;
      for (const row of rows) {
        row.hidden = !row.dataset.name.includes(part) || (least && Number(row.dataset.n) < Number(least.value));
        left += !row.hidden;
      }
      document.getElementById("shown").textContent = left === rows.length ? "" : `${left} of ${rows.length} shown`;
    };
    for (const field of [find, least]) if (field) field.addEventListener("input", filter);
  }

  // A link to a source opens its section.
  const reveal = () => {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    if (!target) return;
    const part = target.matches("details") ? target : target.querySelector("details");
    if (part) part.open = true;
    target.scrollIntoView();
  };
  window.addEventListener("hashchange", reveal);
  reveal();

  // Any two sources side by side. The same arithmetic as Comparison.difference.
  const SVG = "http://www.w3.org/2000/svg";
  const element = (name, attributes, ...children) => {
    const node = ["svg", "rect"].includes(name) ? document.createElementNS(SVG, name) : document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    node.append(...children);
    return node;
  };
  const chart = (kind, ...bars) =>
    element("svg", { class: kind, viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" },
      ...bars.map(([style, x, y, width, height]) => element("rect", { class: style, x, y, width, height })));
  const signed = (points) => (points > 0 ? `+${points}` : points < 0 ? `\u2212${-points}` : "0");
  const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
  const gauge = ([value, low, high]) =>
    chart("gauge", ["track", 0, 3, 100, 2], ["band", low, 1.5, Math.max(high - low, 0.6), 5], ["dot", Math.min(Math.max(value - 0.6, 0), 98.8), 0, 1.2, 8]);
  const addUp = (amounts, total) => {
    const shown = amounts.map(Math.floor);
    const missing = total - shown.reduce((a, b) => a + b, 0);
    const order = amounts.map((_, i) => i).sort((i, j) => shown[i] - amounts[i] - (shown[j] - amounts[j]));
    for (let step = 0; step < Math.abs(missing); step += 1) {
      const place = missing > 0 ? order[step % order.length] : order[order.length - 1 - (step % order.length)];
      shown[place] += Math.sign(missing);
    }
    return shown;
  };
  const side = (source, data) =>
    element("div", { class: "side" }, element("h3", {}, source.name),
      ...(data.single ? [] : [element("p", { class: "soft small" }, `${source.n.toLocaleString("en")} articles`)]),
      ...source.scores.flatMap((score, i) => [
        element("p", { class: "line" }, element("span", {}, capital(data.names[i])), element("b", {}, score[0].toFixed(0)),
          element("span", { class: "soft small" }, `${score[1].toFixed(0)}–${score[2].toFixed(0)}`)),
        gauge(score),
      ]));
  const slopeOf = (a, b) => {
    const gap = a.level[0] - b.level[0];
    const share = a.scores[0][0] / 100;
    return Math.abs(gap) < 1e-4 ? 100 * share * (1 - share) : (a.scores[0][0] - b.scores[0][0]) / gap;
  };
  const split = (a, b, data) => {
    const slope = slopeOf(a, b);
    const says = (i) => {
      const [first, second] = [a.says[i], b.says[i]];
      if (!first || !second || first === second) return first || second || data.terms[i][a.parts[i] > b.parts[i] ? 0 : 1];
      return `${first}; the other: ${second}`;
    };
    const parts = data.terms.map((_, i) => ({ points: slope * (a.parts[i] - b.parts[i]), text: says(i) }));
    parts.sort((x, y) => Math.abs(y.points) - Math.abs(x.points));
    const main = parts.slice(0, 10).filter((part) => Math.abs(part.points) >= 0.5);
    const smaller = parts.slice(main.length).filter((part) => part.points !== 0);
    if (smaller.length) main.push({ points: smaller.reduce((sum, part) => sum + part.points, 0), text: `${smaller.length} smaller reasons together`, soft: true });
    return main;
  };
  const falls = (a, b, parts) => {
    const [start, end] = [b.scores[0][0], a.scores[0][0]];
    const steps = [start];
    for (const part of parts) steps.push(steps[steps.length - 1] + part.points);
    const [left, right] = [Math.min(0, ...steps), Math.max(100, ...steps)];
    const place = (points) => (100 * (points - left)) / (right - left);
    const bar = (style, from, to) => [style, place(Math.min(from, to)), 0.5, Math.max(place(Math.max(from, to)) - place(Math.min(from, to)), 0.4), 7];
    const shown = addUp(parts.map((part) => part.points), Math.round(end) - Math.round(start));
    const row = (style, points, tone, text, ...bars) =>
      element("li", { class: style }, element("span", { class: `pts ${tone}` }, points), element("span", { class: "say" }, text), chart("bar", ...bars));
    const [, low, high] = a.scores[0];
    return element("ol", { class: "falls" },
      row("fall edge", String(Math.round(start)), "", b.name, bar("base", 0, start)),
      ...parts.map((part, i) => {
        const tone = part.soft ? "" : part.points > 0 ? "up" : "down";
        return row("fall", signed(shown[i]), tone, capital(part.text), bar(part.points > 0 ? "up" : "down", steps[i], steps[i + 1]));
      }),
      row("fall edge", String(Math.round(end)), "", a.name, bar("base", 0, end), ["range", place(low), 3, Math.max(place(high) - place(low), 0.4), 2]));
  };
  const [pickA, pickB] = ["pick-a", "pick-b"].map((id) => document.getElementById(id));
  if (pickA) {
    const data = JSON.parse(document.getElementById("data").textContent);
    const draw = () => {
      const [i, j] = [Number(pickA.value), Number(pickB.value)];
      const [a, b] = [data.sources[i], data.sources[j]];
      const [x, y] = [a.scores[0][0], b.scores[0][0]];
      const [[u, uLow, uHigh], [v, vLow, vHigh]] = [a.level, b.level];
      const slope = slopeOf(a, b);
      const low = Math.round(Math.max(-100, slope * (u - v - Math.hypot(u - uLow, vHigh - v))));
      const high = Math.round(Math.min(100, slope * (u - v + Math.hypot(uHigh - u, v - vLow))));
      const chance = data.chances.length && i !== j ? data.chances[i][j] : null;
      const often = chance === null ? "" : data.single
        ? ` In about ${Math.max(1, Math.min(99, chance))} of 100 such cases it truly is above.`
        : ` An article of the first scores above one of the second ${chance > 99 ? "almost always" : `${chance} times in 100`}.`;
      const bold = (text) => element("b", {}, text);
      const verdict = i === j
        ? element("p", { class: "verdict" }, "Choose two different ones.")
        : element("p", { class: "verdict" }, bold(a.name), " is ", bold(`${Math.round(Math.abs(x - y))} points`), x >= y ? " above " : " below ", bold(b.name),
            ` (likely ${signed(low)} to ${signed(high)}). `, data.certain[Math.min(i, j)][Math.abs(i - j) - 1] === "1" ? data.sure : data.unsure, often);
      document.getElementById("pair").replaceChildren(
        element("div", { class: "cards" }, side(a, data), side(b, data)), verdict,
        ...(i === j ? [] : [element("h3", {}, "Where the difference comes from"), falls(a, b, split(a, b, data))]));
    };
    for (const field of [pickA, pickB]) field.addEventListener("change", draw);
  }
  window.addEventListener("beforeprint", () => {
    for (const part of all("details.print-open")) part.open = true;
  });
})();
