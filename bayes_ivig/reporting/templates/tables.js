// Tables that sort by a click on a heading, back to the printed order on the third, and copy as tab-separated text.
(() => {
  "use strict";

  const text = (cell) => cell.textContent.trim().replace(/\s+/g, " ");

  // The first number in a cell; null where there is none.
  function numberIn(cell) {
    const found = text(cell).replace(/\u2212/g, "-").replace(/,(?=\d{3})/g, "").match(/-?\d*\.?\d+(e-?\d+)?/);
    return found ? Number(found[0]) : null;
  }

  // One stop of the tab key for things that stand together; arrow keys lead from one to the next.
  function oneStop(items) {
    items.forEach((item, i) => {
      item.tabIndex = i ? -1 : 0;
      item.addEventListener("keydown", (event) => {
        const next = items[i + ({ ArrowRight: 1, ArrowLeft: -1 }[event.key] ?? items.length)];
        if (!next) return;
        event.preventDefault();
        items.forEach((each) => (each.tabIndex = each === next ? 0 : -1));
        next.focus();
      });
    });
  }

  // What a cell is sorted by; null where nothing stands in it, or no number in a column of numbers.
  const valueOf = (cell, numeric) => (numeric ? numberIn(cell) : ["", "\u2013"].includes(text(cell)) ? null : text(cell));

  // Up or down (`way` is 1 or -1), what has no value last either way; those alike stay as they were printed.
  function compared(column, numeric, way) {
    return (a, b) => {
      const [x, y] = [a, b].map((row) => valueOf(row.cells[column], numeric));
      if (x === null || y === null) return (x === null) - (y === null);
      return way * (numeric ? x - y : x.localeCompare(y));
    };
  }

  function sortable(table) {
    const body = table.tBodies[0];
    const printed = [...body.rows];
    const headings = [...table.tHead.rows[0].cells];
    const buttons = headings.map((heading, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...heading.childNodes);
      button.title = "Sort by this column; the arrow keys lead to the next one";
      heading.append(button);
      button.addEventListener("click", () => {
        const next = { ascending: "descending", descending: null }[heading.getAttribute("aria-sort") ?? ""];
        const order = next === undefined ? "ascending" : next;
        headings.forEach((each) => each.removeAttribute("aria-sort"));
        const rows = [...printed];
        if (order) {
          heading.setAttribute("aria-sort", order);
          const numbers = printed.filter((row) => numberIn(row.cells[column]) !== null).length;
          const numeric = heading.classList.contains("number") || (2 * numbers > printed.length && column > 0);
          rows.sort(compared(column, numeric, order === "ascending" ? 1 : -1));
        }
        body.append(...rows);
      });
      return button;
    });
    return buttons;
  }

  function copyable(table) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy table";
    button.addEventListener("click", async () => {
      const lines = [...table.rows].map((row) => [...row.cells].map(text).join("\t"));
      try {
        await navigator.clipboard.writeText(lines.join("\n"));
        button.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(table); // where the browser forbids it, one key is left to the reader
        button.textContent = "Selected: copy with the keyboard";
      }
      setTimeout(() => (button.textContent = "Copy table"), 2500);
    });
    table.closest(".table").querySelector(".under").append(button);
    return button;
  }

  for (const table of document.querySelectorAll("main .table table")) {
    oneStop([...(table.tBodies[0].rows.length > 1 ? sortable(table) : []), copyable(table)]);
  }
  for (const line of document.querySelectorAll("main .letters")) {
    const links = [...line.querySelectorAll("a")];
    for (const link of links) link.title = text(document.querySelector(`${link.getAttribute("href")} dd`));
    oneStop(links);
  }
})();
