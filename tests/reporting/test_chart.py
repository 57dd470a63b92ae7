"""``bi.plot.Chart``: what Altair draws, shown in a notebook without a network and written whole."""

import base64
import inspect
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from result_examples import data, example, model

import bayes_ivig as bi
from bayes_ivig.errors import ModelError
from bayes_ivig.reporting.benefit.absolute_chart import plot_absolute
from bayes_ivig.reporting.drawing.render import specification

pytestmark = pytest.mark.slow

MAGIC = {"svg": b"<svg ", "png": b"\x89PNG\r\n", "pdf": b"%PDF-", "html": b"<!DOCTYPE html>"}


@pytest.fixture(scope="module")
def chart() -> bi.plot.Chart:
    return bi.plot.absolute(example("Benefit"))


def test_it_is_the_drawing_of_the_report(chart) -> None:
    assert chart.to_dict() == specification(plot_absolute(example("Benefit")))
    assert chart.altair.to_dict()["description"] == chart.title


@pytest.mark.parametrize(
    "draw",
    [
        lambda: bi.plot.classes(example("ByClass")),
        lambda: bi.plot.net_benefit(example("BenefitHarm")),
        lambda: bi.plot.one_by_one(bi.trials.without_each(data(), model())),
        lambda: bi.plot.people(example("BenefitHarm")),
        lambda: bi.plot.prior_width(bi.priors.prior_width_curve(data(), widths=(0.5, 1.0))),
        lambda: bi.plot.specifications(example("SpecificationCurve")),
        lambda: bi.plot.standing(bi.trials.subsets(data(), model()), ("A", "B")),
        lambda: bi.plot.tipping(example("TippingGrid")),
        lambda: bi.plot.trial_sets(example("Reanalysis").outcomes[0]),
        lambda: bi.plot.priors(example("Reanalysis").outcomes[0]),
    ],
)
def test_each_of_them_gives_a_chart_that_a_notebook_shows(draw) -> None:
    drawn = draw()
    assert isinstance(drawn, bi.plot.Chart)
    shown = drawn._repr_mimebundle_()
    assert set(shown) == {"image/svg+xml", "image/png", "text/plain"}
    tree = Xml.fromstring(shown["image/svg+xml"])
    assert not [each for each in tree.iter() if each.tag.endswith(("script", "image", "foreignObject"))]
    assert shown["image/svg+xml"].count("http") == shown["image/svg+xml"].count("http://www.w3.org/")
    assert tree.get("aria-label") == drawn.title
    assert base64.b64decode(shown["image/png"]).startswith(MAGIC["png"])
    assert len(shown["text/plain"]) <= 200


@pytest.mark.parametrize("ending", sorted(MAGIC))
def test_it_writes_itself(chart, ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"drawn.{ending}"
    assert chart.save(path) == path
    assert path.read_bytes().startswith(MAGIC[ending])
    first = path.read_bytes()
    chart.save(str(path))
    assert path.read_bytes() == first or ending == "pdf"
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_what_cannot_be_written_is_said_in_one_message(chart, tmp_path: Path) -> None:
    with pytest.raises(
        ModelError, match=r"Chart\.save: path is '.*\.gif'; must end in \.svg, \.png, \.pdf or"
    ):
        chart.save(tmp_path / "drawn.gif")
    with pytest.raises(ModelError, match=r"Chart\.save: .*drawn\.svg: "):
        chart.save(tmp_path / "nowhere" / "drawn.svg")
    (tmp_path / "drawn.svg").write_text("old")
    with pytest.raises(ModelError, match="path is 3"):
        chart.save(3)
    assert (tmp_path / "drawn.svg").read_text() == "old"


def test_it_is_called_what_users_call_it() -> None:
    assert bi.plot.absolute.__name__ == "absolute"
    assert str(inspect.signature(bi.plot.tipping)).startswith("(grid: ")
    assert inspect.signature(bi.plot.tipping).return_annotation is bi.plot.Chart
    with pytest.raises(bi.errors.ArgumentError, match=r"^plot\.absolute: found is a Dataset"):
        bi.plot.absolute(data())
