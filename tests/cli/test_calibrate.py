"""``bayes-ivig calibrate`` from the outside."""

import json
from pathlib import Path

import pytest

from bayes_ivig.cli import main

pytestmark = pytest.mark.slow


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr("sys.argv", ["bayes-ivig", "calibrate", *arguments])
    with pytest.raises(SystemExit) as left:
        main()
    return int(left.value.code or 0)


def test_json_is_one_document_without_nan(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    options = ("--likelihood", "normal", "--simulations", "12", "--seed", "3", "--out", str(tmp_path))
    assert run(monkeypatch, *options, "--json") == 0
    printed = capsys.readouterr()
    document = json.loads(printed.out, parse_constant=pytest.fail)
    assert printed.err == ""
    assert document["simulations"] == 12
    assert document["provenance"]["seed"] == 3
    assert [path.name for path in (tmp_path / "normal-sparse-batches").iterdir()] == ["0000.json"]
    assert run(monkeypatch, *options, "--json") == 0
    assert capsys.readouterr().out == printed.out


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_text_and_plot(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, ending: str
) -> None:
    plot = tmp_path / f"calibration.{ending}"
    assert run(monkeypatch, "--likelihood", "normal", "--simulations", "5", "--plot", str(plot)) == 0
    assert "coverage of central intervals" in capsys.readouterr().out
    assert plot.read_bytes().startswith(b"<svg" if ending == "svg" else b"\x89PNG")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--likelihood", "poisson"), "likelihood: found 'poisson'"),
        (("--design", "dens"), "did you mean 'dense'"),
        (("--simulations", "0"), "simulations: found 0"),
        (("--simulations", "many"), "Try"),
        (("--seed", "-1"), "seed: found -1"),
        (("--from-counts",), "from_counts"),
        (("--plot", "a.pdf"), "must end in .svg, .png or .html"),
        (("--plot", "nowhere/a.svg"), "no such folder"),
    ],
)
def test_wrong_options_leave_with_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], said: str
) -> None:
    assert run(monkeypatch, *options) == 2
    printed = capsys.readouterr()
    assert said in printed.err
    assert printed.out == ""
    assert "Traceback" not in printed.err


def test_another_calibration_in_the_folder_leaves_with_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    options = ("--likelihood", "normal", "--simulations", "2", "--out", str(tmp_path))
    assert run(monkeypatch, *options) == 0
    assert run(monkeypatch, *options, "--seed", "2") == 2
    assert "another calibration" in capsys.readouterr().err


def test_help_names_every_option(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, "--help") == 0
    text = capsys.readouterr().out
    assert all(
        option in text
        for option in ("--likelihood", "--design", "--simulations", "--seed", "--out", "--json", "--plot")
    )
