"""The gallery: every kind of figure is in it, and each is drawn by the code that stands beside it."""

import importlib.util
import inspect
from pathlib import Path
from typing import Any

import pytest
import reference_page

import bayes_ivig as bi

pytestmark = pytest.mark.slow

FILE = Path(__file__).parents[2] / "docs" / "gallery.py"


def gallery() -> Any:
    """The script of the gallery, as a module."""
    spec = importlib.util.spec_from_file_location("gallery", FILE)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_kind_of_figure_is_drawn_by_the_code_beside_it(tmp_path: Path) -> None:
    entries = gallery().draw(tmp_path)
    for name, caption, code in entries:
        assert (tmp_path / f"{name}.svg").read_text(encoding="utf-8").startswith("<?xml")
        assert caption.endswith(".")
        assert f"bi.plot.{name.partition('_bmj')[0]}(" in code
    public = [getattr(bi.plot, name) for name in reference_page.names(bi.plot)]
    figures = {
        each.__name__.removeprefix("plot_")
        for each in public
        if inspect.isfunction(each) and str(inspect.signature(each).return_annotation).endswith("Figure'>")
    }
    assert figures == {name.partition("_bmj")[0] for name, _, _ in entries}
