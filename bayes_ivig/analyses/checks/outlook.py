"""``with_checks``: every study of an outcome beside what the others foretell of it,
exactly, without draws.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from bayes_ivig.analyses.checks.predictive import LEVELS, prior_quantities
from bayes_ivig.engines.further.outlook import Outlook, chance_of_so_small, outlook, smallest_p
from bayes_ivig.engines.grid import data_priors
from bayes_ivig.engines.grid.answers import GridAnswers
from bayes_ivig.errors import DataError, ModelError
from bayes_ivig.formulas.conditional import two_sided
from bayes_ivig.inputs.counts.study import Study
from bayes_ivig.inputs.estimates.rows import AnyStudy
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.likelihoods.scales import ODDS_RATIO
from bayes_ivig.results.checks.outlook import ForeseenStudy, OutcomeChecks, TrialSetCheck
from bayes_ivig.results.checks.predictive import Foretold
from bayes_ivig.results.draws.replicates import improper_priors
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, SummaryOutcome

OTHER_SCALE = "not worked out for counts on this scale"
NO_CHOICE = "given its total of events the study had no choice"
NO_OTHERS = "the posterior of the others does not exist"
MOST = 60  # studies up to which each is left out: beyond it takes seconds

type Prior = tuple[Foretold, ...]


def foreseen_studies(posterior: Posterior, *, level: float = 0.95) -> TrialSetCheck:
    """Return every informative study beside its predictive distribution given the others,
    and given all of them.

    A new effect is taken from Normal(mu, tau^2), or the model's Student-t, under the posterior of the other
    studies (Marshall & Spiegelhalter 2007, Bayesian Anal 2:409), and under that of all studies (mixed
    replicates: the same, 2003, Stat Med 22:1649). The study keeps its totals and all its events, so that its
    baseline drops out; under a normal likelihood it keeps its standard error. All numbers are sums over
    grids. A prior on tau that depends on the data is that of the others. Raises ``ModelError`` for other
    models and engines, for studies that count in part, and for fewer than two informative studies.
    """
    answers = posterior.answers
    if not isinstance(posterior.model, Model) or not isinstance(answers, GridAnswers) or posterior.weights:
        raise ModelError(
            "foreseen_studies: for Quadrature() posteriors of two-arm models in "
            "which all studies count in full"
        )
    if posterior.k < 2:
        raise ModelError(
            "foreseen_studies: one informative study has no others to foresee it; "
            "bayes-ivig check tells of it"
        )
    studies = [_foreseen(posterior, answers, i, level) for i in range(posterior.k)]
    rows, outlooks = tuple(row for row, _ in studies), [each for _, each in studies]
    replicated = [_outlook(posterior, answers, i, answers) for i in range(posterior.k)]
    densities = [row.log_predictive_density for row in rows]
    smallest = smallest_p(replicated)
    limits = [(row.lower, row.upper) for row in rows]
    expected = (each.outside(*ends) for each, ends in zip(outlooks, limits, strict=True) if each is not None)  # type: ignore[arg-type]
    return TrialSetCheck(
        trials=posterior.dataset.selection,
        likelihood=posterior.model.likelihood,
        level=level,
        rows=tuple(replace(row, replicated_p=_p(each)) for row, each in zip(rows, replicated, strict=True)),
        outside=sum(row.outside for row in rows),
        expected_outside=sum(expected),
        smallest_p_chance=None if smallest is None else chance_of_so_small(answers, replicated, smallest),
        log_predictive_density=None
        if None in densities
        else sum(each for each in densities if each is not None),
    )


def with_checks(
    outcomes: Sequence[CountsOutcome | SummaryOutcome],
) -> tuple[CountsOutcome | SummaryOutcome, ...]:
    """Return the outcomes of one reference model, those with counts of their own with checks of it."""
    known: dict[Model, Prior] = {}
    return tuple(_checked(each, known) if isinstance(each, CountsOutcome) else each for each in outcomes)


def _checked(outcome: CountsOutcome, known: dict[Model, Prior]) -> CountsOutcome:
    if outcome.about.complement_of:
        return outcome
    sets = [outcome.trial_set(name) for name in dict.fromkeys((outcome.published_trials, "all"))]
    if len({result.dataset.study_names for result in sets}) == 1:
        sets = sets[:1]
    checked = tuple(
        replace(foreseen_studies(result.posterior), trials=result.trials)
        for result in sets
        if isinstance(result.posterior.answers, GridAnswers) and 1 < result.posterior.k <= MOST
    )
    first = sets[0].posterior
    model = data_priors.resolve(first.dataset, first.model)
    if model not in known:
        known[model] = () if improper_priors(model) else prior_quantities(model)
    return replace(outcome, checks=OutcomeChecks(known[model], LEVELS, checked))


def _foreseen(
    posterior: Posterior, answers: GridAnswers, i: int, level: float
) -> tuple[ForeseenStudy, Outlook | None]:
    """Return one study with what the others foretell of it."""
    name = answers.surface.studies[i]
    estimate = float(answers.surface.estimates[0][i])
    study = _study(posterior, name)
    seen: tuple[Any, ...] = (estimate, None, None)
    if not posterior.model.uses_estimates and isinstance(study, Study):
        r1, n1, r0, _ = study.cells
        seen = float(r1), n1, r1 + r0
    bare = ForeseenStudy(name, *seen)
    try:
        others = posterior.without(name)
    except (ModelError, DataError) as error:
        return replace(bare, note=NO_OTHERS if improper_priors(posterior.model) else str(error)), None
    assert isinstance(others.answers, GridAnswers)
    density = _density(posterior, others)
    outlook = _outlook(posterior, answers, i, others.answers)
    if outlook is None:
        other = posterior.model.family.scale is not ODDS_RATIO
        return replace(bare, log_predictive_density=density, note=OTHER_SCALE if other else NO_CHOICE), None
    quantiles = outlook.quantiles(np.array([(1 - level) / 2, 0.25, 0.75, (1 + level) / 2]))
    lower, quarter, three_quarters, upper = (float(value) for value in quantiles)
    row = replace(
        bare,
        expected=outlook.expected,
        lower=lower,
        quarter=quarter,
        three_quarters=three_quarters,
        upper=upper,
        prob_below=outlook.below,
        p_value=_p(outlook),
        log_predictive_density=density,
    )
    return row, outlook


def _outlook(posterior: Posterior, answers: GridAnswers, i: int, given: GridAnswers) -> Outlook | None:
    """Return what a posterior foretells of the i-th study."""
    y, s = (float(part[i]) for part in answers.surface.estimates)
    return outlook(given, _study(posterior, answers.surface.studies[i]), (y, s), posterior.model)


def _study(posterior: Posterior, name: str) -> AnyStudy:
    return next(study for study in posterior.dataset.studies if study.name == name)


def _p(outlook: Outlook | None) -> float | None:
    return None if outlook is None else two_sided(outlook.below)


def _density(posterior: Posterior, others: Posterior) -> float | None:
    """Return the log predictive density of what the others are without:
    a ratio of marginal likelihoods under one prior.
    """
    whole, part = posterior.log_marginal_likelihood, others.log_marginal_likelihood
    if whole is None or part is None or others.model != posterior.model:
        return None
    return whole - part
