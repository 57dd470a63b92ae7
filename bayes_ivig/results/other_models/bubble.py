"""What a bubble plot of a regression shows: trials by a column and their own effect, and the band of the
posterior through them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.errors import DataError, ModelError, quoted, suggestion
from bayes_ivig.inputs.characteristics.covariates import Categorical, Design, column, design_of, number_of
from bayes_ivig.inputs.estimates.arrays import effects_of
from bayes_ivig.inputs.model.covariates import MetaRegression, Value
from bayes_ivig.measures import Measure
from bayes_ivig.results.other_models.regression import effects_at
from bayes_ivig.results.posterior.posterior import Posterior

type Array = NDArray[np.float64]

NODES, DRAWN = 17, 65  # places across numbers at which the posterior is asked, and at which a band is drawn


@dataclass(frozen=True)
class Bubble:
    """A trial: where it stands across, its own effect and standard error on the scale of the model, and its
    weight 1 / (s^2 + tau^2), tau at its posterior median, as a share of the largest; ``line`` is its band.
    """

    study: str
    x: float
    y: float
    standard_error: float
    weight: float
    line: int


@dataclass(frozen=True)
class Band:
    """Median and credible limits of the effect across, and those of one new trial, on the scale of the model;
    ``label`` names the class that it is of, where there are several bands.
    """

    label: str
    x: Array
    median: Array
    lower: Array
    upper: Array
    new_lower: Array
    new_upper: Array

    def between(self) -> "Band":
        """Return the band at more places, a cubic spline through those that the posterior was asked at."""
        from scipy.interpolate import CubicSpline

        parts = (self.median, self.lower, self.upper, self.new_lower, self.new_upper)
        x = np.linspace(float(self.x[0]), float(self.x[-1]), DRAWN)
        return Band(self.label, x, *(np.asarray(CubicSpline(self.x, part)(x)) for part in parts))


@dataclass(frozen=True)
class Bubbles:
    """Trials and bands by one covariate. ``levels`` are the classes of one that has them, which stand at 0,
    1, 2 and so on; ``held`` the other covariates and the values at which the bands have them.
    """

    posterior: Posterior
    by: str
    level: float
    levels: tuple[str, ...]
    held: tuple[tuple[str, Value], ...]
    trials: tuple[Bubble, ...]
    bands: tuple[Band, ...]
    silent: tuple[str, ...]

    @property
    def measure(self) -> Measure:
        """The effect measure."""
        return self.posterior.measure


def bubbles(posterior: Posterior, by: str, level: float, at: Mapping[str, Value]) -> Bubbles:
    """Return trials and bands by a covariate of a meta-regression, other covariates at their reference or as
    ``at`` has them, a band for each class that the covariate interacts with.

    Trials whose counts alone cannot tell the arms apart are ``silent``, and have no bubble. Raises
    ``ModelError`` for a posterior of another kind and for what is no covariate of it.
    """
    design = _design(posterior)
    covariates = {each.name: each for each in design.covariates}
    own = covariates.get(by)
    if own is None:
        raise ModelError(
            f"plot.bubble: no covariate {quoted(by)}{suggestion(str(by), covariates)} in the model; "
            f"there are {', '.join(covariates)}"
        )
    if by in at:
        raise ModelError(f"plot.bubble: {by} is what stands across; leave it out of at")
    split = _split_by(design, by, at)
    lines = (split.reference, *split.others) if split else ("",)
    levels = (own.reference, *own.others) if isinstance(own, Categorical) else ()
    trials, silent = _trials(posterior, by, levels, (split.name, lines) if split else None)
    across = np.arange(len(levels), dtype=float) if levels else _nodes([each.x for each in trials])
    bands = tuple(
        _band(
            posterior,
            level,
            line,
            across,
            [{by: x, **at, **({split.name: line} if split else {})} for x in xs],
        )
        for line in lines
        for xs in [levels or across.tolist()]
    )
    others = {name: each.reference for name, each in covariates.items() if name != by}
    held = {name: value for name, value in (others | dict(at)).items() if split is None or name != split.name}
    return Bubbles(posterior, by, level, levels, tuple(held.items()), trials, bands, silent)


def covariates_of(posterior: Posterior) -> tuple[str, ...]:
    """Return the names of the covariates of a meta-regression."""
    return tuple(each.name for each in _design(posterior).covariates)


def _design(posterior: Posterior) -> Design:
    if not isinstance(posterior.model, MetaRegression):
        kind = type(posterior.model).__name__
        raise ModelError(f"plot.bubble: needs the posterior of a MetaRegression; found one of {kind}")
    return design_of(posterior.dataset, posterior.studies, posterior.model)


def _split_by(design: Design, by: str, at: Mapping[str, Value]) -> Categorical | None:
    """Return the classes that a covariate interacts with, so that each has a band of its own."""
    for pair in design.interactions:
        names = (pair.first.name, pair.second.name)
        other = pair.second if by == names[0] else pair.first
        if by in names and isinstance(other, Categorical) and other.name not in at:
            return other
    return None


def _trials(
    posterior: Posterior, by: str, levels: Sequence[str], split: tuple[str, tuple[str, ...]] | None
) -> tuple[tuple[Bubble, ...], tuple[str, ...]]:
    """Return the trials that are drawn, in the order of the table, and the names of those that are not."""
    dataset, silent = posterior.dataset, set(posterior.uninformative)
    named = {study.name: study for study in dataset.studies}
    drawn = [name for name in posterior.studies if name not in silent]
    if not drawn:
        raise DataError(f"{dataset.label}: no trial can tell the arms apart, so there is none to draw")
    y, s = effects_of([named[name] for name in drawn], posterior.measure)
    cells = dict(zip(posterior.studies, column(dataset, by, posterior.studies), strict=True))
    places = [_place(cells[name], levels) for name in drawn]
    if levels:
        places = _apart(places)
    line = [0] * len(drawn)
    if split is not None:
        own = dict(zip(posterior.studies, column(dataset, split[0], posterior.studies), strict=True))
        line = [split[1].index(own[name]) for name in drawn]
    weight = 1 / (s**2 + posterior["tau"].median ** 2)
    shares = (weight / weight.max()).tolist()
    rows = zip(drawn, places, y.tolist(), s.tolist(), shares, line, strict=True)
    return tuple(Bubble(*row) for row in rows), tuple(
        each for each in dataset.study_names if each not in drawn
    )


def _place(cell: str, levels: Sequence[str]) -> float:
    return float(levels.index(cell)) if levels else float(number_of(cell) or 0.0)


def _apart(places: Sequence[float]) -> list[float]:
    """Return the places of trials of classes, those of one class side by side in their order."""
    found = []
    for i, place in enumerate(places):
        count, before = places.count(place), places[:i].count(place)
        found.append(place + 0.56 * ((before + 0.5) / count - 0.5))
    return found


def _nodes(places: Sequence[float]) -> Array:
    return np.linspace(min(places), max(places), NODES)


def _band(
    posterior: Posterior, level: float, label: str, across: Array, values: Sequence[Mapping[str, Value]]
) -> Band:
    ends = [(1 - level) / 2, 0.5, (1 + level) / 2]
    there = [effects_at(posterior, each) for each in values]
    own = np.array([each.effect.quantile(ends) for each in there])
    new = np.array([each.new.quantile(ends) for each in there])
    return Band(label, across, own[:, 1], own[:, 0], own[:, 2], new[:, 0], new[:, 2])
