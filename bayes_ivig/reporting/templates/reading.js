// What helps a reader along: folds that open for links and for print, keys for what scrolls, the place in the contents.
(() => {
  "use strict";

  const MOST_NAMED = 5;
  const text = (cell) => cell.textContent.trim().replace(/\s+/g, " ");
  const scrolls = (box) => box.scrollWidth > box.clientWidth + 1;

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

  // Paper cannot be clicked: everything folded is open while the page is printed.
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

  // What scrolls sideways can be reached by keys, and nothing else of its kind; above it stands what lies beyond the edge.
  function beyond(box) {
    if (!scrolls(box)) return "";
    const heads = [...(box.querySelector("thead tr")?.cells ?? [])];
    const hidden = heads.filter((head) => head.offsetLeft + head.offsetWidth > box.clientWidth + 1).map(text);
    const more = hidden.length > MOST_NAMED ? ` and ${hidden.length - MOST_NAMED} more` : "";
    return heads.length ? `Scrolls sideways to: ${hidden.slice(0, MOST_NAMED).join("; ")}${more}` : "Scrolls sideways";
  }

  const hints = new Map();
  for (const box of document.querySelectorAll("main .scroll")) {
    const hint = document.createElement("p");
    hint.className = "more";
    hint.hidden = true;
    box.before(hint);
    hints.set(box, hint);
  }
  const observer = new ResizeObserver((entries) => {
    const found = entries.map(({ target }) => [target, scrolls(target), beyond(target)]); // all are measured before any is changed
    for (const [box, sideways, words] of found) {
      if (sideways) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
      const hint = hints.get(box);
      if (!hint) continue;
      hint.textContent = words;
      hint.hidden = !words;
    }
  });
  document.querySelectorAll("main :is(.scroll, .sideways)").forEach((box) => observer.observe(box));

  // Above the text, on a narrower screen, the contents are folded.
  const beside = matchMedia("(min-width: 78rem)");
  const whole = document.querySelector("#contents > details");
  const placed = () => (whole.open = beside.matches);
  beside.addEventListener("change", placed);
  placed();

  // The section that is being read is marked in the contents; where its line there is folded, what it is part of.
  const contents = document.getElementById("contents");
  const sections = [...document.querySelectorAll("main section[id]")];
  const inSight = new Set();
  const place = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) isIntersecting ? inSight.add(target) : inSight.delete(target);
    const now = sections.findLast((section) => inSight.has(section));
    if (!now || !beside.matches) return;
    contents.querySelectorAll("[aria-current]").forEach((link) => link.removeAttribute("aria-current"));
    const own = contents.querySelector(`a[href="#${now.id}"]`);
    const link = own?.closest("details:not([open])")?.parentElement.querySelector("a") ?? own;
    if (!link) return;
    link.setAttribute("aria-current", "true");
    const [around, line] = [contents.getBoundingClientRect(), link.getBoundingClientRect()];
    const hidden = line.top < around.top || line.bottom > around.bottom;
    if (hidden) contents.scrollTop += line.top - around.top - around.height / 2;
  }, { rootMargin: "-10% 0px -85% 0px" });
  sections.forEach((section) => place.observe(section));
})();
