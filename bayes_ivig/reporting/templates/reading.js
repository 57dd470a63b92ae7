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

  // The section that is being read is marked in the contents.
  const links = new Map([...document.querySelectorAll("#contents a")].map((link) => [link.getAttribute("href").slice(1), link]));
  const place = new IntersectionObserver((entries) => {
    const now = entries.filter((entry) => entry.isIntersecting).pop();
    if (!now) return;
    for (const link of links.values()) link.removeAttribute("aria-current");
    links.get(now.target.id)?.setAttribute("aria-current", "true");
  }, { rootMargin: "-10% 0px -85% 0px" });
  document.querySelectorAll("main section[id]").forEach((section) => place.observe(section));
})();
