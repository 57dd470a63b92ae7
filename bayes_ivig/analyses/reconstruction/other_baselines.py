"""The answer over reconstructed tables under other baselines:
how far the tables' weights, and the answer, rest on them.
"""

import itertools
import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from bayes_ivig.analyses.reconstruction.kept_tables import kept_tables
from bayes_ivig.analyses.reconstruction.posterior import reconstruction_posterior
from bayes_ivig.inputs.counts.case import Source
from bayes_ivig.inputs.counts.description import About
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.inputs.paper.claims import Claim
from bayes_ivig.likelihoods.baselines import CONTROL, MIDPOINT
from bayes_ivig.likelihoods.registry import every
from bayes_ivig.priors.families import Normal
from bayes_ivig.results.reconstruction.posterior import ReconstructionPosterior, TablesUnder

# of the baseline prior: next to flat, weakly informative, near the spread of risks between trials
SDS = (10.0, 2.5, 1.5)


def other_baselines(source: Source, about: About, claim: Claim, model: Model) -> tuple[TablesUnder, ...]:
    """Return the answer of every reading with the baseline at the midpoint and on the control arm,
    each under ``SDS``.

    Likelihoods of counts without a baseline come last; their weights are given each study's total of events.
    Priors of mu and tau are the model's, the counts among their own denominators. Empty where there are no
    feasible tables, and under a likelihood of estimates, which gives no probability of counts.
    """
    if not about.feasible or model.uses_estimates:
        return ()
    table, kept = kept_tables(source, about, claim)
    events = np.concatenate(list(kept.values()))
    edges = np.cumsum([0, *(len(each) for each in kept.values())])
    rows: list[TablesUnder] = []
    for each in _models(model):
        fitted = reconstruction_posterior((table, events), each, denominators=about.denominator)
        for i, code in enumerate(kept):
            inside = np.zeros(len(events), bool)
            inside[edges[i] : edges[i + 1]] = True
            rows += [_row(code, fitted.subset(inside))] if inside.any() else []
    return tuple(rows)


def _models(model: Model) -> Iterator[Model]:
    """Yield the baselines that are set side by side, the priors of mu and tau and the effects as stated."""
    bare = replace(model, name="", title="", notes=())
    for one in sorted(
        (one for one in every() if one.variants and not one.uses_estimates),
        key=lambda one: not one.has_baseline,
    ):
        if one.has_baseline:
            for place, sd in itertools.product((MIDPOINT, CONTROL), SDS):
                yield replace(bare, likelihood=one.name, baseline=place.name, alpha=Normal(0, sd))
        else:
            yield replace(bare, likelihood=one.name)


def _row(code: str, posterior: ReconstructionPosterior) -> TablesUnder:
    return TablesUnder(
        code,
        posterior.model,
        len(posterior),
        posterior.effective("evidence"),
        _numbers(posterior, "evidence"),
        _numbers(posterior, "uniform"),
    )


def _numbers(posterior: ReconstructionPosterior, kind: str) -> tuple[float, float, float, float]:
    """Return median, lower and upper limit of the odds ratio, and P(OR > 1)."""
    marginal = posterior.averaged(kind)
    median, lower, upper = (math.exp(float(marginal.quantile(p))) for p in (0.5, 0.025, 0.975))
    return median, lower, upper, float(marginal.prob_above(0.0))
