"""``Figure``: saved bytes repeat, in every form; nothing of the user's Matplotlib is changed."""

import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure as Drawn

import bayes_ivig as bi
from bayes_ivig.errors import ModelError
from bayes_ivig.reporting.figures import axis, measuring, paper

FORMS = {
    ".pdf": b"%PDF",
    ".svg": b"<?xml",
    ".png": b"\x89PNG",
    ".eps": b"%!PS",
    ".tiff": b"II*",
    ".tif": b"II*",
}


def drawn(title: str = "Events & <risks>, $5 for each\x07") -> bi.plot.Figure:
    with paper.style():
        axes = paper.new_axes(paper.COLUMN, 40.0, (15.0, 5.0, 10.0, 5.0))
        axes.plot([1, 2, 3], [3, 1, 2], color=paper.ACCENT, label="paid $1 to $2")
        axes.legend()
    return bi.plot.Figure(axes, title)


@pytest.mark.parametrize("ending", FORMS)
def test_the_same_drawing_is_the_same_bytes(ending: str, tmp_path: Path) -> None:
    one = drawn().save(tmp_path / f"one{ending}").read_bytes()
    with mpl.rc_context({"font.size": 20, "svg.hashsalt": None, "axes.facecolor": "red"}):
        other = drawn().save(str(tmp_path / f"other{ending.upper()}")).read_bytes()
    assert one.startswith(FORMS[ending])
    assert one == other
    assert b"Date" not in one


def test_a_figure_has_the_size_in_print_that_was_asked_for() -> None:
    assert drawn().size == pytest.approx((85.0, 40.0))
    assert repr(drawn()) == "Figure(Events & <risks>, $5 for each\N{REPLACEMENT CHARACTER}, 85 x 40 mm)"


def test_dots_per_inch_are_those_asked_for(tmp_path: Path) -> None:
    for dpi in (100, 300):
        header = drawn().save(tmp_path / "a.png", dpi=dpi).read_bytes()[16:24]
        pixels = int.from_bytes(header[:4]), int.from_bytes(header[4:])
        assert pixels == pytest.approx((85 / 25.4 * dpi, 40 / 25.4 * dpi), abs=1)


def test_notebooks_are_given_both_forms() -> None:
    figure = drawn()
    assert figure._repr_png_().startswith(FORMS[".png"])
    assert "<svg" in figure._repr_svg_()


def test_settings_of_matplotlib_stay_as_they_were() -> None:
    with mpl.rc_context({"font.size": 17.0}):
        before = dict(mpl.rcParams)
        drawn()._repr_png_()
        assert dict(mpl.rcParams) == before


def test_pyplot_is_not_imported() -> None:
    code = (
        "import sys, bayes_ivig as bi; from bayes_ivig.reporting.figures import paper\n"
        "with paper.style(): axes = paper.new_axes(50, 50, (5, 5, 5, 5))\n"
        "bi.plot.Figure(axes)._repr_svg_(); print('matplotlib.pyplot' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    old = tmp_path / "old.pdf"
    old.write_bytes(b"mine")
    with pytest.raises(ModelError, match=r"must end in .pdf, .svg, .png, .eps, .tif or .tiff"):
        drawn().save(tmp_path / "a.doc")
    with pytest.raises(ModelError, match="pdf: cannot be written"):
        drawn().save(tmp_path / "nowhere" / "a.pdf")
    with pytest.raises(ModelError, match="dpi is 10; it must lie from 20 to 2400"):
        drawn().save(old, dpi=10)
    assert old.read_bytes() == b"mine"
    large = Drawn(figsize=(10, 40)).add_subplot()
    with pytest.raises(ModelError, match="96000 pixels on a side"):
        bi.plot.Figure(large).save(old.with_suffix(".png"), dpi=2400)


def test_texts_are_measured_as_they_are_drawn() -> None:
    with paper.style():
        axes = paper.new_axes(100, 20, (0, 0, 0, 0))
        for bold in (False, True):
            text = axes.text(0, 0, "Øster & $x$ 0.47 (0.32 to 0.69)", fontweight="bold" if bold else "normal")
            seen = text.get_window_extent().width * 72 / axes.figure.dpi
            assert measuring.width(text.get_text(), bold=bold) == pytest.approx(seen, rel=0.02)
        assert measuring.fitted("Short", 100) == "Short"
        cut = measuring.fitted("A name that is much too long", 60)
        assert cut.endswith("…")
        assert 45 < measuring.width(cut) <= 60
        assert measuring.widest(["a", "aaa\nb"]) == measuring.width("aaa")
        assert measuring.wrapped("one two three", measuring.width("one two") + 1) == "one two\nthree"


@pytest.mark.parametrize(
    ("values", "measure", "ends"),
    [
        ([0.07, 7.0], "OR", (0.05, 10.0)),
        ([0.5, 0.9], "OR", (0.5, 1.1)),
        ([0.0, 1.0, float("inf")], "OR", (0.94, 1.06)),
        ([0.003, 250], "RR", (0.002, 500)),
        ([-0.12, 0.03], "RD", (-0.15, 0.05)),
        ([4.0, 18.0], "MD", (-5.0, 20.0)),
        ([0.0], "MD", (-1.0, 1.0)),
    ],
)
def test_axes_hold_their_content_and_little_more(
    values: list[float], measure: str, ends: tuple[float, float]
) -> None:
    from bayes_ivig.measures import measure_of

    with paper.style():
        made = axis.effect_axis(values, measure_of(measure))
        assert (made.lower, made.upper) == ends
        assert 2 <= len(made.ticks) <= 12
        assert measure_of(measure).null in made.ticks
        narrow = axis.effect_axis(values, measure_of(measure), room=60)
        assert sum(measuring.width(axis.tick_label(tick), 7) for tick in narrow.ticks) <= 60
