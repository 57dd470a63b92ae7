"""Where everything stands, on a machine with narrow and on one with wide fonts alone:
nothing cut off, no text on another.
"""

import pytest
from browser import opened
from report_cases import hostile, wide

from bayes_ivig.reporting.report.write import write_report

pytestmark = pytest.mark.slow

PRINTED = 688  # CSS pixels of an A4 page between its margins
CUT_OFF = """(width) => [...document.querySelectorAll("main *")].filter((one) => {
  if (!one.checkVisibility() || one.closest("svg")?.contains(one) && one.tagName !== "svg") return false;
  const box = one.getBoundingClientRect(), style = getComputedStyle(one);
  const hides = style.overflowX !== "visible" && one.scrollWidth > one.clientWidth + 1;
  return box.width > 0 && (box.right > width + 1 || box.left < -1 || hides);
}).map((one) => `${one.tagName} ${one.className.baseVal ?? one.className} ${one.closest("section")?.id}: ` +
  `${Math.round(one.getBoundingClientRect().right)} ${one.textContent.trim().slice(0, 60)}`)"""
TEXT_BEYOND_ITS_CHART = """() => [...document.querySelectorAll("main figure svg")].flatMap((svg) => {
  const page = svg.getBoundingClientRect();
  return [...svg.querySelectorAll("text")].filter((text) => {
    const box = text.getBoundingClientRect();
    const sideways = Math.max(box.right - page.right, page.left - box.left);
    const out = Math.max(sideways, box.bottom - page.bottom, page.top - box.top);
    return box.width && out > 2;
  }).map((text) => `${svg.closest("figure").id || svg.closest("section")?.id}: ${text.textContent}`);
})"""
CHART_TEXTS = """() => [...document.querySelectorAll("figure")].flatMap((figure) => {
  const svg = figure.querySelector("svg"), page = svg.getBoundingClientRect(), wrong = [];
  const halo = (style) => style.stroke !== "none" && parseFloat(style.strokeWidth) > 2; // drawn again without
  const texts = [...svg.querySelectorAll("text")]
    .filter((one) => one.textContent.trim() && !halo(getComputedStyle(one)))
    .map((one) => ({ box: one.getBoundingClientRect(), text: one.textContent }))
    .filter(({ box }) => box.width);
  const boxes = [...svg.querySelectorAll(".mark-rect path")].map((one) => one.getBoundingClientRect());
  texts.forEach(({ box, text }, i) => {
    const sideways = Math.max(box.right - page.right, page.left - box.left);
    const out = Math.max(sideways, box.bottom - page.bottom - 2, page.top - box.top - 2);
    if (out > 0.5) wrong.push(`beyond the drawing: ${text}`);
    const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
    for (const around of boxes) {
      if (x < around.left || x > around.right || y < around.top || y > around.bottom) continue;
      if (box.left < around.left || box.right > around.right) wrong.push(`beyond its box: ${text}`);
    }
    for (const other of texts.slice(i + 1)) {
      const across = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
      const down = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
      const lower = Math.min(box.height, other.box.height);
      if (across > -3 && down > 0.3 * lower) wrong.push(`${text} | ${other.text}`);
    }
  });
  return wrong.map((each) => `${figure.id}: ${each}`);
})"""
SIDEWAYS = """() => [...document.querySelectorAll("main .scroll")]
  .filter((one) => one.scrollWidth > one.clientWidth + 1)
  .map((one) => `${one.scrollWidth - one.clientWidth} ${one.textContent.trim().slice(0, 40)}`)"""
CASES = {"long and strange names": hostile, "wide names and large numbers": wide}


@pytest.fixture(scope="session")
def strangers(tmp_path_factory):
    """The folders of strangers' reports, written once."""
    folders = {name: tmp_path_factory.mktemp("others") for name in CASES}
    for name, make in CASES.items():
        write_report(make(), folders[name])
    return folders


def shown(browser, folder):
    """Return what is wrong with the charts of a folder as files of their own, and how many there are."""
    charts = sorted((folder / "charts").glob("*.svg"))
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.set_content(
        "".join(f"<figure id={chart.stem}>{chart.read_text(encoding='utf-8')}</figure>" for chart in charts)
    )
    wrong = page.evaluate(CHART_TEXTS)
    page.close()
    return wrong, len(charts)


def printed(browser, file):
    """Return what is cut off when a page is printed."""
    with opened(browser, file, width=PRINTED) as page:
        page.emulate_media(media="print")
        return page.evaluate(CUT_OFF, PRINTED)


def test_no_text_of_a_chart_meets_another_or_leaves_its_box_or_the_drawing(font_browser, written):
    wrong, many = shown(font_browser, written[0])
    assert many > 30
    assert wrong == []


@pytest.mark.parametrize("case", CASES)
def test_no_text_of_a_strangers_chart_does_either(font_browser, strangers, case):
    wrong, many = shown(font_browser, strangers[case])
    assert many >= 10
    assert wrong == []


def test_nothing_is_cut_off_in_print(font_browser, file):
    assert printed(font_browser, file) == []


@pytest.mark.parametrize("case", CASES)
def test_nothing_of_a_strangers_report_is_cut_off_in_print(font_browser, strangers, case):
    assert printed(font_browser, strangers[case] / "report.html") == []


@pytest.mark.parametrize("width", [390, 1200])
def test_no_text_leaves_its_chart_and_the_page_scrolls_one_way(font_browser, file, width):
    with opened(font_browser, file, width=width) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(TEXT_BEYOND_ITS_CHART) == []


def test_a_desktop_shows_every_table_whole(font_browser, file):
    with opened(font_browser, file) as page:
        assert page.evaluate(SIDEWAYS) == []
