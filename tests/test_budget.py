"""The memory that is allowed: read from the system or stated, refused before the work, cut into blocks."""

import subprocess
import sys
from pathlib import Path

import pytest

from bayes_ivig import budget
from bayes_ivig.errors import BayesIvigError, DataError


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("8GB", 8 * budget.GB),
        ("500 MB", 500 * budget.MB),
        (" 1.5gb ", 1500 * budget.MB),
        ("2TB", 2000 * budget.GB),
    ],
)
def test_what_is_allowed_can_be_stated(monkeypatch: pytest.MonkeyPatch, text: str, size: int) -> None:
    monkeypatch.setenv(budget.VARIABLE, text)
    assert budget.allowed() == size


@pytest.mark.parametrize("text", ["8", "GB", "-1GB", "0GB", "1e99GB", "8 GB or so", "9" * 5000 + "GB", "nan"])
def test_what_is_no_amount_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv(budget.VARIABLE, text)
    with pytest.raises(BayesIvigError, match=budget.VARIABLE) as refused:
        budget.allowed()
    assert len(str(refused.value)) < 200


def test_what_is_free_decides_otherwise(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(budget.VARIABLE, raising=False)
    machine = tmp_path / "meminfo"
    machine.write_text("MemTotal: 9000000 kB\nMemAvailable: 8000000 kB\n")
    monkeypatch.setattr(budget, "MEMORY_OF_LINUX", machine)
    monkeypatch.setattr(budget, "CONTAINERS", ())
    monkeypatch.setattr(budget, "STATUS_OF_LINUX", tmp_path / "nothing")
    assert budget.allowed() == 8000000 * 1024 // 2
    limit, taken = tmp_path / "max", tmp_path / "current"
    limit.write_text("3000000000\n")
    taken.write_text("1000000000\n")
    monkeypatch.setattr(budget, "CONTAINERS", ((limit, taken),))
    assert budget.allowed() == budget.GB
    limit.write_text("max\n")
    assert budget.allowed() == 8000000 * 1024 // 2
    machine.write_text("MemAvailable: 1 kB\n")
    assert budget.allowed() == budget.LEAST


@pytest.mark.skipif(not budget.STATUS_OF_LINUX.exists(), reason="address space is read from /proc")
def test_ulimit_counts() -> None:
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (2_000_000_000,) * 2);"
        "from bayes_ivig import budget; print(budget.allowed())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert budget.LEAST <= int(done.stdout) <= budget.GB


def test_a_refusal_names_both_numbers_and_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(budget.VARIABLE, "2GB")
    budget.require(2 * budget.GB, "this", "do less", DataError)
    with pytest.raises(DataError) as refused:
        budget.require(12_700 * budget.MB, "a fit of many trials", "use fewer trials", DataError)
    for part in ("a fit of many trials", "12.7 GB", "2.0 GB", "use fewer trials", f"{budget.VARIABLE}=13GB"):
        assert part in str(refused.value)
    monkeypatch.setenv(budget.VARIABLE, "13GB")
    budget.require(12_700 * budget.MB, "a fit of many trials", "use fewer trials", DataError)


@pytest.mark.parametrize(("count", "each"), [(0, 8), (1, 10**12), (10, 8), (1000, budget.BLOCK // 300)])
def test_blocks_cover_everything_once(count: int, each: int) -> None:
    parts = list(budget.blocks(count, each))
    assert [i for part in parts for i in range(part.start, part.stop)] == list(range(count))
    assert all(
        (part.stop - part.start) * each <= budget.BLOCK or part.stop - part.start == 1 for part in parts
    )
    assert len(parts) == 1 or count == 0 or count * each > budget.BLOCK
