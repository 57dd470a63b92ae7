"""Each study's weight in a posterior, and how its result sits under the posterior of the others."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bayes_ivig.engines.grid import accuracy as stated_error
from bayes_ivig.engines.grid import axes as grids
from bayes_ivig.engines.grid import propriety
from bayes_ivig.engines.grid.answers import GridAnswers
from bayes_ivig.errors import DataError, ModelError
from bayes_ivig.formulas.conditional import mid_probability_below, two_sided
from bayes_ivig.formulas.interpolation import POINTS, stencil
from bayes_ivig.inputs.estimates.estimate import Estimate
from bayes_ivig.likelihoods import given
from bayes_ivig.likelihoods.scales import ODDS_RATIO, RATE_RATIO
from bayes_ivig.results.marginals.axis import Axis
from bayes_ivig.results.posterior.influence import Influence, StudyInfluence
from bayes_ivig.results.posterior.posterior import Posterior

type Array = NDArray[np.float64]
type Without = Callable[[str], GridAnswers]

NO_CHOICE = "given its total of events the study had no choice"
DESIGNED = "its design effect leaves no distribution of whole counts"
UNCERTAIN = "its design effect is uncertain, so that its result has no one distribution"

OTHER_SCALE = "not worked out for counts on this scale"

NOTHING = 1e-12  # information below which nobody has any
ALONE = "the only study: there are no others to foresee it"
NEGLIGIBLE = 1e-16
TOLERANCE = 1e-4  # posterior SDs
TOGETHER = 64  # studies whose information is held at once
CHECKED = 60  # studies up to which leaving out each one is checked for numerical error on the grid of all


def influence(
    posterior: Posterior, answers: GridAnswers, exact: stated_error.Mask, without: Without
) -> Influence:
    """Return weights and leave-one-out checks; ``without`` fits anew where the grid
    of all does not fit the others.

    ``exact``, (mu, tau), marks where the surface holds values, not bounds.

    A prior on tau that depends on the data stays that of all studies. Studies that count in part
    (``posterior.weights``) weigh so much less, and are foreseen by the others alone.
    """
    shares, prior = weights(posterior, answers)
    rows = [_row(posterior, (answers, exact), (i, float(share)), without) for i, share in enumerate(shares)]
    return Influence(tuple(rows), prior)


def weights(posterior: Posterior, answers: GridAnswers) -> tuple[Array, float]:
    """Return every study's share of the information on mu, shape (K,), and that of the prior;
    they add up to 1.
    """
    built, axis = answers.surface, answers.surface.axes.mu
    each = built.common[:, :, None] if built.random is None else built.random
    prior = posterior.model.mu.logpdf(axis.x)[None, :, None]
    logs = answers.log_joint + axis.log_weights[:, None]
    by_tau = np.logaddexp.reduce(logs, axis=0)
    possible = np.isfinite(by_tau)
    share = np.exp(by_tau[possible] - np.logaddexp.reduce(by_tau))
    given = np.exp(logs[:, possible] - by_tau[possible])
    counted = np.array([dict(posterior.weights).get(study, 1.0) for study in built.studies])
    known = [
        np.einsum("kmt,mt->kt", _information(each[start : start + TOGETHER][:, :, possible], axis), given)
        for start in range(0, len(each), TOGETHER)
    ]
    held = counted[:, None] * np.concatenate(known)
    of_prior = np.einsum("kmt,mt->kt", _information(prior, axis), given)
    total = held.sum(axis=0) + of_prior[0]
    some = total > NOTHING
    parts = np.where(some, held / np.where(some, total, 1.0), 0.0) @ share
    return parts, float(1 - parts.sum())


def _information(rows: Array, axis: Axis) -> Array:
    """Minus the second derivative in mu of log functions (K, mu, tau) at the nodes; 0 where a prior is 0."""
    first, (_, by_u, by_uu) = stencil(np.arange(axis.size, dtype=float), axis.size, derivatives=2)
    at = first[:, None] + np.arange(POINTS)
    d1, d2 = np.zeros((axis.size, axis.size)), np.zeros((axis.size, axis.size))
    np.put_along_axis(d1, at, by_u / axis.step, axis=1)
    np.put_along_axis(d2, at, by_uu / axis.step**2, axis=1)
    slope, bend = np.exp(axis.log_slope(axis.u))[:, None], axis.bend(axis.u)[:, None]
    rows = np.where(np.isfinite(rows), rows, 0.0)
    return np.asarray(-((d2 - bend * d1) / slope**2 @ rows))


def _row(
    posterior: Posterior,
    grid: tuple[GridAnswers, stated_error.Mask],
    which: tuple[int, float],
    without: Without,
) -> StudyInfluence:
    """Return one study's row; what cannot be had without it is None, with the reason."""
    (answers, exact), (i, weight) = grid, which
    study = answers.surface.studies[i]
    if len(answers.surface.studies) == 1:
        return StudyInfluence(study, weight, None, None, None, None, None, ALONE)
    if not _exists_without(posterior, study):
        return StudyInfluence(
            study, weight, None, None, None, None, None, "the posterior of the others does not exist"
        )
    others, all_in_full = _left(answers, i, dict(posterior.weights).get(study, 1.0))
    if not _fit(others, exact):
        others = without(study)
    below = probability_below(
        others,
        posterior,
        study,
        (float(answers.surface.estimates[0][i]), float(answers.surface.estimates[1][i])),
    )
    mu = others.marginal("mu")
    return StudyInfluence(
        study=study,
        weight=weight,
        predictive_p=None if below is None else two_sided(below),
        prob_below=below,
        log_predictive_density=all_in_full - others.log_evidence,
        median_without=float(mu.quantile(0.5)),
        prob_above_without=float(mu.prob_above(0.0)),
        note="" if below is not None else why_none(posterior, study),
    )


def why_none(posterior: Posterior, study: str) -> str:
    """Return why a study has no predictive check."""
    if _uncertain(posterior, study):
        return UNCERTAIN
    if posterior.model.family.scale.half is not None:
        return OTHER_SCALE
    return DESIGNED if study in posterior.dataset.design_effects else NO_CHOICE


def _uncertain(posterior: Posterior, study: str) -> bool:
    """Whether a study's design effect is uncertain."""
    return any(own.name == study and own.design_effect_sd > 0 for own in posterior.dataset.studies)


def _exists_without(posterior: Posterior, study: str) -> bool:
    """Whether the other studies have a posterior, which under improper priors they need not."""
    model = posterior.model
    if model.mu.proper and (model.tau.proper or not model.heterogeneous):
        return True
    try:
        propriety.require(
            posterior.dataset.trials([name for name in posterior.studies if name != study]), model
        )
    except (ModelError, DataError):
        return False
    return True


def _left(answers: GridAnswers, i: int, counted: float) -> tuple[GridAnswers, float]:
    """Return the posterior of the others on the grid of all,
    and the log evidence with this study's full likelihood.

    Study effects are not to be asked of it: its surface still holds the study.
    """
    built = answers.surface
    own = built.common[i][:, None] if built.random is None else built.random[i]
    others = GridAnswers(built, answers.log_joint - counted * own)
    return others, GridAnswers(built, others.log_joint + own).log_evidence


def _fit(others: GridAnswers, exact: stated_error.Mask) -> bool:
    """Whether the grid of all studies still serves without one of them."""
    if not np.isfinite(others.log_evidence) or others.at_the_ends > TOLERANCE:
        return False
    if stated_error.reaches_beyond(others, exact):
        return False
    if len(others.surface.studies) > CHECKED:
        return True
    return stated_error.serves(others, stated_error.of_axes(others)[1], TOLERANCE)


def probability_below(
    others: GridAnswers, posterior: Posterior, study: str, estimate: tuple[float, float]
) -> float | None:
    """Return the probability, given the other studies, of a smaller effect in this one, which ``posterior``
    knows; None where nothing could have differed.
    """
    ask = None if _uncertain(posterior, study) else _own_probability(posterior, study, estimate)
    if ask is None:
        return None
    theta, mass = foreseen_effects(others, estimate)
    return float(mass @ ask(theta))


def foreseen_effects(others: GridAnswers, estimate: tuple[float, float]) -> tuple[Array, Array]:
    """Return effects of a further study, (J,) in ascending order,
    and their probabilities given a posterior of others.

    ``estimate`` is the study's log odds ratio with its standard error:
    the effects lie close enough to tell its results apart.
    """
    mu, tau = others.surface.axes.mu, others.surface.axes.tau
    if tau is None:
        axis = grids.effect_axis(mu, 0.0, estimate)
        mass = np.asarray(others.marginal("mu").density(axis.x)) * np.exp(axis.log_weights)
    else:
        axis = grids.effect_axis(mu, others._spread, estimate)
        logs = others._predicted(others.log_joint, axis) + axis.log_weights
        mass = np.exp(logs - logs.max())
    counts = mass > NEGLIGIBLE * mass.max()
    return axis.x[counts], mass[counts] / mass[counts].sum()


def _own_probability(
    posterior: Posterior, study: str, estimate: tuple[float, float]
) -> Callable[[Array], Array] | None:
    """Return P(smaller effect | theta) of a study as a function of theta."""
    own = next(each for each in posterior.dataset.studies if each.name == study)
    family = posterior.model.family
    below = given.error_below(family, own.df if isinstance(own, Estimate) else None)
    if below is not None:
        return lambda theta: below((estimate[0] - theta) / estimate[1])
    if own.design_effect == 1 and family.scale is RATE_RATIO:
        return _of_rates(own.cells)
    if family.scale is not ODDS_RATIO:
        return None
    counts = r1, n1, r0, n0 = own.counts
    if own.design_effect != 1:  # no distribution of whole counts goes with it
        return None
    if max(0, r1 + r0 - n0) == min(n1, r1 + r0):
        return None
    return lambda theta: mid_probability_below(counts, theta)


def _of_rates(rates: tuple[float, float, float, float]) -> Callable[[Array], Array] | None:
    """Return P(fewer treatment events | theta, all events), half of so many among them;
    None without events.
    """
    r1, t1, r0, t0 = rates
    events = r1 + r0
    if not events:
        return None

    def below(theta: Array) -> Array:
        chance = special.expit(theta + np.log(t1) - np.log(t0))
        fewer = special.bdtr(r1 - 1, int(events), chance) if r1 else 0.0
        return np.asarray((fewer + special.bdtr(r1, int(events), chance)) / 2)

    return below
