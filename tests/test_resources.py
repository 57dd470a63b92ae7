"""Where things are: asked of one module, which fails where something is not there instead
of finding nothing.
"""

import ast
import json
from pathlib import Path

import pytest

import bayes_ivig
from bayes_ivig import resources
from bayes_ivig.errors import BayesIvigError

ROOT = Path(bayes_ivig.__file__).parent
MODULES = sorted(
    path for path in ROOT.rglob("*.py") if "_bundled" not in path.parts and path.name != "resources.py"
)


def test_where_the_package_is() -> None:
    assert resources.package() == ROOT.resolve()
    assert "<html" in resources.part("reporting/templates/report.html.j2").read_text(encoding="utf-8")
    assert (
        json.loads(resources.part("reporting/schema/results-2.json").read_text(encoding="utf-8"))
        == bayes_ivig.results_schema()
    )


def test_what_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(
        BayesIvigError, match=r"templates_moved: not there; bayes_ivig is not installed whole"
    ):
        resources.part("reporting/templates_moved")
    (tmp_path / "a.txt").write_text("")
    assert resources.listed(tmp_path, "*.txt") == (tmp_path / "a.txt",)
    for pattern in ("*.py", "moved/*.txt"):
        with pytest.raises(BayesIvigError, match="nothing is there"):
            resources.listed(tmp_path, pattern)
    with pytest.raises(BayesIvigError, match="nothing is there"):
        resources.names("data", ".nothing")


def test_a_name_that_no_file_can_have_is_unknown_like_any_other() -> None:
    """The disk is not asked: it would refuse a name of 300 characters with an error of its own."""
    for name in ("a" * 300, "a" * 70_000, "", "a\x00b", "\ud800"):
        with pytest.raises(BayesIvigError, match="nothing of that name is bundled") as raised:
            resources.find("data", name, ".csv", BayesIvigError)
        assert len(str(raised.value)) < 500


def test_no_other_module_asks_where_it_lies() -> None:
    """So that any of them can be moved: what it needs it would look for beside its new place."""
    asking = [
        path.relative_to(ROOT).as_posix()
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Name) and node.id in ("__file__", "__path__")
    ]
    assert not asking
