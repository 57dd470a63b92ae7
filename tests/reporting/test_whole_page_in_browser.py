"""The whole report in a real browser: contrast of every text, links, hints on a phone."""

import pytest
from browser import opened

pytestmark = pytest.mark.slow

SCHEMES = ("light", "dark")
CONTRAST = """() => {
  const number = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const clear = (colour) => { const c = number(colour); return c.length === 4 && c[3] === 0; };
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (!clear(colour)) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const under = (text) => {  // the last filled shape drawn before this text at its middle
    const svg = text.ownerSVGElement, box = text.getBoundingClientRect();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    let found = null;
    for (const shape of svg.querySelectorAll("path, rect, circle, polygon")) {
      if (!(shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING)) continue;
      const fill = getComputedStyle(shape).fill, around = shape.getBoundingClientRect();
      if (fill === "none" || clear(fill) || +getComputedStyle(shape).fillOpacity < 0.5) continue;
      if (x < around.left || x > around.right || y < around.top || y > around.bottom) continue;
      const point = new DOMPoint(x, y).matrixTransform(shape.getScreenCTM().inverse());
      if (shape.isPointInFill(point)) found = fill;
    }
    return found;
  };
  const poor = [], seen = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let looked = 0;
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement, words = walker.currentNode.textContent.trim();
    if (!words || !element.checkVisibility()) continue;
    if (["SCRIPT", "STYLE", "NOSCRIPT", "OPTION"].includes(element.tagName)) continue;
    const style = getComputedStyle(element), svg = element.ownerSVGElement;
    // the clearing around another text
    if (svg && parseFloat(style.strokeWidth) > 2 && style.stroke === style.fill) continue;
    const ink = svg ? style.fill : style.color, ground = (svg && under(element)) || behind(element);
    looked += 1;
    const key = ink + ground + (parseFloat(style.fontSize) >= 24);
    if (seen.has(key)) continue;
    seen.add(key);
    const [a, b] = [light(number(ink)), light(number(ground))].sort((p, q) => q - p);
    const enough = parseFloat(style.fontSize) >= 24 ? 3 : 4.5;
    if ((a + 0.05) / (b + 0.05) < enough) poor.push([words.slice(0, 60), ink, ground]);
  }
  return {poor, looked};
}"""

# of what a phone shows as rows of blocks: cells without a heading before them, or beyond the edge
STACKED = """() => {
  document.querySelectorAll("details").forEach((one) => (one.open = true));
  const cells = [...document.querySelectorAll(".stack td")];
  const wrong = cells.filter((cell) => {
    const plain = (text) => text.trim().replaceAll("\\u00a0", " ");
    const heading = plain(cell.closest("table").tHead.rows[0].cells[cell.cellIndex].textContent);
    const before = plain(getComputedStyle(cell, "::before").content);
    return before !== JSON.stringify(heading) || cell.getBoundingClientRect().right > innerWidth;
  });
  return { many: cells.length, wrong: wrong.map((one) => one.textContent) };
}"""
STOPS = """() => {
  const any = "a[href], button, input, select, textarea, summary, [tabindex]";
  const stop = (one) => one.tabIndex >= 0 && !one.disabled && one.checkVisibility();
  return [...document.querySelectorAll(any)].filter(stop).length;
}"""
ON_PAPER = """() => [...document.querySelectorAll("main *")].filter((one) => {
  const hidden = one.matches("details .table") && !one.checkVisibility();
  return hidden || getComputedStyle(one).overflowX === "auto";
}).map((one) => one.outerHTML.slice(0, 60))"""
SCROLLED = """() => {
  const all = [...document.querySelectorAll("main :is(.scroll, .sideways)")];
  const boxes = all.filter((one) => one.checkVisibility());
  const scroll = boxes.filter((one) => one.scrollWidth > one.clientWidth + 1);
  const names = (some) => some.map((one) => one.closest("section").id);
  return {
    scroll: scroll.length,
    without: names(scroll.filter((one) => one.tabIndex !== 0)),
    needless: names(boxes.filter((one) => one.tabIndex === 0 && !scroll.includes(one))),
  };
}"""


def unfold(page):
    page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_text_stands_out_from_what_is_behind_it(browser, file, scheme):
    with opened(browser, file, color_scheme=scheme) as page:
        unfold(page)
        found = page.evaluate(CONTRAST)
    assert found["looked"] > 1000
    assert found["poor"] == []


def test_every_link_inside_the_page_leads_somewhere(browser, file):
    with opened(browser, file) as page:
        targets = page.evaluate(
            '[...document.querySelectorAll(\'a[href^="#"]\')].map((a) => a.getAttribute("href").slice(1))'
        )
        ids = page.evaluate("[...document.querySelectorAll('[id]')].map((one) => one.id)")
    assert len(targets) > 5
    assert set(targets) <= set(ids)
    assert len(ids) == len(set(ids))


def test_a_phone_names_what_lies_beyond_its_edge(browser, file):
    with opened(browser, file, width=390) as page:
        page.wait_for_function("[...document.querySelectorAll('.more')].some((hint) => !hint.hidden)")
        unfold(page)
        assert page.locator("#bias figure .more").first.inner_text() == "Scrolls sideways"
        assert page.locator("#glossary .more").is_hidden()
    with opened(browser, file, width=1200) as page:
        unfold(page)
        page.wait_for_timeout(300)
        assert page.locator("#bias figure .more").first.is_hidden()


@pytest.mark.parametrize("script", [True, False])
def test_a_phone_shows_every_number_beside_its_heading(browser, file, script):
    with opened(browser, file, width=390, java_script_enabled=script) as page:
        found = page.evaluate(STACKED)
    assert found["many"] > 200
    assert found["wrong"] == []


def test_only_what_scrolls_is_a_stop_of_the_tab_key(browser, file):
    for width, some in ((390, True), (1400, False)):
        with opened(browser, file, width=width) as page:
            page.wait_for_timeout(300)
            found = page.evaluate(SCROLLED)
        assert found["without"] == [] and found["needless"] == []
        assert bool(found["scroll"]) is some


def test_one_stop_leads_to_the_headings_of_a_table_and_arrows_to_the_next(browser, file):
    with opened(browser, file) as page:
        unfold(page)
        table = page.locator(".table", has=page.locator("thead button")).first
        buttons = table.locator("thead button")
        buttons.first.focus()
        page.keyboard.press("ArrowRight")
        assert buttons.nth(1).evaluate("(one) => one === document.activeElement")
        assert table.locator("thead button[tabindex='0']").count() == 1
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowLeft")
        assert buttons.first.evaluate("(one) => one === document.activeElement")


def test_the_first_stop_skips_to_the_text(browser, file):
    with opened(browser, file) as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the text"
        assert page.locator(".skip").bounding_box()["y"] >= 0
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "page-text"
        page.keyboard.press("Tab")
        assert page.evaluate("!document.activeElement.closest('nav')")


def test_the_contents_stand_beside_the_text_of_a_wide_screen_and_mark_the_place(browser, file):
    with opened(browser, file, width=1280) as page:
        contents, text = page.locator("#contents"), page.locator("main")
        assert contents.bounding_box()["x"] + contents.bounding_box()["width"] <= text.bounding_box()["x"]
        section = page.locator("main > section").nth(1)
        section.evaluate("(one) => one.scrollIntoView()")
        link = page.locator(f"#contents a[href='#{section.get_attribute('id')}']")
        page.wait_for_function("(one) => one.hasAttribute('aria-current')", arg=link.element_handle())
        assert contents.bounding_box()["y"] > -60
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280


@pytest.mark.parametrize(
    ("width", "script", "shown"), [(390, True, False), (390, False, True), (1280, True, True)]
)
def test_the_contents_are_folded_where_they_would_stand_before_the_text(browser, file, width, script, shown):
    with opened(browser, file, width=width, java_script_enabled=script) as page:
        link = page.locator("#contents a[href='#live_birth']")
        assert link.is_visible() is shown
        if not shown:
            page.locator("#contents > details > summary").click()
            assert link.is_visible()


def test_few_stops_of_the_tab_key_lead_through_what_is_not_folded(browser, file):
    with opened(browser, file) as page:
        assert page.evaluate(STOPS) < 150


def test_nothing_scrolls_or_is_folded_on_paper_and_its_pages_have_numbers(browser, file):
    with opened(browser, file, width=688) as page:
        page.emulate_media(media="print")
        assert page.evaluate(ON_PAPER) == []
        assert "counter(page)" in page.content()
