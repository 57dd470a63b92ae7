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


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_text_stands_out_from_what_is_behind_it(browser, file, scheme):
    with opened(browser, file, color_scheme=scheme) as page:
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
        wide = page.locator("#answer .table")
        assert wide.locator(".more").inner_text().startswith("Scrolls sideways to: ")
        assert "P(OR > 1)" in wide.locator(".more").inner_text().replace("\N{NO-BREAK SPACE}", " ")
        assert page.locator("#bias figure .more").first.inner_text() == "Scrolls sideways"
        assert page.locator("#glossary .more").is_hidden()
    with opened(browser, file, width=1200) as page:
        page.wait_for_timeout(300)
        assert page.locator("#bias figure .more").first.is_hidden()
