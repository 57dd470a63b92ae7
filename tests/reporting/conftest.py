import pytest
from browser import program, started
from fonts import SETS, only, used
from playwright.sync_api import sync_playwright
from report_cases import ivig

from bayes_ivig.reporting.report.write import write_report


@pytest.fixture(scope="session")
def playwright():
    program()  # skips where there is none
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright):
    with started(playwright) as browser:
        yield browser


@pytest.fixture(scope="session", params=SETS)
def font_browser(playwright, request, tmp_path_factory):
    """A browser on a machine with one set of fonts, which is held to use them."""
    config = only(request.param, tmp_path_factory.mktemp("fonts"))
    with started(playwright, config) as browser:
        assert used(browser) == set(SETS[request.param][:1])
        yield browser


@pytest.fixture(scope="session")
def written(tmp_path_factory):
    """The report of the bundled case, written once: its folder and the paths in it."""
    folder = tmp_path_factory.mktemp("report")
    return folder, write_report(ivig(), folder)


@pytest.fixture(scope="session")
def file(written):
    return written[0] / "report.html"
