"""Twelve results as last expressions of a notebook's cells: executed, and shown without a network."""

import os
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

import bayes_ivig

pytestmark = pytest.mark.slow

ROOT = Path(bayes_ivig.__file__).parents[1]
CELLS = (
    'import bayes_ivig as bi\ndata = bi.load_dataset("ivig", "live_birth")\ndata',
    "post = bi.fit(data)\npost",
    "post.odds_ratio",
    "bi.pool(data)",
    "found = bi.benefit(post)\nfound",
    "bi.plot.absolute(found)",
    "bi.control_risk(data)",
    'bi.trials.by_class(data, "comparator_class")',
    "bi.tipping.how_much_prior(post)",
    "post.influence()",
    "bi.checks.check_model(post)",
    'bi.published.audit("ivig")',
    "bi.plot.tipping(bi.tipping.tipping_grid(post, mu_scales=(0.5, 1, 2), tau_scales=(0.5, 1)))",
)


def executed(folder: Path) -> Any:
    """The notebook with what its cells gave."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    return NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()


def test_twelve_results_as_last_expressions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "PYTHONPATH", os.pathsep.join([str(ROOT), *os.environ.get("PYTHONPATH", "").split(":")])
    )
    for cell in executed(tmp_path).cells:
        [output] = cell.outputs
        assert output.output_type == "execute_result"
        assert len(output.data["text/plain"]) <= 200 and "\n" not in output.data["text/plain"]
        if "bi.plot." in cell.source:
            assert output.data["image/svg+xml"].startswith("<svg ")
            assert output.data["image/png"]
        else:
            assert "<table" in output.data["text/html"]
            assert "http" not in output.data["text/html"] and "<script" not in output.data["text/html"]
