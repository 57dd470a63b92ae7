"""``how_much_prior``: the priors at which a conclusion turns, beside the closed form,
and what else carries it.
"""

from dataclasses import replace

import numpy as np

from bayes_ivig.analyses.tipping import points as tips
from bayes_ivig.analyses.tipping.closed_form import credibility
from bayes_ivig.analyses.tipping.fragility import bayesian_fragility
from bayes_ivig.analyses.tipping.power_scaling import power_scaling
from bayes_ivig.engines.further import tipping
from bayes_ivig.engines.further.tipping import Line
from bayes_ivig.engines.grid.answers import GridAnswers
from bayes_ivig.errors import ModelError
from bayes_ivig.formulas.ties import settled_one
from bayes_ivig.frequentist.pooling import pool
from bayes_ivig.inputs.counts.design_effects import unmovable
from bayes_ivig.kinds.checked import checked
from bayes_ivig.measures import OR
from bayes_ivig.results.pooled import PooledEstimate
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome
from bayes_ivig.results.tipping.credibility import Credibility
from bayes_ivig.results.tipping.how_much_prior import HowMuchPrior, Missing
from bayes_ivig.results.tipping.points import Conclusion, TippingGrid, TippingPoint

USUAL_LEVEL = 0.95


@checked
def how_much_prior(
    posterior: Posterior, conclusion: Conclusion | None = None, *, pooled: PooledEstimate | None = None
) -> HowMuchPrior:
    """Return how much prior it takes to turn a conclusion about the pooled effect,
    or to reach one that does not hold.

    ``conclusion`` is by default that the odds ratio is on the side of 1 where its median is, with probability
    0.975. Sceptical priors are normal around the odds ratio of the conclusion. Where it does not hold, the
    advocating priors are normal(z s, s) from there, P(z) its probability: they reach it by themselves,
    whatever s (Matthews 2018, R Soc Open Sci 5:171047, on the whole model). ``pooled`` is the estimate the
    closed form is for, by default ``pool(..., method="revman-random")``, by ``"dl"`` of estimates and of
    other measures than odds ratios. Raises ``ModelError`` for sampled
    posteriors and models without priors on mu and tau.

    >>> import bayes_ivig as bi
    >>> bi.tipping.how_much_prior(bi.fit(bi.load_dataset("my.csv")))
    HowMuchPrior(my, k=4): P(OR < 1) >= 0.975 holds, being 0.9947
    """
    tips.require_two_arms(posterior)
    if not isinstance(posterior.answers, GridAnswers):
        raise ModelError(f"how_much_prior: not for the {posterior.engine} engine; fit with Quadrature()")
    conclusion = conclusion or tips.stated(posterior)
    level = 2 * conclusion.probability - 1 if conclusion.probability > 0.5 else USUAL_LEVEL
    pooled = pooled or _pooled(posterior)
    closed, missing = _closed_form(pooled, conclusion, level)
    points, grid = _tipping(posterior, conclusion, level)
    return HowMuchPrior(
        posterior=posterior,
        conclusion=conclusion,
        level=level,
        mu=points["mu"],
        advocate=points.get("advocate"),
        tau=points.get("tau"),
        grid=grid,
        pooled=pooled,
        credibility=closed,
        missing=missing,
        power=power_scaling(posterior, ("mu", "tau")),
        fragility=None if unmovable(posterior.dataset) else bayesian_fragility(posterior, conclusion),
    )


def _pooled(posterior: Posterior) -> PooledEstimate:
    """Return the classical estimate of the same measure: Review Manager's of odds ratios from counts."""
    dataset, measure = posterior.dataset, posterior.measure
    if measure is OR and not dataset.estimated:
        return pool(dataset, method="revman-random")
    return pool(dataset, method="dl", measure=measure.code)


def with_how_much_prior(outcome: CountsOutcome) -> CountsOutcome:
    """Return an outcome with how much prior its conclusion takes:
    that of the published trials, asked of all trials too.

    Nothing is asked of a complement, of a set that is the published one again, and of data so precise that
    the answer takes long and no prior of the usual scales matters.
    """
    first = outcome.trial_set(outcome.published_trials)
    if outcome.about.complement_of or tipping.precise(first.posterior):
        return outcome
    asked = how_much_prior(first.posterior, pooled=outcome.as_published)
    answers = [(first.trials, asked)]
    whole = outcome.trial_set("all")
    if set(whole.dataset.study_names) != set(first.dataset.study_names) and not tipping.precise(
        whole.posterior
    ):
        answers.append((whole.trials, how_much_prior(whole.posterior, asked.conclusion, pooled=whole.pooled)))
    return replace(outcome, how_much_prior=tuple(answers))


def _tipping(
    posterior: Posterior, conclusion: Conclusion, level: float
) -> tuple[dict[str, TippingPoint], TippingGrid | None]:
    """Ask everything about priors at once: both lines, the advocates' where the conclusion does not hold,
    and the grid.
    """
    centre = conclusion.modelled
    width = tips.unit(posterior)
    wide = {name: (low * width, high * width) for name, (low, high) in tips.LOOKED_AT.items()}
    lines = {"mu": Line("mu", wide["mu"], centre)}
    if not conclusion.reached(conclusion.chance(posterior)) and conclusion.z > 0:
        lines["advocate"] = Line(
            "mu", wide["mu"], centre, conclusion.z if conclusion.side == "above" else -conclusion.z
        )
    drawn = None
    if posterior.model.heterogeneous:
        lines["tau"] = Line("tau", wide["tau"])
        drawn = (*tips.grid_scales(posterior, centre), centre)
    parts = [line.pairs(posterior.model, line.scales) for line in lines.values()]
    parts += [tips.grid_pairs(*drawn)] if drawn else []
    answers = tipping.answers(posterior, [pair for part in parts for pair in part], conclusion, level)
    ends = np.cumsum([len(part) for part in parts])[:-1]
    chances, limits = (np.split(values, ends) for values in answers)
    points = tipping.turned(posterior, [*lines.values()], chances[: len(lines)], conclusion)
    grid = tips.grid_of(posterior, drawn, (chances[-1], limits[-1]), conclusion, level) if drawn else None
    return dict(zip(lines, points, strict=True)), grid


def _closed_form(
    pooled: PooledEstimate, conclusion: Conclusion, level: float
) -> tuple[Credibility | None, Missing]:
    """Return the analysis of credibility of the estimate, measured from the line; else why there is none."""
    if conclusion.probability <= 0.5:
        return None, "no level"
    if pooled.estimate is None or not pooled.standard_error:
        return None, "no estimate"
    beyond = pooled.estimate - conclusion.modelled
    if (beyond > 0) != (conclusion.side == "above") and settled_one(beyond / pooled.standard_error):
        return None, "other side"
    closed = credibility(beyond, pooled.standard_error, level=level)
    if closed.sceptical_sd is None and closed.advocacy_limit is None:
        return None, "no side"
    return closed, ""
