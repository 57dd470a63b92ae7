"""Effects of a few counts, to show what a reading would say and hold it beside ratios in the same rows."""

import math
from collections.abc import Sequence

from bayes_ivig.inputs.foreign.layout.rows import Values
from bayes_ivig.inputs.foreign.layout.shape import Kind
from bayes_ivig.inputs.foreign.layout.trials import Trials, pair_of

NEAR = 0.1  # of a log odds ratio: what rounding and other rules for zero cells leave between two programs
TELLING = 0.25  # a log odds ratio below which both directions look alike
FEWEST = 2  # rows that must tell
MOSTLY = 0.8


def crude(kind: Kind, pairs: Sequence[tuple[Values, Values]]) -> str:
    """Return the effect of all rows together, in words: Mantel-Haenszel's odds ratio or rate ratio, or the
    mean of mean differences weighed by people.
    """
    if kind == "means":
        weights = [int(one[2]) + int(other[2]) for one, other in pairs]
        terms = [w * (float(a[0]) - float(b[0])) for w, (a, b) in zip(weights, pairs, strict=True)]
        return f"mean difference {sum(terms) / sum(weights):.3g}" if sum(weights) else "no mean difference"
    above = below = 0.0
    for one, other in pairs:
        r1, n1, r0, n0 = (float(text) for text in (*one, *other))
        size = (n1 + n0) or 1
        if kind == "counts":
            above, below = above + r1 * (n0 - r0) / size, below + r0 * (n1 - r1) / size
        else:
            above, below = above + r1 * n0 / size, below + r0 * n1 / size
    name = "odds ratio" if kind == "counts" else "rate ratio"
    if not above or not below:
        return (
            f"no {name} of all trials"
            if not above and not below
            else f"{name} {'0' if not above else 'infinite'}"
        )
    return f"{name} of all trials about {above / below:.3g}"


def log_odds_ratio(one: Values, other: Values) -> float | None:
    """Return the log odds ratio of two arms, None with a zero cell."""
    r1, n1, r0, n0 = (int(text) for text in (*one, *other))
    cells = (r1, n0 - r0, r0, n1 - r1)
    return math.log(cells[0] * cells[1] / (cells[2] * cells[3])) if all(cells) else None


def side_of(trials: Trials, first: str, second: str, estimates: Sequence[tuple[int, float]]) -> int:
    """Return 1 where log odds ratios in the rows are those of ``first`` against ``second``, -1 where they are
    those of the other direction, 0 where they do not tell.
    """
    given = dict(estimates)
    votes = []
    for trial in trials.trials:
        pair = pair_of(trial, first, second) if trials.group.kind == "counts" else None
        own = log_odds_ratio(*pair) if pair else None
        if own is None or trial.position not in given or abs(own) < TELLING:
            continue
        stated = given[trial.position]
        votes.append(1 if abs(stated - own) < NEAR else -1 if abs(stated + own) < NEAR else 0)
    for side in (1, -1):
        if votes.count(side) >= FEWEST and votes.count(side) >= MOSTLY * len(votes) and -side not in votes:
            return side
    return 0
