"""Every reader under fire: what others wrote is taken, or refused in one message; nothing else happens.

A few inputs of each in ``make check``, many in CI, the same ones at every run. By hand, for as long as one
likes, others each time: ``make fuzz HOURS=1``, which is ``BAYES_IVIG_FUZZ=1 pytest tests/hostile -m slow``.
"""

import os
import time
from pathlib import Path

import pytest
from fire import Tally, breaks, fire, judge_of, keep, read_case, smaller
from registry import Reader, readers

FEW, MANY = 25, 300  # inputs of a reader
QUICK = 0.4  # share of inputs from which on a reader is quick enough to be tried a little, too
FOUND = Path(__file__).parent / "found"  # cases that break the rule, each a file to be run
CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.json"))
HOURS = float(os.environ.get("BAYES_IVIG_FUZZ", "0"))


def hold(reader: Reader, tally: Tally, request: pytest.FixtureRequest) -> None:
    """Assert that no input broke the rule, and that enough of them were taken and refused."""
    request.node.user_properties.append(("hostile", {reader.name: dict(tally.counts)}))
    judged = judge_of(reader)
    for kind, (case, why) in list(tally.faults.items()):
        tally.faults[kind] = (smaller(case, kind, judged), why)
    paths = keep(reader.name, tally, FOUND)
    listed = [f"{kind}: {why[:300]}" for kind, (_, why) in tally.faults.items()]
    lines = [f"python tests/hostile/run_case.py {path.relative_to(FOUND.parents[2])}" for path in paths]
    assert not paths, "\n".join([f"{reader.name}: {len(paths)} kinds of faults", *listed, *lines])


def hours(reader: Reader) -> Tally:
    """Fire for a reader's share of the hours asked for, at inputs that nobody tried before."""
    end = time.monotonic() + HOURS * 3600 * reader.share / sum(each.share for each in readers().values())
    tally, chance = Tally(), time.time_ns()
    while time.monotonic() < end:
        chance += 1
        fire(reader.cases, judge_of(reader), max(2, int(50 * reader.share)), chance, tally)
    return tally


@pytest.mark.parametrize("name", [name for name, reader in readers().items() if reader.share >= QUICK])
def test_a_reader_under_a_little_fire(name: str, request: pytest.FixtureRequest) -> None:
    reader = readers()[name]
    tally = fire(reader.cases, judge_of(reader), int(FEW * reader.share))
    hold(reader, tally, request)
    assert tally.tried >= FEW * QUICK


@pytest.mark.slow
@pytest.mark.parametrize("name", readers())
def test_a_reader_under_fire(name: str, request: pytest.FixtureRequest) -> None:
    reader = readers()[name]
    tally = hours(reader) if HOURS else fire(reader.cases, judge_of(reader), int(MANY * reader.share))
    hold(reader, tally, request)
    least, most = reader.accepts
    taken = f"{name}: {tally.accepted:.0%} of {tally.tried} inputs were taken"
    assert least <= tally.accepted <= most, taken


@pytest.mark.parametrize("path", CORPUS, ids=[path.stem for path in CORPUS])
def test_what_broke_the_rule_once(path: Path) -> None:
    name, case = read_case(path.read_text(encoding="utf-8"))
    assert judge_of(readers()[name])(case) in ("accepted", "refused")


def test_a_case_comes_back_from_its_file() -> None:
    from fire import written_case
    from rule import Case

    for content in (b"", b"a\r\xff\x00\n", "é\u202e".encode(), bytes(range(256)) * 40):
        case = Case({"t.csv": content}, ("a", "\ud800"))
        assert read_case(written_case("counts", "why", case)) == ("counts", case)
    assert not breaks(Case({"t.csv": b"study\n"}, ("",)), "any", judge_of(readers()["counts"]))
