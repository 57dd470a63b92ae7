"""I squared, its p-value and the number of trials: Q = df/(1 - I2) must give the p-value that is printed."""

from collections.abc import Iterable, Iterator

import numpy as np

from bayes_ivig.analyses.audit.printed import Checked, Mend, change_of, mend_of, probability_range
from bayes_ivig.formulas import intervals
from bayes_ivig.formulas.intervals import Range
from bayes_ivig.inputs.paper.claims import Claim
from bayes_ivig.results.audit import Finding, Verdict
from bayes_ivig.results.coded import Coded, coded

# methods whose I squared is (Q - df)/Q
FROM_Q = ("mh", "peto", "fixed", "dl", "revman-fixed", "revman-random")
MOST_TRIALS = 500  # looked at where the number of trials is not printed, or is the one to mend


def heterogeneity_p(claim: Claim) -> Checked:
    """Check I squared and number of trials against the p-value of heterogeneity."""
    if claim.i2_percent is None or claim.heterogeneity_p is None:
        return _finding(claim, "cannot tell", coded("needs_heterogeneity", claim))
    k = claim.k_estimable or claim.k
    if k is None:
        return _without_k(claim)
    if k == 1:
        return _one_trial(claim)
    if _fitting(claim, range(k, k + 1)):
        return _finding(claim, "consistent", coded("heterogeneity_agrees", claim, k, implied_p(claim, k - 1)))
    return _under_conditions(claim, k)


def _under_conditions(claim: Claim, k: int) -> Checked:
    """Look for a condition under which the numbers agree: fewer estimable trials, digits cut off,
    I squared from tau squared.
    """
    disagreement = coded("heterogeneity_disagrees", claim, k, implied_p(claim, k - 1))
    for cut in (False, True):
        fitting = _fitting(claim, range(k, 1, -1), cut)
        if fitting:
            condition = coded(
                "heterogeneity_if", claim, k, fitting[0], implied_p(claim, fitting[0] - 1, cut), cut
            )
            return _finding(claim, "consistent if", coded("sentences", disagreement, condition))
    if from_tau2_possible(claim):
        return _finding(claim, "consistent if", coded("sentences", disagreement, coded("i2_from_tau2")))
    return _finding(
        claim, "inconsistent", coded("sentences", disagreement, coded("no_fewer_trials", k)), _mends(claim, k)
    )


def implied_p(claim: Claim, df: int, cut: bool = False) -> Range:
    """Return the p-values of heterogeneity that I squared implies for this many degrees of freedom."""
    if claim.i2_percent is None:
        return 0.0, 1.0
    return intervals.q_p_range(intervals.q_range(probability_range(claim.i2_percent, cut, 100.0), df), df)


def from_tau2_possible(claim: Claim) -> bool:
    """Whether I squared may have been computed from tau squared: nothing stated rules that out."""
    return claim.method not in FROM_Q and claim.model not in ("fixed", "common")


def _fitting(claim: Claim, trials: range, cut: bool = False) -> list[int]:
    """Return the numbers of estimable trials, of those given, with which I squared and its p-value agree."""
    if claim.i2_percent is None or claim.heterogeneity_p is None:
        return list(trials)
    i2, p = probability_range(claim.i2_percent, cut, 100.0), probability_range(claim.heterogeneity_p, cut)
    numbers = np.array(trials)
    return [int(k) for k in numbers[intervals.heterogeneity_fits(i2, p, numbers - 1)]]


def _without_k(claim: Claim) -> Checked:
    """Say which numbers of trials would fit; where none does, the two numbers exclude each other."""
    every = range(2, MOST_TRIALS)
    fitting = sorted({*_fitting(claim, every), *_fitting(claim, every, cut=True)})
    if fitting or from_tau2_possible(claim):
        return _finding(claim, "cannot tell", coded("fitting_trials", claim, fitting))
    return _finding(claim, "inconsistent", coded("no_number_of_trials", claim, MOST_TRIALS), _mends(claim, 2))


def _one_trial(claim: Claim) -> Checked:
    if claim.i2_percent is not None and probability_range(claim.i2_percent, True, 100.0)[0] > 0.5:
        return _finding(claim, "inconsistent", coded("one_trial", claim))
    return _finding(claim, "cannot tell", coded("one_trial", claim))


def _mends(claim: Claim, k: int) -> Iterator[Mend]:
    """Yield the p-value, the I squared and the number of trials that the other two imply."""
    if claim.heterogeneity_p is None:
        return
    yield from mend_of(claim, "heterogeneity_p", implied_p(claim, k - 1))
    q = intervals.q_of_p_range(probability_range(claim.heterogeneity_p), k - 1)
    yield from mend_of(claim, "i2_percent", intervals.i2_range(q, k - 1))
    name = "k_estimable" if claim.k_estimable else "k"
    other = min(_fitting(claim, range(2, MOST_TRIALS)), key=lambda j: abs(j - k), default=None)
    if other is not None and other != k:
        yield Mend(
            f"{name} {other} instead of {k}",
            abs(other - k),
            ((name, other),),
            change_of(claim, name, (other, other)),
        )


def _finding(claim: Claim, verdict: Verdict, reason: Coded, mends: Iterable[Mend] = ()) -> Checked:
    looked_at = coded("heterogeneity", claim)
    finding = Finding(
        claim.outcome, "heterogeneity_p", verdict, reason, looked_at=looked_at, where=claim.where
    )
    return Checked(finding, tuple(mends))
