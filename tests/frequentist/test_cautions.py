"""Cautions come where their condition holds and only there;
no ordinary table of the corpus is flooded with them.
"""

import csv
import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from bayes_ivig import Dataset, Study, load_dataset, pool
from bayes_ivig.frequentist.cautions import mantel_fleiss
from bayes_ivig.inputs.paper.bibliography import bibliography
from bayes_ivig.reporting.document.citations import cited_in
from bayes_ivig.reporting.pool.text import pool_text
from bayes_ivig.reporting.wording.classical import CAUTIONS, caution_lines
from bayes_ivig.results.pooled import Caution

CORPUS = Path(__file__).parents[1] / "reference" / "corpus.csv"


def table(*counts: tuple[int, int, int, int]) -> Dataset:
    return Dataset(tuple(Study(f"trial {i}", *each) for i, each in enumerate(counts)))


def found(dataset: Dataset, method: str, **options: object) -> dict[str, float]:
    return {each.code: each.value for each in pool(dataset, method=method, **options).cautions}  # type: ignore[arg-type]


ORDINARY = table(*((20 + i, 100, 30 - i, 100) for i in range(5)))


@pytest.mark.parametrize(
    "method", ["mh", "peto", "fixed", "dl", "reml", "revman-fixed", "revman-random", "glmm-um-fs"]
)
def test_an_ordinary_table_has_no_caution(method: str) -> None:
    assert found(ORDINARY, method) == {}


def test_few_trials_under_a_random_effects_method_only() -> None:
    for k, codes in ((1, {"one_trial": 1}), (2, {"two_trials": 2}), (4, {"few_trials_z": 4}), (5, {})):
        part = Dataset(ORDINARY.studies[:k])
        assert found(part, "dl") == codes
        assert found(part, "fixed") == {}
    assert "few_trials_z" not in found(Dataset(ORDINARY.studies[:3]), "dl", hartung_knapp=True)
    assert "two_trials_hartung_knapp" in found(Dataset(ORDINARY.studies[:2]), "dl", hartung_knapp=True)


def test_two_equally_precise_trials_under_hartung_knapp_are_a_t_interval_of_two_numbers() -> None:
    """Which holds its level whatever tau is: half their distance times 12.7, in closed form;
    so that is what the words say.
    """
    mirrored = pool(table((20, 100, 40, 100), (40, 100, 20, 100)), method="dl", hartung_knapp=True)
    apart = 2 * math.log(40 * 80 / (20 * 60))
    assert (mirrored.ci_upper, mirrored.ci_lower) == pytest.approx(
        [12.7062047 * apart / 2, -12.7062047 * apart / 2], rel=1e-6
    )
    assert {each.code for each in mirrored.cautions} == {"two_trials_hartung_knapp"}
    (line,) = caution_lines(mirrored.cautions)
    assert "holds its level where both are equally precise" in line
    (usual,) = caution_lines(pool(table((20, 100, 40, 100), (40, 100, 20, 100)), method="dl").cautions)
    assert "Hartung" not in usual
    assert "as known do not hold what they promise" in usual


def test_hartung_knapp_narrower_is_the_ratio_of_the_two_widths() -> None:
    flat = table(*((20, 100, 30, 100),) * 4, (21, 100, 30, 100))
    usual, adjusted = pool(flat, method="dl"), pool(flat, method="dl", hartung_knapp=True)
    widths = [each.ci_upper - each.ci_lower for each in (adjusted, usual)]
    (caution,) = adjusted.cautions
    assert caution.code == "hartung_knapp_narrower"
    assert caution.value == pytest.approx(widths[0] / widths[1], rel=1e-12)
    assert caution.value < 1
    wide = table(
        (5, 100, 30, 100), (30, 100, 20, 100), (20, 100, 30, 100), (50, 100, 30, 100), (3, 100, 30, 100)
    )
    assert found(wide, "dl", hartung_knapp=True) == {}


def test_the_criterion_of_mantel_and_fleiss_by_hand() -> None:
    """8 events, arms 10 and 20: expected 8/3; between 0 and 8, so 2.67;
    50 in arms of 100 each: expected 25.
    """
    assert mantel_fleiss(np.array([[3.0], [7.0], [5.0], [15.0]])) == pytest.approx(8 / 3)
    assert mantel_fleiss(np.array([[20.0], [80.0], [30.0], [70.0]])) == pytest.approx(25)
    assert found(table((3, 10, 5, 20)), "mh") == {"few_events": pytest.approx(8 / 3)}
    assert found(table((3, 20, 7, 20)), "mh") == {}  # exactly 5
    assert "few_events" not in found(table((3, 10, 5, 20)), "glmm-cm-el")


def test_zero_cells_that_carry_weight() -> None:
    one = table((0, 100, 12, 100), (20, 100, 30, 100), (20, 100, 30, 100))
    assert found(one, "mh") == {}
    assert found(one, "fixed") == {}  # two per cent of the weight
    heavy = table((0, 100, 12, 100), (10, 100, 12, 100))
    weights = pool(heavy, method="fixed").studies
    assert found(heavy, "revman-fixed")["added_to_sums"] > 0.1
    light = table((0, 100, 12, 100), (4, 100, 6, 100))
    share = next(study.weight for study in pool(light, method="fixed").studies if study.study == "trial 0")
    assert found(light, "fixed").get("added_to_cells", 0) == pytest.approx(share / 100 if share >= 10 else 0)
    assert weights[0].weight is not None
    assert found(table((0, 100, 12, 100), (0, 100, 8, 100)), "fixed")["added_decides"] == 2
    assert "added_decides" in found(table((0, 100, 12, 100), (0, 100, 8, 100)), "revman-fixed")


def test_petos_odds_ratio_and_the_approximate_model() -> None:
    assert found(table((20, 200, 15, 100)), "peto")["peto_unbalanced"] == 1
    assert found(table((20, 199, 15, 100)), "peto") == {}
    assert "peto_large" in found(table((40, 100, 10, 100)), "peto")
    assert "peto_large" not in found(table((25, 100, 12, 100)), "peto")
    assert found(ORDINARY, "glmm-cm-al")["approximate_common"] == pytest.approx(0.25)
    rare = table(*((10 + i, 200, 15, 200) for i in range(5)))
    assert found(rare, "glmm-cm-al") == {}


def test_rare_events_are_rare_and_few() -> None:
    rare = table(
        (2, 1000, 4, 1000), (3, 1000, 5, 1000), (4, 1000, 5, 1000), (2, 1000, 3, 1000), (1, 1000, 3, 1000)
    )
    assert found(rare, "dl")["inverse_variance_rare"] == pytest.approx(32 / 10_000)
    # the rarer outcome, whichever it is called
    assert "inverse_variance_rare" in found(rare.complement(), "dl")
    many = table(*((200, 100_000, 250, 100_000),) * 5)
    assert found(many, "dl") == {}


def test_swapping_arms_changes_no_caution() -> None:
    for name in ("live_birth", "neonatal_outcome", "obstetric_complication"):
        dataset = load_dataset("ivig", name)
        turned = Dataset(tuple(Study(s.name, *s.counts[2:], *s.counts[:2]) for s in dataset.studies))
        for method in ("mh", "peto", "dl", "revman-random"):
            own, other = found(dataset, method), found(turned, method)
            assert own.keys() == other.keys()
            assert {c: abs(v) for c, v in own.items()} == pytest.approx({c: abs(v) for c, v in other.items()})


def test_how_often_each_fires_over_the_corpus() -> None:
    """31 published tables: what is said of them is pinned, so that a change of a condition shows."""
    tables: dict[str, list[Study]] = {}
    with CORPUS.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            counts = (int(float(row[name])) for name in ("r1", "n1", "r0", "n0"))
            tables.setdefault(row["dataset"], []).append(Study(row["study"], *counts))
    fired = {
        method: Counter(
            code for studies in tables.values() for code in found(Dataset(tuple(studies)), method)
        )
        for method in ("mh", "peto", "dl", "revman-fixed", "revman-2025")
    }
    assert len(tables) == 31
    assert fired == PINNED


PINNED: dict[str, dict[str, int]] = {
    "mh": {},
    "peto": {"peto_large": 2, "peto_unbalanced": 2},
    "dl": {"few_trials_z": 7, "added_to_cells": 1, "two_trials": 1},
    "revman-fixed": {"added_to_sums": 2},
    "revman-2025": {"hartung_knapp_narrower": 8, "added_to_cells": 1, "two_trials_hartung_knapp": 1},
}


def test_every_caution_is_worded_with_a_source_of_the_bibliography() -> None:
    for code in CAUTIONS:
        (line,) = caution_lines([Caution(code, 0.5)])
        assert line[0].islower() or line.startswith(("0.5", "50%", "Peto"))
        inner = line[line.rindex("(") + 1 : -1]
        assert len(cited_in(inner.replace(", ", "; "), bibliography())) == len(inner.split(", ")), line


def test_text_and_document_say_the_same() -> None:
    live = load_dataset("ivig", "live_birth").trials("randomised_apl")
    estimate = pool(live, method="revman-random")
    text = " ".join(pool_text(estimate).split())
    assert (
        [each["code"] for each in estimate.to_dict()["cautions"]]
        == [each.code for each in estimate.cautions]
        != []
    )  # type: ignore[attr-defined]
    for line in caution_lines(estimate.cautions):
        assert f"caution: {line}" in text
    assert all(math.isfinite(each.value) for each in estimate.cautions)
