"""Stored results come out again: each number that a file holds, computed by formulas of the tests' own,
beside what ``pool`` makes of the rows that were read. An exchanged arm negates every effect.
"""

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from making.revman import Line, Outcome, Review, export, package, review

from bayes_ivig.analyses.imports.stored import agrees, recomputed
from bayes_ivig.inputs.counts.dataset import Dataset, table_dataset
from bayes_ivig.inputs.counts.description import About
from bayes_ivig.inputs.foreign.found import FoundTable, Stated, StoredResult
from bayes_ivig.inputs.foreign.revman.tables import csv_tables, tables

NOTHING = Stated()
TRIALS = (
    Line("Adams", (4, 40, 9, 41), "young"),
    Line("Berg", (0, 25, 3, 26), "young"),
    Line("Cole", (12, 60, 11, 58), "old"),
    Line("Dahl", (7, 33, 15, 35), "old"),
    Line("Eder", (0, 30, 0, 31), "old"),
)
FULL = (*TRIALS[2:4], Line("Falk", (3, 50, 8, 52)), Line("Gray", (20, 99, 31, 97)))


def dataset(table: FoundTable) -> Dataset:
    return table_dataset(table.table, table.name, About(), table.measure)


def read(outcome: Outcome, stated: Stated = NOTHING) -> FoundTable:
    return tables(review(Review({"x": (outcome,)})), "r.rm5", stated)[0]


METHODS: list[dict[str, Any]] = [
    {"measure": "OR"}, {"measure": "OR", "random": True}, {"measure": "RR"}, {"measure": "RR", "random":
    True}, {"measure": "OR", "method": "IV"}, {"measure": "RR", "method": "IV", "random": True}, {"measure":
    "PETO_OR", "method": "PETO"}, {"measure": "OR", "swap": True}, {"measure": "RR", "swap": True},
    {"measure": "OR", "random": True, "level": 0.9}, {"measure": "RR", "level": 0.99}, {"measure": "OR",
    "totals": "SUB", "random": True}, {"measure": "OR", "totals": "NO"},
]  # fmt: skip


@pytest.mark.parametrize("settings", METHODS, ids=str)
def test_stored_results_of_counts_come_out_again(settings: dict[str, Any]) -> None:
    outcome = Outcome("Death", TRIALS, **settings)
    table = read(outcome)
    found = recomputed(dataset(table), table.stored)
    assert len(found) >= 16 and all(each.agrees for each in found)
    largest = max(abs(each.difference) for each in found if each.difference is not None)
    assert largest < 1e-9
    groups = {each.group for each in found if not each.study}
    assert groups == {"YES": {"", "young", "old"}, "SUB": {"young", "old"}, "NO": set()}[outcome.totals]


@pytest.mark.parametrize("random", [False, True])
@pytest.mark.parametrize("method", ["MH", "IV"])
def test_stored_risk_differences_come_out_again(method: str, random: bool) -> None:
    """Without zero cells: how RevMan corrects them for risk differences is not confirmed."""
    table = read(Outcome("Death", FULL, measure="RD", method=method, random=random))
    found = recomputed(dataset(table), table.stored)
    assert found and all(each.agrees for each in found)


HAZARDS = tuple(
    Line(f"Trial {i}", each, "young" if i < 3 else "old")
    for i, each in enumerate([(-0.25, 0.125), (0.5, 0.25), (-0.75, 0.5), (-0.4, 0.2), (0.1, 0.3)])
)


@pytest.mark.parametrize("random", [False, True])
@pytest.mark.parametrize(
    ("measure", "log_data", "code"),
    [
        ("Hazard Ratio", True, "HR"), ("Something Ratio", True, "RATIO"), ("Odds Ratio", True, "OR"),
        ("Something new", False, "DIFF"), ("log Hazard Ratio", False, "HR"),
    ],
)  # fmt: skip
def test_stored_results_of_estimates_come_out_again(
    measure: str, log_data: bool, code: str, random: bool
) -> None:
    table = read(Outcome("Survival", HAZARDS, "IV", measure, "IV", random=random, log_data=log_data))
    own = dataset(table)
    assert own.measure == code and len(own.estimated) == 5
    found = recomputed(own, table.stored)
    assert len(found) > 40 and all(each.agrees for each in found)
    assert max(abs(each.difference) for each in found if each.difference is not None) < 1e-9


MEANS = tuple(
    Line(f"Trial {i}", each, "young" if i < 2 else "old")
    for i, each in enumerate(
        [
            (5.5, 1.25, 20, 7, 1.5, 22), (4, 2, 30, 4.5, 2.5, 31), (6.25, 1.75, 12, 6, 2, 14),
            (5, 1, 8, 5.75, 1.5, 9), (5.1, 2.2, 45, 5.6, 1.9, 50),
        ]
    )
)  # fmt: skip
EXCESS = tuple(
    Line(f"Trial {i}", each, "young" if i < 2 else "old")
    for i, each in enumerate([(-2.5, 8.25), (1.5, 5), (-4, 12.5), (0.5, 3)])
)


@pytest.mark.parametrize("random", [False, True])
@pytest.mark.parametrize("measure", ["MD", "SMD"])
def test_stored_results_of_means_come_out_again(measure: str, random: bool) -> None:
    """Review Manager's standardised difference has an approximate J and a variance of its own."""
    table = read(Outcome("Pain", MEANS, "CONT", measure, "IV", random=random))
    found = recomputed(dataset(table), table.stored)
    assert len(found) > 40 and all(each.agrees for each in found)
    assert max(abs(each.difference) for each in found if each.difference is not None) < 1e-9
    turned = recomputed(dataset(read(Outcome("Pain", MEANS, "CONT", measure, "IV", random=random),
                                     Stated(treatment="Placebo"))), table.stored)  # fmt: skip
    assert not any(each.agrees for each in turned if each.quantity == "estimate")


@pytest.mark.parametrize("measure", ["Hazard Ratio", "Peto Odds Ratio", "Rate Ratio"])
def test_stored_results_of_observed_less_expected_come_out_again(measure: str) -> None:
    table = read(Outcome("Survival", EXCESS, "IPD", measure, "IV"))
    found = recomputed(dataset(table), table.stored)
    assert len(found) > 30 and all(each.agrees for each in found)


def test_fleiss_means_pool_to_what_revman_prints() -> None:
    """Mental health treatment and medical care (Fleiss 1993, Stat Methods Med Res 2:121), as RevMan 5 exports
    it: the fixed mean difference, its limits, Q, its P value, I squared, Z and P.
    """
    rows = [
        (5, 4.7, 13, 6.5, 3.8, 13), (4.9, 1.71, 30, 6.1, 2.3, 50), (22.5, 3.44, 35, 24.9, 10.65, 35),
        (12.5, 1.47, 20, 12.3, 1.66, 20), (6.5, 0.76, 8, 7.38, 1.41, 8),
    ]  # fmt: skip
    printed = {
        "estimate": -0.70938839, "ci_lower": -1.25848502, "ci_upper": -0.16029176, "q": 5.66012379,
        "q_df": 4.0, "q_p_value": 0.22600895, "i2": 29.33016758, "z": 2.53211477, "p_value": 0.01133769,
    }  # fmt: skip
    table = read(Outcome("x", tuple(Line(str(i), row) for i, row in enumerate(rows)), "CONT", "MD", "IV"))
    stored = StoredResult("fixed", "MD", tuple(printed.items()), digits=8, rules="revman5")
    assert all(each.agrees for each in recomputed(dataset(table), [stored]))


def test_numbers_of_a_package_and_of_an_export_come_out_again_to_their_decimals() -> None:
    made = {"x": (Outcome("Death", TRIALS, random=True), Outcome("Dead", TRIALS, measure="RR", swap=True))}
    for table in (*tables(package(made), "p.zip", NOTHING), *csv_tables(export(made), NOTHING)):
        found = recomputed(dataset(table), table.stored)
        assert len(found) > 40 and all(each.agrees for each in found)


counts = st.builds(
    lambda totals, a, c: (min(a, totals[0]), totals[0], min(c, totals[1]), totals[1]),
    st.tuples(st.integers(5, 80), st.integers(5, 80)),
    st.integers(0, 80),
    st.integers(0, 80),
)
some = st.lists(counts, min_size=2, max_size=5)


@given(some, st.sampled_from(METHODS[:8]))
def test_every_table_of_counts_comes_out_again(
    found: list[tuple[int, int, int, int]], settings: dict[str, Any]
) -> None:
    outcome = Outcome("Death", _lines(found), **settings)
    _assume_estimable(outcome)
    table = read(outcome)
    assert all(each.agrees for each in recomputed(dataset(table), table.stored))


@given(some, st.sampled_from(METHODS[:8]))
def test_arms_exchanged_in_the_file_negate_every_effect_and_stating_them_turns_them_back(
    found: list[tuple[int, int, int, int]], settings: dict[str, Any]
) -> None:
    straight = Outcome("Death", _lines(found), **settings)
    _assume_estimable(straight)
    turned = Outcome(
        "Death", _lines([(c, d, a, b) for a, b, c, d in found]), labels=("Placebo", "Drug"),
        graph=("Favours placebo", "Favours drug"), **settings,
    )  # fmt: skip
    as_found, back = read(turned), read(turned, Stated(treatment="Drug"))
    assert as_found.doubt and not back.doubt
    plain = read(straight)
    assert back.table.rows == plain.table.rows and back.event == plain.event
    effects, negated = _effects(plain), _effects(as_found)
    assert _effects(back) == pytest.approx(effects, abs=1e-9)
    assert negated.keys() == effects.keys()
    for (study, name), value in effects.items():
        other = {"ci_lower": "ci_upper", "ci_upper": "ci_lower"}.get(name, name)
        assert negated[study, other] == pytest.approx(-value, abs=1e-9)


def _lines(found: list[tuple[int, int, int, int]]) -> tuple[Line, ...]:
    return tuple(Line(f"Trial {i}", row) for i, row in enumerate(found))


def _effects(table: FoundTable) -> dict[tuple[str, str], float]:
    names = ("estimate", "ci_lower", "ci_upper")
    found = {("", n): v for each in table.stored for n, v in each.values if n in names}
    return found | {(s, n): v for each in table.stored for s, n, v in each.each if n in names}


def _assume_estimable(outcome: Outcome) -> None:
    """Leave out tables without any event or any person without, of which one arm has an infinite effect."""
    rows = [outcome.counted(row) for row in outcome.rows]
    assume(all(0 < sum(row[i] for row in rows) < sum(row[i + 1] for row in rows) for i in (0, 2)))
    assume(any(0 < row[0] + row[2] < row[1] + row[3] for row in rows))


def test_a_changed_number_is_found_and_what_cannot_be_computed_says_why() -> None:
    table = read(Outcome("Death", TRIALS))
    own = dataset(table)
    (whole,) = (each for each in table.stored if not each.group)
    values = tuple((n, v + 0.001 if n == "estimate" else v) for n, v in whole.values)
    wrong = [
        each
        for each in recomputed(own, [StoredResult(whole.method, "OR", values, rules="revman5")])
        if not each.agrees
    ]
    assert [each.quantity for each in wrong] == ["estimate"]
    assert wrong[0].difference == pytest.approx(-0.001, abs=1e-9)
    (refused,) = recomputed(own, [StoredResult("peto", "RR", (("estimate", 0.5),))])
    assert refused.recomputed is None and "pools OR only" in refused.why and not refused.agrees
    (gone,) = recomputed(own, [StoredResult("dl", "OR", (), each=(("Nobody", "weight", 1.0),))])
    assert gone.recomputed is None and gone.why and gone.study == "Nobody"


@pytest.mark.parametrize(
    ("stored", "found", "digits", "ratio", "same"),
    [
        (0.5, 0.5 + 4e-7, None, False, True),
        (0.5, 0.5 + 4e-6, None, False, False),
        (50.0, 50.0 + 4e-5, None, False, True),
        (0.12, 0.1249, 2, False, True),
        (0.12, 0.1251, 2, False, False),
        (0.0, 0.0049, 2, True, True),
        (0.0, 0.0051, 2, True, False),
    ],
)
def test_numbers_agree_as_far_as_they_are_stored(
    stored: float, found: float, digits: int | None, ratio: bool, same: bool
) -> None:
    assert agrees(stored, found, digits, ratio=ratio) == same
