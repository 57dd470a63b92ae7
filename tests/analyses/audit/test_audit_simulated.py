"""Simulated papers: no honest number is called inconsistent,
planted errors are found as often as the stored table says.
"""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bayes_ivig.analyses.audit.arithmetic import percentage, total
from bayes_ivig.analyses.audit.complement import complement
from bayes_ivig.analyses.audit.one_result import check_pooled
from bayes_ivig.analyses.audit.pooled_again import recomputed
from bayes_ivig.analyses.audit.study_effect import study_effect
from bayes_ivig.analyses.audit.which_trials import counted
from bayes_ivig.inputs.paper.claims import Claim
from bayes_ivig.inputs.paper.other_claims import OtherClaim
from bayes_ivig.results.audit import Finding
from benchmarks.simulated_papers import (
    ERRORS,
    KINDS,
    Paper,
    batches,
    honest_claim,
    mirrored_pair,
    plant,
    with_wrong_digit,
)

pytestmark = pytest.mark.slow

STORED = Path(__file__).parents[3] / "benchmarks" / "audit.json"
CHECK = {"percentage": percentage, "sum": total, "study_effect": study_effect}
PAPERS = 300
WITH_COUNTS = "inconsistent, with counts"


def findings(paper: Paper, claim: Claim) -> list[Finding]:
    return [
        *check_pooled(claim),
        *counted(claim, paper.arms, "the trials"),
        recomputed(claim, paper.trials)[0],
    ]


def accused(found: list[Finding]) -> list[Finding]:
    return [each for each in found if each.verdict == "inconsistent"]


@pytest.fixture(scope="module")
def stored() -> dict[str, Any]:
    found = json.loads(STORED.read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def test_no_honest_paper_is_accused_and_planted_errors_are_found(stored: dict[str, Any]) -> None:
    """Other papers than the stored ones; the rates may differ by sampling error (4 standard errors
    of a rate of 0.5).
    """
    found, planted = Counter[str](), Counter[str]()
    seen = Counter[str]()
    for rng, batch in batches(7, PAPERS, size=100):
        for number, paper in enumerate(batch):
            honest = findings(paper, paper.claim)
            assert not accused(honest), (paper.recipe, paper.exact, paper.claim, accused(honest))
            seen.update(each.verdict for each in honest)
            error = ERRORS[number % len(ERRORS)]
            claim = plant(rng, paper, error)
            if claim is not None:
                planted[error] += 1
                found[error] += bool(accused(findings(paper, claim)))
    assert min(seen[verdict] for verdict in ("consistent", "consistent if", "cannot tell")) > 30
    for error in ERRORS:
        assert planted[error] > 15
        expected = stored["planted"][error][WITH_COUNTS]
        assert found[error] / planted[error] == pytest.approx(expected, abs=4 * 0.5 / planted[error] ** 0.5)


@pytest.mark.parametrize("kind", KINDS)
def test_no_honest_claim_of_another_kind_is_accused(kind: str, stored: dict[str, Any]) -> None:
    rng = np.random.default_rng([8, KINDS.index(kind)])
    wrong = found = 0
    for _ in range(30 if kind == "study_effect without counts" else 120):
        claim = honest_claim(rng, kind)
        if claim is None:
            continue
        verdict = CHECK[claim.kind](claim).verdict
        assert verdict in ("consistent", "consistent if"), claim
        changed = with_wrong_digit(rng, claim)
        if changed is not None:
            wrong += 1
            found += CHECK[changed.kind](changed).verdict == "inconsistent"
    expected = stored["other_claims"][kind]["wrong_digit_found"]
    assert found / wrong == pytest.approx(expected, abs=4 * 0.5 / wrong**0.5)


def test_no_honest_mirror_image_is_accused() -> None:
    rng = np.random.default_rng(9)
    row = OtherClaim("complement", "alive against dead")
    for _ in range(25):
        pair = mirrored_pair(rng, int(rng.integers(1, 9)))
        assert not accused(complement(row, pair)), pair


def test_what_is_stored(stored: dict[str, Any]) -> None:
    """The issue asks for 20,000 honest papers without one false accusation, and as many with an error."""
    assert stored["honest"]["papers"] >= 20_000
    assert stored["honest"]["called_inconsistent"] == 0
    assert not any(name.endswith(": inconsistent") for name in stored["honest"]["findings"])
    # a few papers print nothing to change
    assert sum(stored["planted"][error]["papers"] for error in ERRORS) > 18_000
    assert all(row["honest_called_inconsistent"] == 0 for row in stored["other_claims"].values())
