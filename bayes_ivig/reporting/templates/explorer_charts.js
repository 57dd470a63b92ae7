// The two charts of the interactive part, drawn as SVG in the page's own colours. Both share one axis of odds ratios.
const BayesIvigCharts = (() => {
  "use strict";

  const DOMAIN = [0.02, 50]; // odds ratios
  const TICKS = [0.02, 0.1, 0.25, 0.5, 1, 2, 4, 10, 50];
  const FEW_TICKS = [0.02, 0.1, 0.25, 1, 4, 10, 50]; // where there is little room
  const LITTLE_ROOM = 330; // pixels
  const SIDE = 16; // room beside the axis for half a label
  const AXIS = 44; // height of the axis with its labels and title
  const DENSITY = 190; // height of the curve
  const ROW = 34; // height of a trial's row
  const SHIFTS = { observed: -6, posterior: 6, alone: 0 }; // from the middle of a row
  const SIZE = 3.6; // half of a mark's width

  const inside = (or) => or > DOMAIN[0] && or < DOMAIN[1];

  function element(name, attributes = {}, ...children) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  // A drawing as wide as its place on the screen; on paper the style sheet shrinks it.
  function canvas(holder, height, label) {
    const width = Math.max(holder.clientWidth, 200);
    const [low, high] = DOMAIN.map(Math.log);
    const x = (or) => SIDE + ((Math.log(or) - low) / (high - low)) * (width - 2 * SIDE);
    const svg = element("svg", {
      viewBox: `0 0 ${width} ${height + AXIS}`, width, height: height + AXIS, role: "img", "aria-label": label,
    });
    return { svg, width, height, x: (or) => x(or).toFixed(2) };
  }

  function axis({ svg, width, height, x }) {
    const ink = "var(--ink)";
    svg.append(element("line", { x1: SIDE, x2: width - SIDE, y1: height, y2: height, stroke: ink }));
    for (const tick of width < LITTLE_ROOM ? FEW_TICKS : TICKS) {
      const at = { x1: x(tick), x2: x(tick), y1: height, y2: height + 5, stroke: ink };
      const text = { x: x(tick), y: height + 18, "text-anchor": "middle", fill: ink };
      svg.append(element("line", at), element("text", text, String(tick)));
    }
    svg.append(element("text", { x: width / 2, y: height + 37, "text-anchor": "middle", fill: ink }, "odds ratio"));
  }

  function nullLine({ svg, height, x }) {
    svg.append(element("line", { x1: x(1), x2: x(1), y1: 0, y2: height, stroke: "var(--muted)" }));
  }

  // Posterior density in coloured parts, its outline, and the density of the prior as a dashed line.
  // `parts` are {colour, points}, points {or, y}; they follow each other from left to right. `before` is the density without
  // what the reader added, a thin line, or empty.
  function density(holder, { parts, prior, before, label }) {
    const on = canvas(holder, DENSITY, label);
    const outline = parts.flatMap((part) => part.points);
    const most = Math.max(...[...outline, ...prior, ...before].map(({ y }) => y));
    const y = (value) => (DENSITY - (value / most) * (DENSITY - 6)).toFixed(2);
    const path = (points) => points.map((point) => `${on.x(point.or)},${y(point.y)}`).join("L");
    for (const { colour, points } of parts) {
      if (!points.length) continue;
      const d = `M${on.x(points[0].or)},${DENSITY}L${path(points)}L${on.x(points[points.length - 1].or)},${DENSITY}Z`;
      on.svg.append(element("path", { d, fill: colour }));
    }
    if (outline.length) {
      on.svg.append(element("path", { d: `M${path(outline)}`, fill: "none", stroke: "var(--accent)", "stroke-width": 1.6 }));
    }
    const dashed = { fill: "none", stroke: "var(--muted)", "stroke-width": 1.4, "stroke-dasharray": "4 3" };
    on.svg.append(element("path", { d: `M${path(prior)}`, ...dashed }));
    if (before.length) on.svg.append(element("path", { d: `M${path(before)}`, fill: "none", stroke: "var(--ink)", "stroke-width": 0.8 }));
    nullLine(on);
    axis(on);
    holder.replaceChildren(on.svg);
  }

  const SHAPES = {
    square: (x, y) => element("rect", { x: x - SIZE, y: y - SIZE, width: 2 * SIZE, height: 2 * SIZE }),
    circle: (x, y) => element("circle", { cx: x, cy: y, r: SIZE }),
    diamond: (x, y) => element("path", { d: `M${x - 5},${y}L${x},${y - 5}L${x + 5},${y}L${x},${y + 5}Z` }),
    left: (x, y) => element("path", { d: `M${x - 6},${y}L${x + 2},${y - 4.5}L${x + 2},${y + 4.5}Z` }),
    right: (x, y) => element("path", { d: `M${x + 6},${y}L${x - 2},${y - 4.5}L${x - 2},${y + 4.5}Z` }),
  };

  // An estimate with its interval; a triangle stands where one goes on beyond the axis.
  function interval({ svg, x }, [or, lower, upper], { y, shape, colour }) {
    const drawn = element("g", { fill: colour });
    if (upper > DOMAIN[0] && lower < DOMAIN[1]) {
      const [from, to] = [Math.max(lower, DOMAIN[0]), Math.min(upper, DOMAIN[1])];
      drawn.append(element("line", { x1: x(from), x2: x(to), y1: y, y2: y, stroke: colour, "stroke-width": 1.5 }));
    }
    const mark = (kind, at) => drawn.append(SHAPES[kind](Number(x(at)), y));
    if (inside(or)) mark(shape, or);
    if (lower < DOMAIN[0]) mark("left", DOMAIN[0]);
    if (upper > DOMAIN[1]) mark("right", DOMAIN[1]);
    svg.append(drawn);
  }

  // `rows` are {name, number, kept, observed, posterior}; number is that of a trial, or -1 for what no click leaves out.
  function rowsOf(on, rows, toggle) {
    rows.forEach((row, i) => {
      const middle = (i + 0.5) * ROW;
      for (const kind of ["observed", "posterior"]) {
        if (!row[kind]) continue;
        const colour = !row.kept ? "var(--line)" : kind === "observed" ? "var(--muted)" : "var(--accent)";
        const shape = kind === "observed" ? "square" : row.number < 0 ? "diamond" : "circle";
        interval(on, row[kind], { y: middle + SHIFTS[row.number < 0 ? "alone" : kind], shape, colour });
      }
      if (row.number < 0) return;
      const band = element("rect", { x: 0, y: i * ROW, width: on.width, height: ROW, fill: "transparent", class: "band" });
      band.addEventListener("click", () => toggle(row.number));
      on.svg.append(band);
    });
  }

  // The forest plot of the trials: names as labels of the boxes that keep them, beside one drawing.
  function forest(holder, { rows, label, toggle, boxOf }) {
    const names = document.createElement("div");
    names.className = "names";
    names.style.gridTemplateRows = `repeat(${rows.length}, ${ROW}fr) ${AXIS}fr`; // on paper the drawing is smaller
    for (const { name, number, kept } of rows) {
      const made = document.createElement(number < 0 ? "span" : "label");
      if (number >= 0) made.htmlFor = boxOf(number);
      if (!kept) made.className = "out";
      const words = document.createElement("b"); // of one that is too long for two lines the end is cut, and marked
      words.textContent = name;
      made.append(words);
      made.title = name;
      names.append(made);
    }
    holder.parentElement.style.setProperty("--letters", Math.max(...rows.map(({ name }) => name.length))); // for the room of names
    const place = document.createElement("div");
    holder.replaceChildren(names, place);
    const on = canvas(place, rows.length * ROW, label);
    nullLine(on);
    rowsOf(on, rows, toggle);
    axis(on);
    place.replaceChildren(on.svg);
  }

  return { DOMAIN, density, forest };
})();
