// Tables that sort by a click on a heading, back to the printed order on the third, and copy as tab-separated text.
(() => {
  "use strict";

  const MOST_NAMED = 5;
  const text = (cell) => cell.textContent.trim().replace(/\s+/g, " ");

  // The first number in a cell; a cell without one stays behind all that have one.
  function numberIn(cell) {
    const found = text(cell).replace(/\u2212/g, "-").replace(/,(?=\d{3})/g, "").match(/-?\d*\.?\d+(e-?\d+)?/);
    return found ? Number(found[0]) : null;
  }

  function compared(column, numeric) {
    return (a, b) => {
      const [one, other] = [a.cells[column], b.cells[column]];
      if (!numeric) return text(one).localeCompare(text(other));
      const [x, y] = [numberIn(one), numberIn(other)];
      return x === null || y === null ? (x === null) - (y === null) : x - y;
    };
  }

  function sortable(table) {
    const body = table.tBodies[0];
    const printed = [...body.rows];
    const headings = [...table.tHead.rows[0].cells];
    headings.forEach((heading, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...heading.childNodes);
      button.title = "Sort by this column";
      heading.append(button);
      button.addEventListener("click", () => {
        const next = { ascending: "descending", descending: null }[heading.getAttribute("aria-sort") ?? ""];
        const order = next === undefined ? "ascending" : next;
        headings.forEach((each) => each.removeAttribute("aria-sort"));
        const rows = [...printed];
        if (order) {
          heading.setAttribute("aria-sort", order);
          const numbers = printed.filter((row) => numberIn(row.cells[column]) !== null).length;
          rows.sort(compared(column, heading.classList.contains("number") || 2 * numbers > printed.length && column > 0));
          if (order === "descending") rows.reverse();
        }
        body.append(...rows);
      });
    });
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
    table.closest(".table").append(button);
  }

  // What lies beyond the edge of a narrow screen is named above whatever scrolls sideways.
  function beyond(box) {
    if (box.scrollWidth <= box.clientWidth + 1) return "";
    const heads = [...(box.querySelector("thead tr")?.cells ?? [])];
    const hidden = heads.filter((head) => head.offsetLeft + head.offsetWidth > box.clientWidth + 1).map(text);
    const more = hidden.length > MOST_NAMED ? ` and ${hidden.length - MOST_NAMED} more` : "";
    return heads.length ? `Scrolls sideways to: ${hidden.slice(0, MOST_NAMED).join("; ")}${more}` : "Scrolls sideways";
  }

  function hinted(boxes) {
    const hints = new Map();
    for (const box of boxes) {
      const hint = document.createElement("p");
      hint.className = "more";
      hint.hidden = true;
      box.before(hint);
      hints.set(box, hint);
    }
    const observer = new ResizeObserver((entries) => {
      const found = entries.map(({ target }) => [hints.get(target), beyond(target)]); // all are measured before any is changed
      for (const [hint, words] of found) {
        hint.textContent = words;
        hint.hidden = !words;
      }
    });
    boxes.forEach((box) => observer.observe(box));
  }

  hinted([...document.querySelectorAll("main .scroll")]);
  for (const table of document.querySelectorAll("main .table table")) {
    if (table.tBodies[0].rows.length > 1) sortable(table);
    copyable(table);
  }

  // A link to something folded unfolds it, also where the browser would not.
  function unfolded() {
    const target = document.getElementById(location.hash.slice(1));
    let opened = false;
    for (let around = target?.closest("details:not([open])"); around; around = around.parentElement.closest("details:not([open])")) {
      around.open = opened = true;
    }
    if (opened) target.scrollIntoView();
  }
  addEventListener("hashchange", unfolded);
  unfolded();

  // Paper cannot be clicked: the details of every table are open while the page is printed.
  const folded = [];
  addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details:not([open])")) {
      details.open = true;
      folded.push(details);
    }
  });
  addEventListener("afterprint", () => {
    for (const details of folded.splice(0)) details.open = false;
  });
})();
