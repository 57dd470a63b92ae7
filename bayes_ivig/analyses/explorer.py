"""Surfaces for readers of a report, who bring their own prior and choose their own trials."""

from dataclasses import replace

import numpy as np

from bayes_ivig.engines.curves import counts_of, estimates
from bayes_ivig.engines.explorable import shared_surfaces
from bayes_ivig.engines.surface import Surface
from bayes_ivig.inputs.dataset import Dataset
from bayes_ivig.inputs.model import Likelihood, Model
from bayes_ivig.priors.families import Normal
from bayes_ivig.results.explorer import MOST_CENTRE, SDS, Array, ExplorerOutcome, LikelihoodTable

OTHER_BASELINE = Normal(0, 2.5)
MOST_NUMBERS = 700_000  # embedded in one page; a surface of nine studies has some 40,000


def explorer_outcome(dataset: Dataset, model: Model) -> ExplorerOutcome | None:
    """Return the surfaces of one outcome under every likelihood a reader may choose.

    Likelihoods are left out, the last first, while their numbers would be more than a page should hold; None where even one
    would. ``dataset`` holds all trials. Raises ``DataError`` when no study carries information.
    """
    models = _models(dataset, replace(model, effects="random"))
    built = shared_surfaces(dataset, models[:1], (MOST_CENTRE, SDS[0]))
    size = built[0].common.size * (1 + _random(built[0]).shape[2])
    room = MOST_NUMBERS // size
    if room < 1:
        return None
    built = shared_surfaces(dataset, models[:room], (MOST_CENTRE, SDS[0]))
    axes = built[0].axes
    assert axes.tau is not None
    y, s = estimates(counts_of(dataset.studies))
    known = np.array([study.estimable for study in dataset.studies])
    return ExplorerOutcome(
        name=dataset.outcome,
        studies=dataset.study_names,
        estimates=(np.where(known, y, np.nan), np.where(known, s, np.nan)),
        trial_sets=tuple(dataset.trial_sets.items()),
        mu=axes.mu,
        tau=axes.tau,
        tables=tuple(_table(dataset, one, found) for one, found in zip(models, built, strict=False)),
    )


def _models(dataset: Dataset, model: Model) -> list[Model]:
    """Return the likelihoods to embed, the one under which most studies carry information first."""
    binomial = replace(model, likelihood="binomial")
    others: tuple[Likelihood, ...] = ("hypergeometric", "normal")
    mixed = any(0 < s.treatment_events + s.control_events < s.treatment_total + s.control_total for s in dataset.studies)
    conditional = [replace(model, likelihood=one) for one in others] if mixed else []
    return [binomial, replace(binomial, alpha=OTHER_BASELINE), *conditional]


def _table(dataset: Dataset, model: Model, found: Surface) -> LikelihoodTable:
    """Lay a surface out over all studies of the dataset, zeros where one says nothing."""
    places = [dataset.study_names.index(name) for name in found.studies]
    informative = np.zeros(len(dataset), bool)
    informative[places] = True
    alpha = str(model.alpha) if model.likelihood == "binomial" else ""
    return LikelihoodTable(
        model.likelihood,
        alpha,
        informative,
        _spread(found.common, places, len(dataset)),
        _spread(_random(found), places, len(dataset)),
    )


def _random(found: Surface) -> Array:
    assert found.random is not None
    return found.random


def _spread(rows: Array, places: list[int], size: int) -> Array:
    wide = np.zeros((size, *rows.shape[1:]))
    wide[places] = rows
    return wide
