"""How often a line is reached at any look, over simulated histories with trials of the same sizes."""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bayes_ivig.engines.bulk.answers import Questions
from bayes_ivig.engines.bulk.over_cases import over_weights
from bayes_ivig.engines.further.foretold import estimate_of
from bayes_ivig.engines.next_trial.outcomes import Lines
from bayes_ivig.errors import ModelError
from bayes_ivig.inputs.estimates.estimate import Estimate
from bayes_ivig.inputs.estimates.rows import AnyStudy
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.measures import OR
from bayes_ivig.priors.composite import waits
from bayes_ivig.results.history.history import Operating
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.results.thresholds import reaches

type Array = NDArray[np.float64]

PRIOR, NONE = "prior", "no effect"
HALF = 0.5  # added to events and to non-events of a control arm


def require_drawable(model: Model) -> None:
    """Raise ``ModelError`` for a prior of tau, as stated, that cannot be drawn from before there are data."""
    if model.heterogeneous and (waits(model.tau) or not model.tau.proper):
        raise ModelError(
            f"history: simulations: tau ~ {model.tau} cannot be drawn from; give it a proper prior that does "
            "not depend on the data, such as half_normal(0.5)"
        )


def operating(
    whole: Posterior,
    steps: list[tuple[str, tuple[str, ...]]],
    lines: Lines,
    simulated: tuple[int, int],
) -> tuple[Operating, ...]:
    """Return how often lines are reached under the model's priors, where these are proper, and under no
    effect; see ``require_drawable``.

    The control risk of each trial is that of its own control arm, with half an event and half a non-event
    more; a trial that is not known by whole counts of an odds ratio is simulated as an estimate with its
    standard error. All looks of a history are fitted at once, exactly.
    """
    model = whole.model
    size, seed = simulated
    scenarios = ([PRIOR] if model.mu.proper else []) + [NONE]
    return tuple(
        _scenario(whole, steps, lines, (name, size, np.random.default_rng([seed, i])))
        for i, name in enumerate(scenarios)
    )


def _scenario(
    whole: Posterior,
    steps: list[tuple[str, tuple[str, ...]]],
    lines: Lines,
    how: tuple[str, int, np.random.Generator],
) -> Operating:
    name, size, rng = how
    model = whole.model
    mu = model.mu.sample(rng, size) if name == PRIOR else np.zeros(size)
    tau = model.tau.sample(rng, size) if model.heterogeneous else np.zeros(size)
    marks = np.array([_reached(whole, steps, lines, (m, t, rng)) for m, t in zip(mu, tau, strict=True)])
    benefit, harm = marks[:, 0].any(axis=1), marks[:, 1].any(axis=1)
    good = np.sign(mu) * (1 if lines.above else -1)
    found = {
        "crossed": benefit | harm,
        "benefit": benefit,
        "harm": harm,
        "wrong": (benefit & (good <= 0)) | (harm & (good >= 0)),
        "last": marks[:, :, -1].any(axis=1),
    }
    value = {key: float(each.mean()) for key, each in found.items()}
    error = {key: _error(p, size) for key, p in value.items()}
    return Operating(name, size, **value, error=error)


def _error(share: float, size: int) -> float:
    """Return the standard error of a share, half of one case more on either side so that none is without."""
    p = (share * size + HALF) / (size + 2 * HALF)
    return math.sqrt(p * (1 - p) / size)


def _reached(
    whole: Posterior,
    steps: list[tuple[str, tuple[str, ...]]],
    lines: Lines,
    drawn: tuple[float, float, np.random.Generator],
) -> NDArray[np.bool_]:
    """Return whether a benefit, and whether a harm, comes to the line after each look, (2, L)."""
    mu, tau, rng = drawn
    dataset, model = whole.dataset, whole.model
    df = model.degrees_of_freedom
    k = len(dataset)
    wide = rng.standard_normal(k) if math.isinf(df) else rng.standard_t(df, k)
    theta = mu + tau * wide
    studies = tuple(
        _simulated(whole, study, float(effect), rng)
        for study, effect in zip(dataset.studies, theta, strict=True)
    )
    seen: set[str] = set()
    inside = np.zeros((len(steps), k))
    for i, (_, names) in enumerate(steps):
        seen |= {*names}
        inside[i] = [name in seen for name in dataset.study_names]
    table = replace(dataset, studies=studies)
    asked = Questions(mu=(0.5,), above=(whole.measure.null,), log=whole.measure.log)
    above = over_weights(table, model, inside, asked, None).above[:, 0]
    benefit = above if lines.above else 1 - above
    return np.stack([reaches(benefit, lines.line), reaches(1 - benefit, lines.line)])


def _simulated(whole: Posterior, study: AnyStudy, theta: float, rng: np.random.Generator) -> AnyStudy:
    """Return one trial with another result; one that says nothing stays as it is."""
    if study.name not in whole.studies:
        return study
    plain = not isinstance(study, Estimate) and whole.measure == OR and study.design_effect == 1
    if isinstance(study, Estimate) or not plain or study.fractional:
        error = estimate_of(whole, study.name)[1]
        return Estimate(study.name, float(rng.normal(theta, error)), error)
    _, n1, r0, n0 = study.whole_counts
    risk = (r0 + HALF) / (n0 + 2 * HALF)
    treated = special.expit(special.logit(risk) + theta)
    return study.counting(int(rng.binomial(n1, treated)), n1, int(rng.binomial(n0, risk)), n0)
