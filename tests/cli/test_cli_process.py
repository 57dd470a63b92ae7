"""The command as a process: exit status, what goes to which stream, and what it takes along."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from command import BIN, refuse, run

from bayes_ivig import __version__

pytestmark = pytest.mark.slow

LIVE = ("--outcome", "live_birth")


def test_json_and_nothing_else() -> None:
    ran = run("fit", "ivig", *LIVE, "--json")
    assert (ran.status, ran.err) == (0, "")
    assert ran.document["k"] == 9
    assert ran.out.endswith("}\n")


def test_version_and_help() -> None:
    assert run("--version") == (0, f"{__version__}\n", "")
    ran = run("--help")
    assert (ran.status, ran.err) == (0, "")
    assert all(command in ran.out for command in ("report", "fit", "pool", "models", "data"))


@pytest.mark.parametrize("arguments", [("fit", "nothing"), ("nothing",), ("fit", "ivig", "--level", "x")])
def test_mistakes(arguments: tuple[str, ...]) -> None:
    ran = run(*arguments)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    "arguments", [("data", "show", "ivig", *LIVE), ("fit", "ivig", *LIVE, "--json"), ("--help",)]
)
def test_a_reader_that_goes_away_is_no_error(arguments: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as gone:
        done = subprocess.run([BIN, *arguments], stdout=gone, stderr=subprocess.PIPE, text=True, check=False)
    assert done.stderr == ""
    assert done.returncode in (0, 1)  # 1 is what the argument parser makes of its own help


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
def test_a_full_disk_is_told() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([BIN, "models"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "error: standard output cannot be written: No space left on device\n"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_any_encoding_of_standard_output(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(
        "study,treatment_events,treatment_total,control_events,control_total\nGünhan 東京,1,9,2,9\n",
        encoding="utf-8",
    )
    environment = os.environ | {"PYTHONIOENCODING": encoding}
    raw = subprocess.run(
        [BIN, "fit", str(path), "--json"], capture_output=True, check=True, env=environment
    ).stdout
    assert json.loads(raw.decode(encoding), parse_constant=refuse)["studies"][0]["study"] == "Günhan 東京"
    assert subprocess.run([BIN, "fit", str(path)], capture_output=True, check=True, env=environment).stdout


def loaded_by(code: str) -> set[str]:
    """Modules that a fresh Python has loaded after running some code."""
    report = "\nimport sys, json; json.dump(sorted(sys.modules), sys.__stderr__)"
    done = subprocess.run([sys.executable, "-c", code + report], capture_output=True, text=True, check=True)
    return set(json.loads(done.stderr))


HEAVY = {
    "pymc",
    "pytensor",
    "nutpie",
    "arviz",
    "xarray",
    "pandas",
    "altair",
    "jinja2",
    "scipy.stats",
    "numba",
}


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert not loaded_by("import bayes_ivig") & (HEAVY | {"numpy", "scipy"})


def loaded_by_command(*arguments: str) -> set[str]:
    """Modules that one run of the command has loaded."""
    line = ["bayes-ivig", *arguments]
    return loaded_by(
        f"import sys\nfrom bayes_ivig.cli import main\nsys.argv = {line!r}\ntry: "
        "main()\nexcept SystemExit: pass"
    )


def test_help_loads_no_numbers() -> None:
    assert not loaded_by_command("--help") & (HEAVY | {"numpy", "scipy"})


@pytest.mark.parametrize(
    "command", [("fit", "ivig", *LIVE, "--json"), ("pool", "ivig", *LIVE), ("data",), ("models",)]
)
def test_commands_load_nothing_heavy(command: tuple[str, ...]) -> None:
    assert not loaded_by_command(*command) & HEAVY


@pytest.mark.mcmc
@pytest.mark.skipif(find_spec("bayes_ivig.engines.nuts") is None, reason="the sampling engine is not there")
def test_sampling_prints_one_document_and_progress_elsewhere() -> None:
    ran = run("fit", "ivig", *LIVE, "--trials", "published", "--engine", "nuts", "--seed", "7", "--json")
    assert ran.status == 0, ran.err
    found = ran.document
    assert found["engine"]["name"] == "nuts"
    assert found["provenance"]["seed"] == 7
    assert found["diagnostics"]["ok"] is True
    assert found["log_marginal_likelihood"] is None
    assert "log_marginal_likelihood" in found["note"]
    exact = run("fit", "ivig", *LIVE, "--trials", "published", "--json").document
    # about four Monte Carlo errors of the median
    assert found["mu"]["q50"] == pytest.approx(exact["mu"]["q50"], abs=0.05)
