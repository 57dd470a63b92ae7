"""What the methods and measures of a classical analysis are called, and what is known to mislead in it."""

from collections.abc import Callable, Sequence

from bayes_ivig.reporting.wording import numbers
from bayes_ivig.results.pooled import Caution, PooledEstimate

METHODS = {
    "revman-random": "Mantel-Haenszel with random effects, by the formulas of Review Manager 5",
    "revman-fixed": "Mantel-Haenszel with a fixed effect, by the formulas of Review Manager 5",
    "dl": "inverse variance with random effects (DerSimonian and Laird)",
    "fixed": "inverse variance with a fixed effect",
}
MEASURES = {
    "OR": "odds ratio",
    "RR": "risk ratio",
    "HR": "hazard ratio",
    "MD": "mean difference",
    "RD": "risk difference",
}


def method(pooled: PooledEstimate) -> str:
    """Return a frequentist method in words."""
    return METHODS.get(pooled.method, pooled.method)


CAUTIONS: dict[str, Callable[[float], str]] = {
    "one_trial": lambda _: (
        "one trial cannot show how trials differ: a random-effects result of one is that "
        "of the trial alone (Bender 2018)"
    ),
    "two_trials": lambda _: (
        "two trials hardly show how trials differ: limits and P that take the heterogeneity estimated from "
        "them as known do not hold what they promise where trials differ (Gonnermann 2015, Bender 2018)"
    ),
    "two_trials_hartung_knapp": lambda _: (
        "two trials hardly show how trials differ: the Hartung-Knapp interval, with one degree of freedom, "
        "holds its level where both are equally precise but is very wide, and can fail to hold it where they "
        "are not (Röver 2015, Gonnermann 2015)"
    ),
    "few_trials_z": lambda k: (
        f"limits and P take the heterogeneity estimated from {numbers.whole(k)} trials as known: with so "
        "few, such intervals are too narrow where trials differ (IntHout 2014, Bender 2018)"
    ),
    "hartung_knapp_narrower": lambda ratio: (
        f"the Hartung-Knapp interval is {numbers.plain(ratio)} times as wide as the usual one, so narrower; "
        "a variance factor of at least 1 is advised then, "
        "with few trials of unequal size above all (Röver 2015)"
    ),
    "added_decides": lambda _: (
        "one cell is empty over all trials together: the estimate is finite only by what is added "
        "to zero cells (Sweeting 2004)"
    ),
    "added_to_sums": lambda share: (
        f"0.5 is added in trials with {numbers.percent(share, 0)} of the weight, which Mantel-Haenszel sums "
        "do not need and which biases them where events are rare "
        "or arms unequal (Sweeting 2004, Bradburn 2007)"
    ),
    "added_to_cells": lambda share: (
        f"trials with {numbers.percent(share, 0)} of the weight have an effect of their own only by what is "
        "added to a zero cell, which biases it where events are rare "
        "or arms unequal (Sweeting 2004, Bradburn 2007)"
    ),
    "few_events": lambda room: (
        f"few events for a large-sample P and limits: {numbers.plain(room, 1)} by the criterion of Mantel "
        "and Fleiss, which asks for 5 or more (Mantel 1980)"
    ),
    "inverse_variance_rare": lambda share: (
        f"the rarer outcome happened to {numbers.rare_percent(share)} and to few people of each arm: "
        "inverse-variance methods are among the most biased then (Bradburn 2007)"
    ),
    "peto_unbalanced": lambda share: (
        f"{numbers.percent(share, 0)} of the information lies in trials with one arm twice as large as the "
        "other or more, where Peto's odds ratio is biased (Sweeting 2004, Brockhaus 2016)"
    ),
    "peto_large": lambda _: (
        "Peto's odds ratio is biased towards 1 when the effect is large, "
        "as here (Bradburn 2007, Brockhaus 2016)"
    ),
    "approximate_common": lambda share: (
        "the approximate conditional model is for rare events; "
        f"{numbers.percent(share, 0)} had one here (Stijnen 2010)"
    ),
}


def caution_lines(raised: Sequence[Caution]) -> list[str]:
    """Return one sentence per caution, without its full stop."""
    return [CAUTIONS[caution.code](caution.value) for caution in raised]
