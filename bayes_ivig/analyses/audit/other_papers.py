"""Simulated claims of other kinds, honest or with one wrong digit: percentages, sums, one study's effect, mirror images."""

from dataclasses import replace

import numpy as np

from bayes_ivig.analyses.audit.papers import LARGEST_PRINTED, rounded
from bayes_ivig.analyses.audit.study_effect import MEASURES, formulas
from bayes_ivig.formulas import effect_sizes as es
from bayes_ivig.inputs.claims import Printed
from bayes_ivig.inputs.other_claims import OtherClaim

KINDS = ("percentage", "percentage without count", "sum", "sum of percentages", "study_effect", "study_effect without counts")


def honest_claim(rng: np.random.Generator, kind: str) -> OtherClaim | None:
    """Return one honest claim of a kind, rounded to 0 to 2 decimals; None where the draw gives nothing to print."""
    match kind:
        case "percentage" | "percentage without count":
            return _percentage(rng, counted=kind == "percentage")
        case "sum":
            parts = rng.integers(0, 400, size=rng.integers(2, 12))
            return _sum([str(part) for part in parts], str(parts.sum()))
        case "sum of percentages":
            shares = rng.dirichlet(np.ones(rng.integers(2, 8))) * 100
            decimals = int(rng.integers(0, 3))
            return _sum([f"{share:.{decimals}f}" for share in shares], "100", percent=True)
        case _:
            return _study(rng, known=kind == "study_effect")


def with_wrong_digit(rng: np.random.Generator, claim: OtherClaim) -> OtherClaim | None:
    """Return the claim with one digit of what it prints changed."""
    fields = [name for name in ("printed", "estimate", "ci_lower", "ci_upper") if getattr(claim, name) is not None]
    name = str(rng.choice(fields))
    text = getattr(claim, name).text
    place = int(rng.choice([i for i, letter in enumerate(text) if letter.isdigit()]))
    digit = str(rng.choice([d for d in "0123456789" if d != text[place]]))
    changed = Printed(text[:place] + digit + text[place + 1 :])
    return replace(claim, **({name: changed, "total": changed} if claim.kind == "sum" else {name: changed}))  # type: ignore[arg-type]


def _percentage(rng: np.random.Generator, counted: bool) -> OtherClaim:
    total = int(rng.integers(1, 300))
    count = int(rng.integers(0, total + 1))
    printed = Printed(rounded(100 * count / total, int(rng.integers(0, 3))))
    parts = (Printed(str(count)),) if counted else ()
    return OtherClaim("percentage", "some", printed, parts, Printed(str(total)))


def _sum(parts: list[str], total: str, percent: bool = False) -> OtherClaim:
    return OtherClaim("sum", "all", Printed(total), tuple(map(Printed, parts)), Printed(total), percent=percent)


def _study(rng: np.random.Generator, known: bool) -> OtherClaim | None:
    """Return one study's effect by one of the usual formulas, its events known or not."""
    n1, n0 = (int(n) for n in rng.integers(1, 60, size=2))
    r1, r0 = int(rng.binomial(n1, rng.random())), int(rng.binomial(n0, rng.random()))
    cells = es.to_cells(np.array([r1]), np.array([n1]), np.array([r0]), np.array([n0]))
    measure = MEASURES[rng.integers(3)]
    made = [each for each in formulas(cells, 0.95) if each.measure == measure and np.isfinite(each.values["ci_upper"][0])]
    made = [each for each in made if abs(float(each.values["ci_upper"][0])) < LARGEST_PRINTED]
    if not made:
        return None
    values = made[rng.integers(len(made))].values
    decimals = int(rng.integers(0, 4))
    estimate, lower, upper = (Printed(rounded(float(values[name][0]), decimals)) for name in ("estimate", "ci_lower", "ci_upper"))
    events = (r1, r0) if known else (None, None)
    return OtherClaim("study_effect", "a study", None, (), None, measure, events[0], n1, events[1], n0, estimate, lower, upper)
