"""One study's effect against its counts: is it the measure it is called,
and are the limits those of the usual formulas?
"""

from collections.abc import Iterator
from typing import NamedTuple, get_args

import numpy as np

from bayes_ivig.analyses.audit.arithmetic import finding
from bayes_ivig.analyses.audit.effect import centre
from bayes_ivig.analyses.audit.printed import EFFECT, Mend, nearest, printed_range
from bayes_ivig.formulas import effect_sizes as es
from bayes_ivig.formulas import mantel_haenszel as mh
from bayes_ivig.formulas.effect_sizes import Array, Cells, Mask, Measure
from bayes_ivig.formulas.intervals import critical
from bayes_ivig.inputs.paper.claims import RATIOS, Claim
from bayes_ivig.inputs.paper.other_claims import OtherClaim
from bayes_ivig.results.audit import Finding
from bayes_ivig.results.coded import coded

MEASURES: tuple[Measure, ...] = get_args(Measure)
# codes of what must hold besides the usual formula
HALF, ALWAYS, PETO, ARMS, EVENTS = "half_added", "half_always", "peto", "arms_exchanged", "without_event"
LARGEST_GRID = 1_000_000  # pairs of event counts tried where the events are not printed


class Formula(NamedTuple):
    """Estimate and limits of one study by one formula, on the printed scale, arrays of one shape."""

    measure: Measure
    name: str
    values: dict[str, Array]


def study_effect(claim: OtherClaim) -> Finding:
    """Check one study's estimate and limits against its counts, or against all counts its arm sizes allow."""
    if not _printed(claim):
        return finding(claim, "cannot tell", coded("nothing_printed"))
    if claim.measure and claim.measure not in MEASURES:
        return _without_counts(claim)
    _, n1, _, n0 = claim.counts
    if not n1 or not n0 or not _few_enough(claim):
        return _without_counts(claim)
    events, totals = _grid(claim), (float(n1), float(n0))
    known = claim.treatment_events is not None and claim.control_events is not None
    for formula, turned in _formulas(claim, events, totals):
        for cut in (False, True):
            fits = meets(claim, formula, cut)
            if fits.any():
                return _fitting(claim, formula, turned, cut, (fits, events) if not known else None)
    return finding(
        claim,
        "inconsistent",
        coded("no_formula", claim, _usual(claim, events, totals) if known else {}),
        _mends(claim),
    )


def formulas(cells: Cells, level: float) -> Iterator[Formula]:
    """Yield the usual formulas for one study: Woolf's and its like,
    with 0.5 at zero cells or always, and Peto's.
    """
    reach = critical(level, np.inf)
    rules = {
        "": es.has_zero_cell(cells) & False,
        HALF: es.has_zero_cell(cells),
        ALWAYS: es.has_zero_cell(cells) | True,
    }
    for measure in MEASURES:
        for name, where in rules.items():
            y, v = es.effect(es.add_to_cells(cells, where), measure)
            yield Formula(measure, name, _limits(y, np.sqrt(v), reach, measure))
    sums = mh.peto_terms(cells)
    y, v = mh.peto_from_sums(sums)
    yield Formula("OR", PETO, _limits(y, np.sqrt(v), reach, "OR"))


def meets(claim: OtherClaim, formula: Formula, cut: bool = False) -> Mask:
    """Mark the tables whose estimate and limits by a formula print as the claim's do."""
    met = np.ones(np.shape(formula.values["estimate"]), dtype=bool)
    for name in _printed(claim):
        lower, upper = printed_range(getattr(claim, name), cut)
        with np.errstate(invalid="ignore"):
            met &= (formula.values[name] >= lower) & (formula.values[name] <= upper)
    return met


def _limits(y: Array, error: Array, reach: float, measure: Measure) -> dict[str, Array]:
    with np.errstate(invalid="ignore", over="ignore"):
        values = {"estimate": y, "ci_lower": y - reach * error, "ci_upper": y + reach * error}
        return {name: np.exp(value) if measure != "RD" else value for name, value in values.items()}


def _printed(claim: OtherClaim) -> list[str]:
    return [name for name in EFFECT if getattr(claim, name) is not None]


def _few_enough(claim: OtherClaim) -> bool:
    r1, n1, r0, n0 = claim.counts
    return (1 if r1 is not None else (n1 or 0) + 1) * (1 if r0 is not None else (n0 or 0) + 1) <= LARGEST_GRID


def _grid(claim: OtherClaim) -> tuple[Array, Array]:
    """Return all pairs of event counts that are possible, treatment and control,
    as two arrays of one shape.
    """
    r1, n1, r0, n0 = claim.counts
    treatment = np.arange((n1 or 0) + 1.0) if r1 is None else np.array([float(r1)])
    control = np.arange((n0 or 0) + 1.0) if r0 is None else np.array([float(r0)])
    first, second = np.meshgrid(treatment, control, indexing="ij")
    return first.ravel(), second.ravel()


def _formulas(
    claim: OtherClaim, events: tuple[Array, Array], totals: tuple[float, float]
) -> Iterator[tuple[Formula, str]]:
    """Yield formulas in the order of their claim to be meant:
    measure as stated, turned round, then another measure.
    """
    (a, c), (n1, n0) = events, totals
    tables = {"": (a, n1, c, n0), ARMS: (c, n0, a, n1), EVENTS: (n1 - a, n1, n0 - c, n0)}
    made = {
        turned: list(formulas(es.to_cells(r1, np.full_like(a, m1), r0, np.full_like(a, m0)), claim.level))
        for turned, (r1, m1, r0, m0) in tables.items()
    }
    stated = [measure for measure in MEASURES if claim.measure in ("", measure)]
    yield from ((each, turned) for turned, rows in made.items() for each in rows if each.measure in stated)
    yield from (
        (each, turned) for turned, rows in made.items() for each in rows if each.measure not in stated
    )


def _fitting(
    claim: OtherClaim,
    formula: Formula,
    turned: str,
    cut: bool,
    among: tuple[Mask, tuple[Array, Array]] | None,
) -> Finding:
    """Say what fits: the stated measure (perhaps under a condition), or another one."""
    fitting = coded("fits", claim, formula.measure, _values(formula, among), among and _first_of(*among))
    conditions = [coded("of_study", each) for each in (formula.name, turned) if each]
    conditions += [coded("cut_off")] if cut else []
    if claim.measure and formula.measure != claim.measure:
        mend = Mend(f"measure {formula.measure} instead of {claim.measure}", 0.0)
        also = coded("with_conditions", conditions)
        another = coded("another_measure", claim, formula.measure)
        return finding(claim, "inconsistent", coded("sentences", another, fitting, also), [mend])
    if not claim.measure:
        conditions = [coded("is_a", formula.measure), *conditions]
    if conditions:
        return finding(
            claim, "consistent if", coded("sentences", fitting, coded("with_conditions", conditions))
        )
    return finding(claim, "consistent", fitting)


def _first_of(fits: Mask, events: tuple[Array, Array]) -> tuple[int, float, float]:
    """Return how many pairs of event counts fit, and the first of them."""
    first = int(fits.argmax())
    return int(fits.sum()), float(events[0][first]), float(events[1][first])


def _values(formula: Formula, among: tuple[Mask, tuple[Array, Array]] | None) -> dict[str, float]:
    first = 0 if among is None else int(np.argmax(among[0]))
    return {name: float(values[first]) for name, values in formula.values.items()}


def _usual(
    claim: OtherClaim, events: tuple[Array, Array], totals: tuple[float, float]
) -> dict[Measure, dict[str, float]]:
    """Return every measure by its usual formula, 0.5 added where a cell is 0."""
    (a, c), (n1, n0) = events, totals
    cells = es.to_cells(a, np.full_like(a, n1), c, np.full_like(a, n0))
    return {each.measure: _values(each, None) for each in formulas(cells, claim.level) if each.name == HALF}


def _mends(claim: OtherClaim) -> list[Mend]:
    """Return the printed number to change, where the counts are known and only one differs."""
    if claim.treatment_events is None or claim.control_events is None or not claim.measure:
        return []
    totals = (float(claim.treatment_total or 0), float(claim.control_total or 0))
    values = next(
        ranges for measure, ranges in _usual(claim, _grid(claim), totals).items() if measure == claim.measure
    )
    mends = []
    for name in _printed(claim):
        printed = getattr(claim, name)
        moved = nearest(printed, (values[name], values[name])) if np.isfinite(values[name]) else None
        if moved:
            mends.append(Mend(f"{name} {moved[0]} instead of {printed}", moved[1]))
    return mends


def _without_counts(claim: OtherClaim) -> Finding:
    """Check at least that the estimate is in the middle of its limits."""
    if not claim.measure or (claim.measure not in RATIOS and len(_printed(claim)) < 3):
        return finding(claim, "cannot tell", coded("needs_counts", claim))
    checked = centre(
        Claim(
            claim.subject,
            claim.measure,
            claim.estimate,
            claim.ci_lower,
            claim.ci_upper,
            claim.level,
            where=claim.where,
        )
    )
    verdict = checked.finding.verdict
    reason = coded("sentences", coded("needs_counts", claim), checked.finding.reason)
    return finding(claim, "cannot tell" if verdict == "consistent" else verdict, reason, checked.mends)
