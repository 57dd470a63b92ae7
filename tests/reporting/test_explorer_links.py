"""Addresses of the interactive part are taken whole or refused; its command and Python give its numbers."""

import json
import subprocess
import sys
from urllib.parse import parse_qsl, urlencode

import numpy as np
import pytest
from browser import opened
from explorer_pages import add_trial, exactly, shown, written_explorer
from report_cases import BAD_EVENT, GOOD_EVENT, HEADER, THREE, own

from bayes_ivig.reporting.explorer.section import explorer_of

pytestmark = pytest.mark.slow

P = [0.025, 0.5, 0.975]
SAME = 1e-4


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a page, and the table that it is of."""
    folder = tmp_path_factory.mktemp("linked")
    (folder / "mine.csv").write_text(HEADER + "".join(",".join(map(str, row)) + "\n" for row in THREE))
    (folder / "mine.toml").write_text(GOOD_EVENT)
    written_explorer(own(THREE, GOOD_EVENT), folder)
    return folder


@pytest.fixture(scope="module")
def small(folder):
    return folder / "explorer.html"


def changed_by(page):
    """A state that differs from the first in every control."""
    page.select_option("[name=likelihood]", "2")
    page.fill("[name=centre]", "1.4")
    page.fill("[name=sd]", "0.73")
    page.select_option("[name=family]", "half_student_t")
    page.fill("[name=scale]", "0.31")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.fill("[name=shape]", "7")
    page.fill("[name=threshold]", "1.6")
    page.fill("[name=risk]", "321")
    page.locator("#explorer-trials input").nth(1).uncheck()


def test_a_link_brings_everything_back(browser, small):
    with opened(browser, small) as page:
        changed_by(page)
        add_trial(page, "Müller & Co. 2027 <b>", (3, 20, 8, 21))
        after = shown(page)
        said = page.inner_text("#explorer-model"), page.inner_text("#explorer-per-1000")
        link = page.text_content("#explorer-link")
        assert page.evaluate("location.hash") == link[link.index("#") :]
    with opened(browser, small, fragment=link[link.index("#") :]) as page:
        assert shown(page) == after
        assert (page.inner_text("#explorer-model"), page.inner_text("#explorer-per-1000")) == said
        assert page.locator("#explorer-refused").is_hidden()
        page.evaluate("document.getElementById('explorer-add').open = true")
        assert page.locator("#explorer-remove").is_visible()


SPOILED = {
    "other data": ({"d": "000000000000"}, "other data than those of this page"),
    "no data": ({"d": None}, "does not say for which data"),
    "an unknown trial": ({"k": "1111"}, "trials that it keeps are not those"),
    "a trial less": ({"k": "11"}, "trials that it keeps are not those"),
    "no bits": ({"k": "1x1"}, "trials that it keeps are not those"),
    "no outcome": ({"o": "7"}, "no outcome number 7"),
    "no likelihood": ({"l": "-1"}, "no likelihood number -1"),
    "a number beyond": ({"s": "1e6"}, "must be between 0.05 and 10"),
    "no number": ({"s": "two"}, "must be between 0.05 and 10"),
    "an empty number": ({"t": ""}, "is empty and must be"),
    "no family": ({"f": "constructor"}, "no family of the prior on tau"),
    "a missing part": ({"f": None}, "stands there 0 times"),
    "an unknown part": ({"z": "1"}, "does not know (z)"),
    "a part that every object has": ({"constructor": "1"}, "does not know (constructor)"),
    "a trial without counts": ({"k": "1111", "a": "1.2.New"}, "no name with four counts"),
    "a trial with too many events": ({"k": "1111", "a": "3.2.3.4.New"}, "more events than people"),
    "a trial there already": ({"k": "1111", "a": "1.2.3.4.A"}, "called A already"),
}


@pytest.mark.parametrize("how", SPOILED)
def test_a_link_that_cannot_be_taken_whole_is_refused_with_the_reason(browser, small, how):
    changes, says = SPOILED[how]
    with opened(browser, small) as page:
        first, model = shown(page), page.inner_text("#explorer-model")
        changed_by(page)
        shown(page)
        parts = dict(parse_qsl(page.evaluate("location.hash").partition("?")[2], keep_blank_values=True))
    assert parts["d"] == explorer_of(own(THREE, GOOD_EVENT)).payload["data"]
    spoiled = {key: value for key, value in (parts | changes).items() if value is not None}
    with opened(browser, small, fragment="#explore?" + urlencode(spoiled)) as page:
        assert says in page.inner_text("#explorer-refused")
        assert shown(page) == first
        assert page.inner_text("#explorer-model") == model


def test_a_link_of_one_report_is_refused_by_another(browser, small, tmp_path):
    other = written_explorer(own((*THREE[:2], ("C", 2, 20, 4, 19)), BAD_EVENT.replace(' "B"', "")), tmp_path)
    with opened(browser, small) as page:
        changed_by(page)
        shown(page)
        address = page.evaluate("location.hash")
    with opened(browser, other, fragment=address) as page:
        assert "other data" in page.inner_text("#explorer-refused")


@pytest.mark.parametrize("state", ["first", "changed", "common", "set"])
def test_the_copied_command_gives_the_numbers_of_the_page(browser, small, folder, state):
    with opened(browser, small) as page:
        set_to(page, state)
        command, found = page.text_content("#explorer-command"), exactly(page, P)
    program = f"{sys.executable} -m bayes_ivig fit "
    assert command.startswith("bayes-ivig fit mine.csv ")
    made = ran(command.replace("bayes-ivig fit ", program, 1) + " --json", folder, shell=True)
    document = json.loads(made)
    ratio = document["odds_ratio"]
    np.testing.assert_allclose(
        [ratio["lower"], ratio["median"], ratio["upper"]], np.exp(found["mu"]), rtol=SAME
    )
    assert document["probability"]["or_gt_1"] == pytest.approx(found["above"], abs=SAME)


@pytest.mark.parametrize("state", ["first", "changed", "common", "set", "added", "only added"])
def test_the_copied_python_gives_the_numbers_of_the_page(browser, small, folder, state):
    with opened(browser, small) as page:
        set_to(page, state)
        python, found = page.text_content("#explorer-python"), exactly(page, P)
    made = ran(
        [sys.executable, "-c", python + f"print(*posterior['mu'].quantile({P}))\n"], folder
    ).splitlines()
    np.testing.assert_allclose([float(one) for one in made[-1].split()], found["mu"], atol=SAME)
    assert float(made[-2].removeprefix("P(OR > 1) ")) == pytest.approx(found["above"], abs=SAME)


def set_to(page, state):
    """Set the controls to a state by its name, and wait for the answer."""
    if state == "changed":
        changed_by(page)
    if state == "common":
        page.select_option("[name=family]", "common")
    if state == "set":
        page.select_option("[name=set]", label=page.locator("[name=set] option").nth(1).inner_text())
    if "added" in state:
        add_trial(page, 'O\'Brien, "the 2nd" 2027', (3, 20, 8, 21))
    if state == "only added":
        for i in range(len(THREE)):
            page.locator("#explorer-trials input").nth(i).uncheck()
    shown(page)


def ran(command, folder, **options):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_what_is_copied_is_selected_where_the_clipboard_is_refused(browser, small):
    with opened(browser, small) as page:
        shown(page)
        page.evaluate("document.getElementById('explorer-same').open = true")
        page.get_by_role("button", name="Copy the command").click()
        page.locator("#explorer-copied", has_text=".").wait_for()
        if "did not let" in page.inner_text("#explorer-copied"):
            assert (
                page.evaluate("String(getSelection())").strip()
                == page.inner_text("#explorer-command").strip()
            )
