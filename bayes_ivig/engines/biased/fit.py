"""The exact fit of a bias-adjusted model: axes refined until the numbers of the posterior stand still."""

from typing import NamedTuple

import numpy as np

from bayes_ivig.engines.biased.answers import BiasedAnswers
from bayes_ivig.engines.biased.axes import GROUPS, NOBODY, BiasAxes, Known, plan
from bayes_ivig.engines.biased.quantities import quantities, remarks
from bayes_ivig.engines.biased.sums import SUMMED, Sums
from bayes_ivig.engines.grid import accuracy, curves, data_priors, surface
from bayes_ivig.engines.grid.accuracy import Numbers
from bayes_ivig.engines.grid.axes import Axes, Fineness
from bayes_ivig.engines.grid.curves import Drawn
from bayes_ivig.engines.grid.propriety import follow
from bayes_ivig.engines.grid.surface import Surface
from bayes_ivig.errors import ModelError
from bayes_ivig.inputs.characteristics.covariates import flags_of
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.estimates.arrays import counts_of
from bayes_ivig.inputs.estimates.rows import AnyStudy
from bayes_ivig.inputs.model.covariates import BiasAdjusted
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.results.posterior.posterior import Posterior

type Studies = tuple[AnyStudy, ...]

MOST_CELLS = 25_000_000  # a few seconds
TOO_WIDE = (
    "the priors of mu and beta0 reach too far, for how precise these trials are, to be summed over; use ones "
    "with lighter tails, such as normal(0, 2.82) and normal(0, 0.5), or engine=NUTS(seed=1)"
)
FARTHEST = 1e3  # of a prior's tails, times as far as usual


def fit(dataset: Dataset, model: BiasAdjusted, tolerance: float, refinements: int) -> Posterior:
    """Return the posterior, its stated errors below ``tolerance`` posterior SDs after ``refinements`` at
    most; raises ``DataError`` and ``ModelError``.
    """
    two_arm = data_priors.resolve(dataset, model.two_arm)
    studies = curves.informative(dataset, two_arm)
    names = tuple(study.name for study in studies)
    flags = flags_of(dataset, names, model)
    fineness, further = dict.fromkeys(GROUPS, Fineness()), 1.0
    kinds = _kinds(studies, flags, two_arm)
    axes = plan(kinds.known, model, fineness, further)
    if axes.cells > MOST_CELLS:
        raise ModelError(f"{dataset.label}: {TOO_WIDE}")
    for attempt in range(refinements + 1):
        answers, rough = _twice(kinds, (model, two_arm), axes, fineness["theta"])
        bounds, too_large = errors_of(answers.sums, rough, tolerance)
        ends = answers.sums.at_the_ends
        wanted = 1.0 if ends <= tolerance else min(FARTHEST, max(map(follow, (model.mu, model.beta0))))
        if (not too_large and further >= wanted) or attempt == refinements:
            break
        further = max(further, wanted)
        fineness |= {group: fineness[group].finer() for group in too_large}
        axes = plan(kinds.known, model, fineness, further)
        if axes.cells > MOST_CELLS:  # what is there says how accurate it is
            break
    nodes = " x ".join(str(getattr(answers.axes, name).size) for name in SUMMED)
    return Posterior(
        dataset=dataset,
        model=model,
        engine="quadrature",
        settings=(("tolerance", f"{tolerance:g}"), ("nodes", nodes)),
        studies=names,
        answers=answers,
        log_marginal_likelihood=answers.sums.log_evidence,
        diagnostics=accuracy.diagnostics(bounds, ends, tolerance),
        quantities=quantities(names, flags),
        remarks=remarks(names, flags),
    )


def errors_of(fine: Sums, rough: Sums, tolerance: float) -> tuple[dict[str, float], set[str]]:
    """Return a bound of each number's error in posterior SDs, and the axes to refine for one below
    ``tolerance``; ``theta`` stands for both surfaces.

    ``rough`` has every second node of everything; see ``engines.grid.every_second_node``.
    """
    numbers, few = _numbers(fine), _numbers(fine.thinned(*SUMMED))
    summed, drawn = accuracy.distances(few, numbers), accuracy.distances(_numbers(rough), few)
    coarse = {"theta"} if max(drawn.values()) > tolerance else set()
    if max(summed.values()) > tolerance:
        alone = {name: accuracy.distances(_numbers(fine.thinned(name)), numbers) for name in SUMMED}
        worst = {name: max(bounds.values()) for name, bounds in alone.items()}
        coarse |= {name for name, bound in worst.items() if bound > min(tolerance, max(worst.values()) / 2)}
    return {name: bound + drawn[name] for name, bound in summed.items()}, coarse


def _numbers(sums: Sums) -> Numbers:
    """Return what is checked: the four parameters, P(OR > 1) and the log marginal likelihood."""
    marginals = {name: sums.marginal(name) for name in SUMMED}
    numbers = accuracy.numbers_of(dict(marginals))
    numbers["prob_or_gt_1"] = np.array([1.0, float(marginals["mu"].prob_above(0.0))])
    numbers["log_marginal_likelihood"] = np.array([accuracy.EVIDENCE, sums.log_evidence])
    return numbers


class Kinds(NamedTuple):
    """All studies with their flags, those of either kind, and what is known of them to plan by."""

    studies: Studies
    flags: tuple[bool, ...]
    each: tuple[Studies, Studies]
    known: Known


def _kinds(studies: Studies, flags: tuple[bool, ...], model: Model) -> Kinds:
    """Tell flagged and other studies apart."""
    each = [
        tuple(s for s, flag in zip(studies, flags, strict=True) if flag == kind) for kind in (False, True)
    ]
    known = [model.family.estimates(counts_of(kind)) if kind else NOBODY for kind in each]
    far = [curves.reach(counts_of(kind), model) if kind else 1.0 for kind in each]
    return Kinds(studies, flags, (each[0], each[1]), Known(known[0], known[1], (far[0], far[1])))


def _twice(
    kinds: Kinds, models: tuple[BiasAdjusted, Model], axes: BiasAxes, fineness: Fineness
) -> tuple[BiasedAnswers, Sums]:
    """Return the answers, and the sums with every second node of everything."""
    model, two_arm = models
    half = axes.halved(*BiasAxes._fields)
    built, totals = [], []
    for which, kind in enumerate(kinds.each):
        full = _surface(kind, two_arm, _axes(axes, which), fineness)
        built.append(full and full[0])
        totals.append(_total(full and _rough(*full, _axes(half, which)), _axes(half, which)))
    names = tuple(study.name for study in kinds.studies)
    answers = BiasedAnswers(names, kinds.flags, model, axes, built[0], built[1])
    return answers, Sums(half, totals[0], totals[1], model)


def _axes(axes: BiasAxes, which: int) -> Axes:
    """Return the axes of the surface of unflagged (0) or of flagged trials (1)."""
    return (Axes(axes.unflagged, axes.mu, axes.tau), Axes(axes.flagged, axes.m, axes.s))[which]


def _surface(studies: Studies, model: Model, axes: Axes, fineness: Fineness) -> tuple[Surface, Drawn] | None:
    """Return the surface of some studies, with their curves; None where there are none."""
    if not studies:
        return None
    counts = counts_of(studies)
    drawn = curves.drawn(counts, model, float(np.max(np.abs(axes.theta.x[[0, -1]]))), fineness)
    names, rows = tuple(study.name for study in studies), drawn.at(axes.theta.x)
    return surface.smoothed(Surface(names, model.family.estimates(counts), axes, rows, rows, None)), drawn


def _rough(built: Surface, drawn: Drawn, axes: Axes) -> Surface:
    """Return a surface from every second node of curves and baselines, on axes of every second node."""
    rows = drawn.at(axes.theta.x, roughly=True)
    return surface.smoothed(Surface(built.studies, built.estimates, axes, rows, rows, None))


def _total(built: Surface | None, axes: Axes) -> np.ndarray:
    tau = axes.tau
    assert tau is not None
    return np.zeros((axes.mu.size, tau.size)) if built is None else built.total()
