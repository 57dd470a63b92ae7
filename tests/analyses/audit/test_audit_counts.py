"""Counts against printed results: the method is found, a wrong number is named,
no honest result is accused.
"""

import math
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import numpy as np
import pytest
from audit_claims import CLAIMS, claim, find, write

from bayes_ivig import Dataset, PooledEstimate, Study, load_dataset, pool
from bayes_ivig.frequentist.pooling import MEASURES, METHODS
from bayes_ivig.inputs.paper.claims import Claim, Printed
from bayes_ivig.inputs.paper.other_claims import OtherClaim
from bayes_ivig.published import audit

pytestmark = pytest.mark.slow

HEADER = "study,treatment_events,treatment_total,control_events,control_total\n"
SPARSE = Dataset(
    (
        Study("a", 0, 12, 3, 11), Study("b", 4, 9, 0, 8), Study("c", 0, 7, 0, 9), Study("d", 5, 15, 6, 16),
        Study("e", 3, 30, 9, 28), Study("f", 2, 6, 0, 0),
    ),
    outcome="death",
)  # fmt: skip
FIELDS = {"estimate": "estimate", "ci_lower": "ci_lower", "ci_upper": "ci_upper", "effect_p": "p_value"}
FIELDS |= {"i2_percent": "i2", "heterogeneity_p": "q_p_value"}


def printed(pooled: PooledEstimate, decimals: int = 2, p_decimals: int = 3, **fields: object) -> Claim:
    """Print what ``pool`` gives, halves rounded up; what does not exist is left out."""
    made: dict[str, object] = {}
    for field, name in FIELDS.items():
        value = getattr(pooled, name)
        if value is None or (
            field in ("estimate", "ci_lower", "ci_upper") and pooled.measure != "RD" and abs(value) > 30
        ):
            continue
        if field in ("estimate", "ci_lower", "ci_upper"):
            value = value if pooled.measure == "RD" else math.exp(value)
        places = (
            p_decimals
            if field in ("effect_p", "heterogeneity_p")
            else 0
            if field == "i2_percent"
            else decimals
        )
        made[field] = Printed(
            f"{Decimal(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP):f}"
        )
    random = pooled.method not in ("mh", "peto", "fixed", "revman-fixed")
    made |= {
        "outcome": "death",
        "measure": pooled.measure,
        "k": pooled.k or None,
        "model": "random" if random else "fixed",
    }
    return Claim(**(made | fields))  # type: ignore[arg-type]


@pytest.mark.parametrize("method", [name for name in METHODS if not name.startswith("glmm")])
@pytest.mark.parametrize("measure", ["OR", "RR", "RD"])
def test_what_pool_prints_is_reproduced(method: str, measure: str) -> None:
    if measure in METHODS[method].measures:
        result = printed(pool(SPARSE, method=method, measure=measure), 3, method=method)
        found = audit([result], SPARSE)
        assert find(found, "death", "recomputed").verdict in ("consistent", "consistent if"), find(
            found, "death", "recomputed"
        )
        assert found.ok
        assert not found.matches[0].missed


@pytest.mark.parametrize("method", ["dl", "reml", "revman-2025"])
def test_hartung_knapp_is_a_condition(method: str) -> None:
    result = printed(pool(SPARSE, method=method, hartung_knapp=True), 3)
    found = find(audit([result], SPARSE), "death", "recomputed")
    assert found.verdict == "consistent if"
    assert "Hartung-Knapp" in found.message


@pytest.mark.parametrize("method", [name for name in METHODS if name.startswith("glmm")])
def test_mixed_models_are_tried_too(method: str) -> None:
    table = load_dataset("ivig", "live_birth").trials("published")
    result = printed(pool(table, method=method), 3, outcome="live_birth", method=method)
    found = find(audit([result], table), "live_birth", "recomputed")
    assert found.verdict == "consistent"
    assert "logistic" in found.message


def random_table(rng: np.random.Generator) -> Dataset:
    """Two-arm tables with rare to certain events and an empty arm at times;
    drawn apart from those of the benchmark.
    """
    k = int(rng.integers(1, 9))
    sizes = rng.integers(1, int(rng.choice([12, 60, 400])), size=(k, 2)) * (rng.random((k, 2)) > 0.04)
    risks = rng.beta(*rng.choice([[0.4, 2.0], [2.0, 2.0], [2.0, 0.4]]), size=(k, 2))
    events = rng.binomial(sizes, risks)
    rows = [
        Study(f"s{i}", int(events[i, 0]), int(sizes[i, 0]), int(events[i, 1]), int(sizes[i, 1]))
        for i in range(k)
    ]
    return Dataset(tuple(rows), outcome="death")


@pytest.mark.parametrize("seed", range(8))
def test_no_honest_result_of_pool_is_accused(seed: int) -> None:
    """Independent of the package's own simulation: tables drawn here, pooled one by one by ``pool``."""
    rng = np.random.default_rng([77, seed])
    methods = [name for name in METHODS if not name.startswith("glmm")]
    for _ in range(15):
        table, method = random_table(rng), str(rng.choice(methods))
        measure = str(rng.choice([each for each in METHODS[method].measures if each in MEASURES]))
        knapp = METHODS[method].hartung_knapp and rng.random() < 0.4
        level = float(rng.choice([0.9, 0.95]))
        pooled = pool(table, method=method, measure=measure, hartung_knapp=bool(knapp), level=level)
        stated = {"model": "unstated"} if rng.random() < 0.3 else {}
        n = sum(study.treatment_total + study.control_total for study in table.studies)
        k = pooled.k if pooled.k and rng.random() < 0.5 else len(table)
        result = printed(
            pooled, int(rng.integers(0, 4)), int(rng.integers(0, 4)), level=level, n=n, **(stated | {"k": k})
        )
        assert audit([result], table).ok, (
            method,
            measure,
            knapp,
            result,
            audit([result], table).of("inconsistent"),
        )


@pytest.mark.parametrize(
    ("field", "text", "mend"),
    [
        ("estimate", "2.68", "estimate 2.86 instead of 2.68"),
        ("ci_lower", "1.40", "ci_lower 1.04 instead of 1.40"),
        ("i2_percent", "25", "i2_percent 52 instead of 25"),
        ("heterogeneity_p", "0.70", "heterogeneity_p 0.07 instead of 0.70"),
        ("effect_p", "0.02", "effect_p 0.04 instead of 0.02"),
    ],
)
def test_a_wrong_number_is_named(field: str, text: str, mend: str) -> None:
    right = {
        "estimate": "2.86",
        "ci_lower": "1.04",
        "ci_upper": "7.90",
        "i2_percent": "52",
        "heterogeneity_p": "0.07",
    }
    right |= {
        "effect_p": "0.04",
        "k": 6,
        "model": "random",
        "method": "revman-random",
        "outcome": "live_birth",
    }  # type: ignore[dict-item]
    assert audit([claim(**right)], "ivig").ok  # type: ignore[arg-type]
    found = find(audit([claim(**(right | {field: text}))], "ivig"), "live_birth", "recomputed")  # type: ignore[arg-type]
    assert (found.verdict, found.mend) == ("inconsistent", mend)


def test_another_measure_or_model_is_named() -> None:
    ratio = printed(pool(SPARSE, method="dl", measure="RR"), 3, measure="OR")
    found = find(audit([ratio], SPARSE), "death", "recomputed")
    assert (found.verdict, found.mend) == ("inconsistent", "measure RR instead of OR")
    assert "risk ratio" in found.message
    table = load_dataset("ivig", "live_birth")
    random = printed(pool(table, method="revman-random"), 3, outcome="live_birth", model="fixed")
    found = find(audit([random], table), "live_birth", "recomputed")
    assert (found.verdict, found.mend) == ("inconsistent", "model random instead of fixed")


def test_a_risk_difference_in_percent() -> None:
    pooled = pool(SPARSE, method="mh", measure="RD")
    assert pooled.estimate is not None and pooled.ci_lower is not None and pooled.ci_upper is not None
    percents = [f"{100 * value:.1f}" for value in (pooled.estimate, pooled.ci_lower, pooled.ci_upper)]
    found = find(audit([claim(*percents, measure="RD", model="fixed")], SPARSE), "death", "recomputed")
    assert found.verdict == "consistent if"
    assert "in percent" in found.message


@pytest.mark.parametrize(
    ("k", "n", "check", "verdict", "mend"),
    [
        (6, 151, "trials", "consistent", ""),
        (4, 151, "trials", "consistent", ""),
        (7, 151, "trials", "inconsistent", "k 6 instead of 7"),
        (2, 151, "trials", "consistent if", ""),
        (6, 151, "participants", "consistent", ""),
        (6, 145, "participants", "consistent", ""),
        (6, 129, "participants", "consistent", ""),
        (6, 150, "participants", "inconsistent", "n 151 instead of 150"),
    ],
)
def test_trials_and_participants(k: int, n: int, check: str, verdict: str, mend: str) -> None:
    found = find(audit([claim(k=k, n=n)], SPARSE), "death", check)
    assert (found.verdict, found.mend) == (verdict, mend)


def test_trials_that_nobody_named_are_searched() -> None:
    """The published six of nine, in a table that has no named set of them;
    then with a number that none of the 84 sets gives.
    """
    nine = load_dataset("ivig", "live_birth")
    plain = Dataset(nine.studies, outcome="live_birth")
    numbers = {"outcome": "live_birth", "i2_percent": "52", "k": 6, "n": 317, "model": "random"}
    found = find(audit([claim("2.86", "1.04", "7.90", **numbers)], plain), "live_birth", "trials")
    assert found.verdict == "consistent if"
    for name in nine.trials("published").study_names:
        assert name in found.message
    wrong = find(audit([claim("2.86", "1.04", "7.99", **numbers)], plain), "live_birth", "recomputed")
    assert wrong.verdict == "inconsistent"


def test_counts_that_are_not_about_the_claim(tmp_path: Path) -> None:
    claims = write(
        tmp_path, "claims.csv", f"{CLAIMS}death,OR,2,,1.5,1.0,2.25,,,,,,\nrelapse,OR,2,,1.5,1.0,2.25,,,,,,\n"
    )
    unnamed = write(tmp_path, "counts.csv", f"{HEADER}a,5,20,3,20\nb,6,30,4,30\n")
    found = audit(claims, unnamed)
    assert [each.verdict for each in found if each.check == "recomputed"] == ["cannot tell", "cannot tell"]
    one = write(tmp_path, "one.csv", f"{CLAIMS}death,OR,2,,1.5,1.0,2.25,,,,,,\n")
    assert find(audit(one, unnamed), "death", "recomputed").verdict == "inconsistent"
    hazard = write(tmp_path, "hr.csv", f"{CLAIMS}death,HR,2,,1.5,1.0,2.25,,,,,,\n")
    assert find(audit(hazard, unnamed), "death", "recomputed").verdict == "cannot tell"


def test_incomplete_counts_still_say_how_many_took_part(tmp_path: Path) -> None:
    counts = write(tmp_path, "counts.csv", f"{HEADER}a,5,20,,20\nb,,30,,31\n")
    claims = write(tmp_path, "claims.csv", f"{CLAIMS}death,OR,2,100,1.5,1.0,2.25,,,,,,\n")
    found = audit(claims, counts)
    assert find(found, "death", "recomputed").verdict == "cannot tell"
    assert find(found, "death", "participants").mend == "n 101 instead of 100"


def test_what_would_take_too_long_is_said() -> None:
    rows = tuple(Study(str(i), 300 + i, 5000, 320, 5000) for i in range(40))
    found = find(
        audit([claim("1.50", "1.00", "2.25", k=40)], Dataset(rows, outcome="death")), "death", "recomputed"
    )
    assert found.verdict == "inconsistent"
    assert "too many events to try the conditional logistic model with exact likelihood" in found.message


def test_counts_with_gaps_in_one_outcome_serve_the_others_and_their_mirror_images(tmp_path: Path) -> None:
    """No sidecar: the opposite of a counted outcome is known from the row that pairs them,
    a third lacks two counts.
    """
    names = "study,outcome,treatment_events,treatment_total,control_events,control_total\n"
    rows = "a,alive,5,40,12,41\nb,alive,4,50,9,52\na,pain,,40,3,41\nb,pain,2,50,,52\n"
    counts = write(tmp_path, "counts.csv", names + rows)
    table = Dataset((Study("a", 35, 40, 29, 41), Study("b", 46, 50, 43, 52)))
    numbers = printed(pool(table, method="revman-fixed"), 2, outcome="dead")
    pair = [claim("0.40", outcome="alive"), numbers, claim("2.0", outcome="pain", n=183)]
    found = audit(pair, counts, other=[OtherClaim("complement", "alive against dead")])
    assert find(found, "dead", "recomputed").verdict == "consistent"
    assert find(found, "alive", "recomputed").verdict in ("consistent", "consistent if")
    assert find(found, "pain", "recomputed").verdict == "cannot tell"
    assert find(found, "pain", "participants").verdict == "consistent"
