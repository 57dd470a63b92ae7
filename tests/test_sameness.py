"""What CI moves at once: every seed and every kernel, and where the numeric tests run."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[1] / ".ci" / "sameness.py"
OLD, OLDER = {"NPY_DISABLE_CPU_FEATURES": "X86_V4"}, {"NPY_DISABLE_CPU_FEATURES": "X86_V4 X86_V3"}


def of_script(kernels: dict[str, dict[str, str]]) -> ModuleType:
    """The script on a machine with these kernels."""
    spec = importlib.util.spec_from_file_location("sameness", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    vars(module)["kernels"] = lambda: kernels
    return module


@pytest.mark.parametrize(
    ("kernels", "numeric"),
    [
        ({}, ["seed 0"]),
        ({"A": OLDER, "B": OLDER}, ["seed 0, A"]),
        ({name: OLD if name < "E" else OLDER for name in "ABCDEFG"}, ["seed 0, A", "seed 4, E"]),
    ],
)
def test_every_kernel_and_every_seed_moves_a_report(
    kernels: dict[str, dict[str, str]], numeric: list[str]
) -> None:
    script = of_script(kernels)
    runs = script.settings("together", range(5))
    assert len(runs) == max(5, len(kernels))
    assert {run["BAYES_IVIG_SHAKE"] for run in runs.values()} >= set("01234")
    for name, run in kernels.items():
        (own,) = (each for key, each in runs.items() if key.endswith(f", {name}"))
        assert own.items() >= run.items()
    alone = [run for key, run in runs.items() if "," not in key]
    assert {run["OPENBLAS_NUM_THREADS"] for run in alone} == (set("12") if alone else set())
    assert sorted(script.tested("together", runs)) == sorted(numeric)


def test_each_can_be_asked_alone() -> None:
    script = of_script({"A": OLD, "B": OLDER, "C": OLD})
    assert list(script.settings("shaken", range(2))) == ["seed 0", "seed 1"]
    assert script.tested("shaken", script.settings("shaken", range(2))) == ["seed 0"]
    assert list(script.settings("kernels", range(2))) == ["A", "B", "C"]
    assert sorted(script.tested("kernels", script.settings("kernels", range(2)))) == ["A", "B"]


def test_a_file_that_differs_or_is_missing_is_named(tmp_path: Path) -> None:
    for folder in ("plain", "moved"):
        (tmp_path / folder).mkdir()
        for name in ("same", "other"):
            (tmp_path / folder / name).write_text(name if name == "same" else folder, encoding="utf-8")
    (tmp_path / "plain" / "gone").touch()
    found = of_script({}).compared("seed 0", tmp_path / "plain", tmp_path / "moved")
    assert found == ["seed 0: other differs", "seed 0: gone differs"]
