"""``reconstruct`` finds every table that gives the printed numbers, no other,
and says what it did not search.
"""

from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from reconstruction_cases import MEASURES, RULES, Case, case, on_print, studies_of

from bayes_ivig.analyses.reconstruction import plan as planning
from bayes_ivig.analyses.reconstruction.arithmetic import Way, cells_of, numbers, picked_of
from bayes_ivig.analyses.reconstruction.requirements import printed_so
from bayes_ivig.analyses.reconstruction.search import Search, reconstruct
from bayes_ivig.errors import DataError, ModelError
from bayes_ivig.frequentist.pooling import pool
from bayes_ivig.inputs.counts.dataset import Dataset, load_dataset
from bayes_ivig.inputs.counts.feasible_tables import feasible_csv, read_feasible
from bayes_ivig.inputs.counts.partial import PartialStudy, PartialTable, load_partial
from bayes_ivig.inputs.paper.claims import Claim, Printed, load_claims
from bayes_ivig.resources import folder

pytestmark = pytest.mark.slow

CASES = list(islice((found for seed in range(10_000) if (found := case(seed)) is not None), 30))
FIELDS = ("estimate", "ci_lower", "ci_upper", "i2", "heterogeneity_p", "effect_p")


def claim(outcome: str) -> Claim:
    (found,) = [each for each in load_claims("ivig") if each.outcome == outcome]
    return found


def free(table: Dataset, limits: dict[str, tuple[tuple[int, int], tuple[int, int]]]) -> PartialTable:
    """Return a known table with the events of some studies unknown, between limits."""
    studies = []
    for s in table.studies:
        own = limits.get(s.name, ((s.treatment_events,) * 2, (s.control_events,) * 2))
        studies.append(PartialStudy(s.name, own[0], s.treatment_total, own[1], s.control_total))
    return PartialTable(tuple(studies), "case", table.outcome)


# Goldens of the paper


def test_the_live_births_of_mahmoud_are_settled() -> None:
    table = free(load_dataset("ivig", "live_birth").trials("published"), {"Mahmoud 2004": ((0, 7), (0, 8))})
    found = reconstruct(table, "ivig", rule="revman-random")
    assert (found.searched, found.count, found.complete) == (72, 1, True)
    assert found.shared == {"Mahmoud 2004": {"treatment": 5, "control": 6}}
    assert found.dataset(1).studies == load_dataset("ivig", "live_birth").trials("published").studies


def test_the_other_outcomes_are_settled() -> None:
    limits = {
        "Branch 2000": ((0, 7), (0, 9)),
        "Heilmann 2001": ((0, 16), (0, 40)),
        "Vaquero 2001": ((0, 12), (0, 12)),
    }
    obstetric = reconstruct(free(load_dataset("ivig", "obstetric_complication"), limits), "ivig")
    assert (obstetric.searched, obstetric.count) == (9_423_440, 1)
    assert obstetric.events[0].tolist() == [[3, 1], [3, 2], [4, 6]]
    limits = {
        "Branch 2000": ((0, 7), (0, 9)),
        "Triolo 2003": ((0, 2), (0, 8)),
        "Yamada 2022": ((0, 29), (0, 17)),
    }
    neonatal = free(load_dataset("ivig", "neonatal_outcome"), limits)
    assert reconstruct(neonatal, "ivig").events[0, :3].tolist() == [[1, 4], [1, 0], [4, 0]]
    assert reconstruct(neonatal, "ivig", rule="revman-random").count == 0


def stored(reading: str) -> tuple[PartialTable, np.ndarray]:
    table = load_partial("ivig", "preterm_birth")
    return table, read_feasible(folder("data") / "ivig" / "preterm_feasible" / f"{reading}.csv", table)


@pytest.mark.parametrize(
    ("reading", "count", "fields", "more"),
    [
        ("estimate_and_lower", 4_711, ("estimate", "ci_lower", "i2"), {"heterogeneity_p": 2_496}),
        (
            "interval",
            9_937,
            ("ci_lower", "ci_upper", "i2"),
            {"heterogeneity_p": 6_435, "heterogeneity_p and fixed": 31},
        ),
    ],
)
def test_the_stored_preterm_tables_give_what_is_printed(
    reading: str, count: int, fields: tuple[str, ...], more: dict[str, int]
) -> None:
    table, events = stored(reading)
    assert len(np.unique(events.reshape(len(events), -1), axis=0)) == len(events) == count
    way, printed = Way("revman-random", "OR"), claim("preterm_birth")
    picked = picked_of(table, events)
    given = numbers(way, [cells_of(study, way) for study in table.studies], picked)
    for field in fields:
        text = printed.i2_percent if field == "i2" else getattr(printed, field)
        assert printed_so(text, given.printed(field, 0.95)).all()
    agreeing = printed_so(printed.heterogeneity_p, given.q_p_value)  # type: ignore[arg-type]
    assert agreeing.sum() == more["heterogeneity_p"]
    fixed = Way("revman-fixed", "OR")
    fixed_given = numbers(fixed, [cells_of(study, fixed) for study in table.studies], picked)
    same = printed_so(printed.estimate, fixed_given.printed("estimate", 0.95))  # type: ignore[arg-type]
    assert (agreeing & same).sum() == more.get("heterogeneity_p and fixed", (agreeing & same).sum())
    assert (
        feasible_csv(table, events)
        == (folder("data") / "ivig" / "preterm_feasible" / f"{reading}.csv").read_text()
    )


@pytest.mark.parametrize(
    ("reading", "require"),
    [("estimate_and_lower", "estimate,ci_lower,i2"), ("interval", "ci_lower,ci_upper,i2")],
)
def test_a_search_of_part_of_the_box_finds_the_stored_tables_there_and_no_other(
    reading: str, require: str
) -> None:
    table, events = stored(reading)
    known = events[len(events) // 3]
    narrowed = [
        replace(s, treatment=(int(r1), int(r1)), control=(int(r0), int(r0)))
        if s.name in ("Branch 2000", "Heilmann 2001")
        else s
        for s, (r1, r0) in zip(table.studies, known, strict=True)
    ]
    part = replace(table, studies=tuple(narrowed))
    found = reconstruct(part, "ivig", outcome="preterm_birth", rule="revman-random", require=require)
    inside = (events[:, [0, 2]] == known[[0, 2]]).all(axis=(1, 2))
    assert found.searched == 53_635_081_500 // 30 // 21
    assert found.count == inside.sum() > 0
    assert {tuple(row) for row in found.events.reshape(found.count, -1)} == {
        tuple(row) for row in events[inside].reshape(found.count, -1)
    }


# The arithmetic and the search


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("measure", MEASURES)
def test_the_numbers_of_a_table_are_those_of_pool(rule: str, measure: str) -> None:
    random = np.random.default_rng(7)
    way = Way(rule, measure)  # type: ignore[arg-type]
    for _ in range(25):
        studies = studies_of(random, int(random.integers(1, 6)))
        cells = [
            cells_of(
                PartialStudy(
                    s.name,
                    (s.treatment_events,) * 2,
                    s.treatment_total,
                    (s.control_events,) * 2,
                    s.control_total,
                ),
                way,
            )
            for s in studies
        ]
        given = numbers(way, cells, np.zeros((1, len(studies)), np.intp))
        pooled = pool(Dataset(studies), method=rule, measure=measure)
        for field in FIELDS:
            ours, theirs = float(given.printed(field, 0.95)[0]), on_print(pooled, field)
            assert np.isnan(ours) if theirs is None else ours == pytest.approx(theirs, rel=1e-9, abs=1e-11), (
                field
            )


@pytest.mark.parametrize("found", CASES, ids=range(len(CASES)))
def test_the_search_finds_what_computing_every_table_finds(
    found: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "DIRECT", 10**9)
    every = reconstruct(found.table, found.claim, require=found.require)
    monkeypatch.setattr(planning, "DIRECT", -1)
    pruned = reconstruct(found.table, found.claim, require=found.require)
    assert pruned.count == every.count
    assert np.array_equal(pruned.events, every.events)
    assert pruned.ranges == every.ranges
    truth = [[s.treatment_events, s.control_events] for s in found.truth]
    assert (every.events == np.array(truth)).all(axis=(1, 2)).any()


def test_a_box_too_large_for_two_halves_is_gone_through_in_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    from bayes_ivig.analyses.reconstruction import two_halves as halves

    found = max(CASES, key=lambda each: each.table.size)
    every = reconstruct(found.table, found.claim, require=found.require)
    monkeypatch.setattr(planning, "DIRECT", -1)
    monkeypatch.setattr(halves, "LARGEST_HALF", 12)
    assert halves.split([s.size for s in found.table.studies]).rounds > 1
    assert np.array_equal(reconstruct(found.table, found.claim, require=found.require).events, every.events)


def test_a_printed_number_is_met_as_for_one_value() -> None:
    values = np.array([0.065, 0.0749999, 0.075, 0.0750001, np.nan, 0.125, np.inf])
    for text in ("0.07", "0.12", "<0.075", "<=0.075", ">0.075", ">=0.075", "0.13"):
        printed = Printed(text)
        assert printed_so(printed, values).tolist() == [printed.met_by(float(value)) for value in values]


# Several claims, impossible ones, mistakes


def test_several_claims_must_all_be_met() -> None:
    table = free(load_dataset("ivig", "live_birth").trials("published"), {"Mahmoud 2004": ((0, 7), (0, 8))})
    known = load_dataset("ivig", "live_birth").trials("published")
    fixed = pool(known, method="revman-fixed", measure="RR")
    other = Claim("live_birth", "RR", estimate=Printed(f"{np.exp(fixed.estimate):.1f}"), model="fixed")  # type: ignore[arg-type]
    loose = replace(
        claim("live_birth"),
        estimate=Printed("3"),
        ci_lower=None,
        ci_upper=None,
        i2_percent=None,
        heterogeneity_p=None,
    )
    alone, both = reconstruct(table, loose), reconstruct(table, (loose, other))
    assert 1 < both.count < alone.count
    assert {tuple(row) for row in both.events.reshape(both.count, -1)} < {
        tuple(row) for row in alone.events.reshape(alone.count, -1)
    }
    assert any("revman-fixed, RR" in text for text in both.requirements)


def test_an_impossible_claim_says_what_kills_it() -> None:
    table = free(load_dataset("ivig", "live_birth").trials("published"), {"Mahmoud 2004": ((0, 7), (0, 8))})
    found = reconstruct(table, replace(claim("live_birth"), i2_percent=Printed("12")))
    assert (found.count, found.complete, len(found.tables)) == (0, True, 0)
    by_name = {each.requirement.split()[0]: each for each in found.alone}
    assert by_name["i2"].meeting == 0
    assert by_name["i2"].meeting_others == 1
    assert by_name["estimate"].meeting > 0
    assert all(each.exact for each in found.alone)
    assert [each.least for each in found.ranges] == [None, None]


def test_numbers_that_contradict_each_other_need_no_search() -> None:
    impossible = replace(claim("preterm_birth"), ci_upper=Printed("1.90"))
    found = reconstruct("ivig", impossible, outcome="preterm_birth", rule="revman-random")
    assert (found.count, found.complete, found.searched, found.parts) == (0, True, 53_635_081_500, 0)
    assert not any(each.exact for each in found.alone)


@pytest.mark.parametrize(
    ("trials", "total", "words"),
    [
        (8, 60, r"unknown events of 8 trials leave about 10\^29 tables, in about 10\^21 parts or more"),
        (300, 40, r"of 300 trials leave about 10\^968 tables, more than"),
        (2_000, 40, r"of 2,000 trials leave about 10\^6,451 tables, more than"),
        (4, 1_200, r"of 4 trials leave 5,769,604 pairs of events to look at, more than 5,000,000"),
    ],
)
def test_too_many_unknown_events_are_refused_before_the_work(trials: int, total: int, words: str) -> None:
    table = PartialTable(
        tuple(PartialStudy(f"s{i}", (0, total), total, (0, total), total) for i in range(trials))
    )
    loose = replace(claim("live_birth"), estimate=Printed("1.2"), ci_lower=None, ci_upper=None)
    with pytest.raises(DataError, match=words):
        reconstruct(table, loose, rule="revman-random")


def test_few_unknown_events_among_many_known_trials(monkeypatch: pytest.MonkeyPatch) -> None:
    """NumPy's own tables have 64 dimensions at most."""
    random = np.random.default_rng(3)
    known = Dataset(tuple(replace(s, name=f"{s.name} {i}") for i, s in enumerate(studies_of(random, 90))))
    table = free(known, {known.study_names[4]: ((0, known.studies[4].treatment_total), (0, 0))})
    estimate = pool(known, method="revman-fixed").estimate
    assert estimate is not None
    printed = replace(
        claim("live_birth"), estimate=Printed(f"{np.exp(estimate):.2f}"), ci_lower=None, ci_upper=None
    )
    every = reconstruct(table, printed, require="estimate:revman-fixed")
    assert every.count >= 1
    monkeypatch.setattr(planning, "DIRECT", -1)
    assert np.array_equal(reconstruct(table, printed, require="estimate:revman-fixed").events, every.events)


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"rule": "revman-randm"}, ModelError, "revman-random"),
        ({"require": "estimate,tau"}, ModelError, "no field 'tau'"),
        ({"require": "effect_p:nonsense"}, ModelError, "no rule 'nonsense'"),
        ({"outcome": "live_brith"}, DataError, "live_birth"),
    ],
)
def test_mistakes_are_named(changes: dict[str, str], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        reconstruct("ivig", "ivig", **({"outcome": "preterm_birth"} | changes))  # type: ignore[arg-type]


def test_a_field_that_is_not_printed_cannot_be_required() -> None:
    table = PartialTable((PartialStudy("a", (0, 3), 5, (1, 1), 5),), "t", "o")
    with pytest.raises(DataError, match="no claim prints it"):
        reconstruct(table, Claim("o", "OR", estimate=Printed("2.0")), require="i2")
    with pytest.raises(DataError, match="nothing to reproduce"):
        reconstruct(table, Claim("o", "OR"))
    with pytest.raises(DataError, match="measure MD"):
        reconstruct(table, Claim("o", "MD", estimate=Printed("2.0")))


def test_one_study_has_no_heterogeneity() -> None:
    table = PartialTable((PartialStudy("a", (0, 5), 5, (1, 1), 5),), "t", "o")
    found = reconstruct(
        table, Claim("o", "OR", estimate=Printed("2.67"), i2_percent=Printed("0")), require="estimate"
    )
    assert found.events.tolist() == [[[2, 1]]]
    assert reconstruct(table, Claim("o", "OR", i2_percent=Printed("0"))).count == 0


# Stopping and going on


def test_a_stopped_search_says_so_and_goes_on_from_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "DIRECT", -1)
    limits = {
        "Branch 2000": ((0, 7), (0, 9)),
        "Triolo 2003": ((0, 2), (0, 8)),
        "Yamada 2022": ((0, 9), (0, 9)),
    }
    table = free(load_dataset("ivig", "neonatal_outcome"), limits)
    loose = Claim("neonatal_outcome", "OR", estimate=Printed("1.4"), i2_percent=Printed("45"))
    whole = reconstruct(table, loose, rule="revman-random")
    seen: list[tuple[int, int]] = []

    def ask(**how: object) -> Search:
        return Search(work=tmp_path / "parts", progress=lambda *done: seen.append(done), **how)  # type: ignore[arg-type]

    part = reconstruct(table, loose, rule="revman-random", search=ask(stop=lambda: len(seen) >= 5))
    assert (part.complete, part.done, part.parts) == (False, 5, whole.parts)
    assert part.count < whole.count
    kept = sorted((tmp_path / "parts").glob("part-*.npz"))
    assert len(kept) == 5
    before = [path.stat().st_mtime_ns for path in kept]
    again = reconstruct(table, loose, rule="revman-random", search=ask())
    assert again.complete
    assert (again.count, again.ranges) == (whole.count, whole.ranges)
    assert np.array_equal(again.events, whole.events)
    assert [path.stat().st_mtime_ns for path in kept] == before
    with pytest.raises(DataError, match="parts of another search"):
        reconstruct(table, replace(loose, i2_percent=Printed("44")), rule="revman-random", search=ask())
    with np.load(kept[2]) as stored:
        arrays = dict(stored)
    events = arrays["events"]
    for other in (
        {"number": np.array("x")}, {"number": np.zeros(2, int)}, {"events": events.astype("U3")},
        {"events": events[:, :1]}, {"events": np.zeros(())}, {"ends": np.zeros(3)},
    ):  # fmt: skip
        np.savez(kept[2], **{**arrays, "number": np.array(7), **other})
        with pytest.raises(DataError, match=r"part-\d+\.npz: (not a part|a part of another)"):
            reconstruct(table, loose, rule="revman-random", search=ask())
    kept[2].write_bytes(b"PK\x03\x04 not a part")
    with pytest.raises(DataError, match="not a part of a search"):
        reconstruct(table, loose, rule="revman-random", search=ask())


def test_a_cap_on_the_list_leaves_the_count_alone() -> None:
    table = free(load_dataset("ivig", "live_birth").trials("published"), {"Mahmoud 2004": ((0, 7), (0, 8))})
    loose = Claim("live_birth", "OR", i2_percent=Printed("52"))
    every, few = reconstruct(table, loose), reconstruct(table, loose, search=Search(max_tables=2))
    assert every.count == few.count > 2 == len(few)
    assert few.capped
    assert few.ranges == every.ranges
    with pytest.raises(ModelError, match="max_tables"):
        Search(max_tables=-1)
    with pytest.raises(DataError, match="no table 3; there are 1 to 2"):
        few.dataset(3)
