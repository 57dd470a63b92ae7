"""Surfaces for readers of a report, who bring their own prior and choose their own trials."""

from dataclasses import replace

import numpy as np

from bayes_ivig.engines.further.explorable import shared_axes, surface_on
from bayes_ivig.engines.grid.curves import informative
from bayes_ivig.engines.grid.surface import Surface
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.estimates.arrays import counts_of
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.likelihoods.registry import every
from bayes_ivig.likelihoods.scales import ODDS_RATIO
from bayes_ivig.priors.families import Normal
from bayes_ivig.results.reanalysis.explorer import MOST_CENTRE, SDS, Array, ExplorerOutcome, LikelihoodTable

OTHER_BASELINE = Normal(0, 2.5)
MOST_NUMBERS = 700_000  # embedded in one page; a surface of nine studies has some 90,000


def explorer_outcome(dataset: Dataset, model: Model) -> ExplorerOutcome | None:
    """Return the surfaces of one outcome under every likelihood a reader may choose.

    Likelihoods are left out, the last first, while their numbers would be more than a page should hold; None
    where even one would. ``dataset`` holds all trials. Raises ``DataError`` when no study carries
    information.
    """
    models = _models(dataset, replace(model, effects="random"))
    axes = shared_axes(dataset, models[0], (MOST_CENTRE, SDS[0]))
    assert axes.tau is not None
    room = MOST_NUMBERS // (len(informative(dataset, models[0])) * axes.mu.size * (axes.tau.size + 1))
    if room < 1:
        return None
    built = [surface_on(axes, dataset, one) for one in models[:room]]
    y, s = ODDS_RATIO.estimates(counts_of(dataset.studies))
    known = np.array([study.estimable for study in dataset.studies])
    return ExplorerOutcome(
        name=dataset.outcome,
        studies=dataset.study_names,
        estimates=(np.where(known, y, np.nan), np.where(known, s, np.nan)),
        trial_sets=tuple(dataset.trial_sets.items()),
        mu=axes.mu,
        tau=axes.tau,
        tables=tuple(_table(dataset, one, surface) for one, surface in zip(models, built, strict=False)),
        left_out=tuple((one.likelihood, _alpha(one), _baseline(one)) for one in models[room:]),
    )


def _models(dataset: Dataset, model: Model) -> list[Model]:
    """Return the likelihoods to embed, the one under which most studies carry information first."""
    informative = any(study.informative for study in dataset.studies)
    offered = [one for one in every() if one.variants or one.name == model.likelihood]
    heard = [replace(model, likelihood=one.name) for one in offered if informative or one.keeps_uninformative]
    both = ([one, replace(one, alpha=OTHER_BASELINE)] if one.has_baseline else [one] for one in heard)
    return sorted((one for pair in both for one in pair), key=lambda one: not one.family.keeps_uninformative)


def _table(dataset: Dataset, model: Model, surface: Surface) -> LikelihoodTable:
    """Lay a surface out over all studies of the dataset, zeros where one says nothing."""
    places = [dataset.study_names.index(name) for name in surface.studies]
    informative = np.zeros(len(dataset), bool)
    informative[places] = True
    return LikelihoodTable(
        model.likelihood,
        _baseline(model),
        _alpha(model),
        informative,
        _spread(surface.common, places, len(dataset)),
        _spread(surface.each, places, len(dataset)),
    )


def _alpha(model: Model) -> str:
    """Return the prior of the baseline; empty for a likelihood without one."""
    return str(model.alpha) if model.has_baseline else ""


def _baseline(model: Model) -> str:
    """Return where the baseline stands; empty for a likelihood without one."""
    return model.baseline if model.has_baseline else ""


def _spread(rows: Array, places: list[int], size: int) -> Array:
    wide = np.zeros((size, *rows.shape[1:]))
    wide[places] = rows
    return wide
