"""Many posteriors from one likelihood surface: thousands of priors, or every subset of the trials,
by sums of arrays.

Each case gets the numbers that a plain ``fit`` of the same question gives, with a numerical error stated for
it. A case that the shared grid does not serve (a prior far narrower than its steps, for instance) shows in
that error, and is computed again on a grid of its own.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.bulk import plain_fits
from bayes_ivig.engines.bulk.answers import GAINS, Answers, Progress, Questions, Task
from bayes_ivig.engines.bulk.in_turn import InTurn
from bayes_ivig.engines.bulk.priors import distinct, log_densities, representatives
from bayes_ivig.engines.bulk.solving import TOLERANCE, solved
from bayes_ivig.engines.bulk.sums import PriorPairs, StudyWeights
from bayes_ivig.engines.grid import data_priors, propriety
from bayes_ivig.engines.grid import null_model as null
from bayes_ivig.engines.grid.axes import Fineness, plan
from bayes_ivig.engines.grid.curves import informative, log_curves, reach
from bayes_ivig.engines.grid.limits import log_shares
from bayes_ivig.engines.grid.smoothing import smooth
from bayes_ivig.errors import ModelError, report_all
from bayes_ivig.formulas.interpolation import log_sum
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.estimates.arrays import counts_of
from bayes_ivig.inputs.model.on_scale import unfit
from bayes_ivig.inputs.model.scale import measure_in_force, on_measure
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.measures import Measure
from bayes_ivig.priors.composite import Prior, waits
from bayes_ivig.priors.families import Normal
from bayes_ivig.priors.limits import between

type Array = NDArray[np.float64]
type Index = NDArray[np.intp]

AT_ZERO = Normal(0.0, 1e-3)  # only to place the nodes


def over_priors(
    dataset: Dataset,
    model: Model,
    pairs: Sequence[tuple[Prior, Prior]],
    asked: Questions | None = None,
    progress: Progress | None = None,
) -> Answers:
    """Return the answers under every pair of priors on mu and tau; the model's own two are not used.

    Raises ``DataError`` where no study carries information and ``ModelError``
    where a posterior does not exist.
    """
    model = on_measure(dataset, model, own_priors=False)
    _require_made_for(pairs, measure_in_force(dataset, model))
    task = Task(dataset, model, asked or Questions(), progress)
    if (limits := model.family.scale.limits) is not None:
        pairs = [(between(mu, limits), tau) for mu, tau in pairs]
    known = resolved(dataset, model, pairs)
    answers = Answers.empty(len(pairs), task.asked)
    for which in _groups(known, model.heterogeneous):
        cases = PriorPairs.of([known[i] for i in which], model.heterogeneous)
        answers.put(which, solved(task, cases))
    plain_fits.mended(task, known, answers)
    return answers


def resolved(
    dataset: Dataset, model: Model, pairs: Sequence[tuple[Prior, Prior]]
) -> list[tuple[Prior, Prior]]:
    """Fill in priors that depend on the data, and refuse pairs under which the posterior does not exist."""
    model = on_measure(dataset, model, own_priors=False)
    filled = {
        tau: data_priors.resolve(dataset, replace(model, tau=tau)).tau if waits(tau) else tau
        for tau in dict.fromkeys(tau for _, tau in pairs)
    }
    known = [(mu, filled[tau]) for mu, tau in pairs]
    for mu, tau in dict.fromkeys(known):
        if not (mu.proper and tau.proper):
            propriety.require(dataset, replace(model, mu=mu, tau=tau))
    return known


def _require_made_for(pairs: Sequence[tuple[Prior, Prior]], measure: Measure) -> None:
    """Raise ``ModelError`` for a prior that was made for another measure."""
    named = dict.fromkeys(each for pair in pairs for each in zip(("mu", "tau"), pair, strict=True))
    report_all([wrong for name, prior in named if (wrong := unfit(name, prior, measure))], ModelError)


def _groups(pairs: Sequence[tuple[Prior, Prior]], heterogeneous: bool) -> list[Index]:
    """Sort cases by the limits of their priors: a density that ends
    at a limit needs a grid that ends there.
    """
    groups: dict[object, list[int]] = {}
    for i, (mu, tau) in enumerate(pairs):
        key = (mu.support, mu.proper, tau.support if heterogeneous else None, tau.proper or not heterogeneous)
        groups.setdefault(key, []).append(i)
    return [np.array(which, np.intp) for which in groups.values()]


def over_weights(
    dataset: Dataset,
    model: Model,
    weights: Array,
    asked: Questions | None = None,
    progress: Progress | None = None,
) -> Answers:
    """Return the answers for every row of study weights in [0, 1], shape (N,
    studies of the dataset) in their order.

    A weight of 1 counts a study in full, 0 leaves it out: with zeros and ones, every subset of the trials.
    Priors that depend on the data depend on the studies with weight. Rows in which no study carries
    information, or whose posterior does not exist under an improper prior, are NaN throughout. Raises
    ``DataError`` and ``ModelError`` where all of them are.
    """
    model = on_measure(dataset, model)
    task = Task(dataset, model, asked or Questions(), progress)
    names = [study.name for study in informative(dataset, model)]
    inside = np.isin(dataset.study_names, names)
    kept = np.asarray(weights, float)[:, inside]
    answers = Answers.empty(len(kept), task.asked)
    which, tau = _possible(dataset, model, kept, inside)
    if which.size:
        tau = tau if model.heterogeneous else ()
        in_turn = InTurn.of(kept[which], model.mu, tau)
        answers.put(which, solved(task, in_turn or StudyWeights(kept[which], model.mu, tau)))
    return answers


def _possible(
    dataset: Dataset, model: Model, kept: Array, inside: NDArray[np.bool_]
) -> tuple[Index, tuple[Prior, ...]]:
    """Return the rows that have a posterior, and the prior on tau:
    one for all, or one for each where it depends on data.
    """
    which = np.flatnonzero((kept > 0).any(axis=1))
    depends = waits(model.tau) and model.heterogeneous
    improper = not (model.mu.proper and (model.tau.proper or not model.heterogeneous))
    if not (depends or improper):
        return which, (model.tau,)
    studies = [study for study, yes in zip(dataset.studies, inside, strict=True) if yes]
    rows, priors = [], []
    for i in which:
        part = replace(
            dataset, studies=tuple(s for s, w in zip(studies, kept[i], strict=True) if w > 0), columns=()
        )
        resolved = data_priors.resolve(part, model)
        try:
            propriety.require(part, resolved)
        except ModelError:
            continue
        rows.append(i)
        priors.append(resolved.tau)
    return np.array(rows, np.intp), tuple(priors) if depends else (model.tau,)


def null_evidence(dataset: Dataset, model: Model, taus: Sequence[Prior]) -> Array:
    """Return the log marginal likelihood of mu = 0 under each prior on tau, shape (N,);
    NaN under an improper one.

    One smoothing of the curves at mu = 0 serves all priors with the same limits; where leaving out every
    second node shows that it does not, a prior gets nodes of its own.
    """
    model = on_measure(dataset, model, own_priors=False)
    different, which = distinct(taus)
    log_evidence = np.full(len(different), np.nan)
    proper = [i for i, tau in enumerate(different) if tau.proper]
    for limits in dict.fromkeys(different[i].support for i in proper):
        group = np.array([i for i in proper if different[i].support == limits], np.intp)
        log_evidence[group] = _at_zero(dataset, model, [different[i] for i in group])
    return log_evidence[which]


def _at_zero(dataset: Dataset, model: Model, taus: list[Prior]) -> Array:
    """Return the log marginal likelihood of mu = 0 under each of some priors with the same limits."""
    counts = counts_of(informative(dataset, model))
    fineness = Fineness(tau=Fineness().tau / 2)
    limits = model.family.scale.limits
    around = AT_ZERO if limits is None else between(AT_ZERO, limits)
    known, beliefs = model.family.estimates(counts), representatives([around], taus)
    axes = plan(known, beliefs, reach(counts, model), fineness)
    assert axes.tau is not None
    rows = log_curves(counts, model, axes.theta.x, fineness)
    at_zero = smooth(rows[None], axes.theta, np.zeros(1), axes.tau.x, tails=True)[:, :, 0].sum(axis=1)
    if (shares := log_shares(axes, None, np.zeros(1))) is not None:
        at_zero = at_zero - len(rows) * shares[0]
    logs = log_densities(taus, axes.tau.x) + axes.tau.log_weights + at_zero
    full, thin = log_sum(logs, axis=1), log_sum(logs[:, ::2], axis=1) + np.log(2)
    for i in np.flatnonzero(~(np.abs(full - thin) < GAINS["tau"] * TOLERANCE)):
        full[i] = null.null_evidence(dataset, replace(model, tau=taus[i]), True)[0]
    return full
