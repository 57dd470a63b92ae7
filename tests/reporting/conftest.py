import pytest
from browser import started
from report_cases import ivig

from bayes_ivig.reporting import write_report


@pytest.fixture(scope="session")
def browser():
    with started() as found:
        yield found


@pytest.fixture(scope="session")
def written(tmp_path_factory):
    """The report of the bundled case, written once: its folder and the paths in it."""
    folder = tmp_path_factory.mktemp("report")
    return folder, write_report(ivig(), folder)


@pytest.fixture(scope="session")
def file(written):
    return written[0] / "report.html"
