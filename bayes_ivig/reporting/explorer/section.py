"""The interactive part of the page: likelihood surfaces packed for the reader's browser,
and what its controls offer.
"""

import base64
import math
from typing import Any

import numpy as np

from bayes_ivig.inputs.counts.description import About
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.likelihoods.baselines import PLACES
from bayes_ivig.priors.families import HalfCauchy, HalfNormal, Normal
from bayes_ivig.priors.skewed import Exponential
from bayes_ivig.reporting.document.blocks import Explorer
from bayes_ivig.reporting.wording import outcomes
from bayes_ivig.reporting.wording.digits import DOCUMENT, PAGE, cut, rounded
from bayes_ivig.reporting.wording.information import nothing as nothing_learnt
from bayes_ivig.results.marginals.axis import Axis
from bayes_ivig.results.pooled import StudyEstimate
from bayes_ivig.results.reanalysis.explorer import MOST_CENTRE, SDS, ExplorerOutcome, LikelihoodTable
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, Reanalysis

LEVELS = 65535  # of a stored log
# deeper than a study reaches where posteriors lie: probability 0 there, and logs that are numerical error
BEYOND = 1_000.0
SCALE = (0.05, 2.0)  # of the prior on tau
INTRO = (
    "Every answer on this page depends on a prior and on a choice of trials. Move the controls to put in "
    "your own: the posterior is computed anew in this page, exactly, from the likelihood of every trial, "
    "trials having normal effects around the pooled one. Nothing is sent anywhere. The page's address "
    "changes with the controls, so that it can be sent to others."
)
DEFAULT: dict[str, Any] = {"mean": 0.0, "sd": 2.82, "family": "half_normal", "scale": 0.5}


def explorer_of(reanalysis: Reanalysis) -> Explorer | None:
    """Return the interactive part, or None where no outcome has a surface to embed."""
    offered = [
        outcome
        for outcome in outcomes.in_order(reanalysis)
        if isinstance(outcome, CountsOutcome) and outcome.explorer
    ]
    if not offered:
        return None
    start = _start(reanalysis.model)
    payload = {
        "outcomes": [_outcome(one) for one in offered],
        "start": start or DEFAULT,
    }
    back = "Back to the reference model" if start else "Back to the start"
    intro = " ".join((INTRO, *left_out(reanalysis)))
    nothing = f"{nothing_learnt()}. What follows is the prior, but for what a baseline prior adds."
    return Explorer(payload, _limits(), intro, back, _rule(offered), nothing)


def _limits() -> dict[str, Any]:
    """Return where the sliders end, on the log scale but for the centre."""
    return {
        "mean": rounded(MOST_CENTRE, PAGE),
        "sd": [rounded(math.log(limit), PAGE) for limit in SDS],
        "scale": [rounded(math.log(limit), PAGE) for limit in SCALE],
    }


def left_out(reanalysis: Reanalysis) -> list[str]:
    """Return sentences on what the interactive part leaves out because the page would become too large."""
    sentences = []
    for outcome in outcomes.in_order(reanalysis):
        if not isinstance(outcome, CountsOutcome) or outcome.about.complement_of or not outcome.usual:
            continue
        title = outcomes.title(outcome)
        if outcome.explorer is None:
            trials = len(outcome.trial_set("all").dataset)
            sentences.append(
                f"{title} is not offered here: the likelihoods "
                f"of its {trials} trials would make the page too large."
            )
        elif outcome.explorer.left_out:
            names = ", ".join(_named(*one) for one in outcome.explorer.left_out)
            sentences.append(
                f"{title} is not offered here under other likelihoods, "
                f"which would make the page too large: {names}."
            )
    return sentences


def _start(model: Model) -> dict[str, Any] | None:
    """Return where the controls stand for the reference model's priors; None where they cannot state them."""
    match model.mu, model.tau if model.heterogeneous else None:
        case Normal(mean, sd), None:
            start = {"mean": mean, "sd": sd, "family": "common", "scale": DEFAULT["scale"]}
        case Normal(mean, sd), HalfNormal(scale):
            start = {"mean": mean, "sd": sd, "family": "half_normal", "scale": scale}
        case Normal(mean, sd), HalfCauchy(scale):
            start = {"mean": mean, "sd": sd, "family": "half_cauchy", "scale": scale}
        case Normal(mean, sd), Exponential(rate):
            start = {"mean": mean, "sd": sd, "family": "exponential", "scale": 1 / rate}
        case _:
            return None
    inside = abs(mean) <= MOST_CENTRE and SDS[0] <= sd <= SDS[1] and SCALE[0] <= start["scale"] <= SCALE[1]
    return start if inside and not math.isfinite(model.degrees_of_freedom) else None


def _outcome(outcome: CountsOutcome) -> dict[str, Any]:
    surfaces = outcome.explorer
    assert surfaces is not None
    estimates = {study.study: study for study in outcome.trial_set("all").pooled.studies}
    return {
        "name": outcome.name,
        "title": outcomes.title(outcome),
        "event": outcome.about.event or "",
        "arms": [outcome.about.treatment, outcome.about.control],
        "threshold": _threshold(outcome.about),
        "studies": list(surfaces.studies),
        "observed": [_observed(estimates.get(study)) for study in surfaces.studies],
        "silent": [surfaces.studies.index(study) for study in outcome.trial_set("all").dataset.uninformative],
        "sets": [_set(outcome, surfaces, name) for name, _ in surfaces.trial_sets],
        "mu": _axis(surfaces.mu),
        "tau": _axis(surfaces.tau),
        "tables": [packed(table, nodes_inside(surfaces)) for table in surfaces.tables],
    }


def _threshold(about: About) -> float:
    """Return the odds ratio of the smallest difference that matters, as the sidecar states it, or 1.25."""
    return next((float(max(value, 1 / value)) for value in about.thresholds if value != 1), 1.25)


def _observed(study: StudyEstimate | None) -> list[float] | None:
    """Return the observed odds ratio with its 95% confidence limits, those of the tables;
    None where it cannot be estimated.
    """
    if study is None or not study.estimable:
        return None
    ratio = study.ratio
    numbers = [number for number in (ratio.estimate, ratio.lower, ratio.upper) if number is not None]
    return [rounded(number, DOCUMENT) for number in numbers] if len(numbers) == 3 else None


def _rule(explored: list[CountsOutcome]) -> str:
    """Say how zero cells were treated in the observed odds ratios, and which trials have none."""
    rules = dict.fromkeys(outcome.trial_set("all").pooled.zero_cells.rule for outcome in explored)
    return (
        f"Observed odds ratios are those of the tables ({'; '.join(rules)}); a trial without events, or with "
        "nothing but events, has none."
    )


def _set(outcome: CountsOutcome, surfaces: ExplorerOutcome, name: str) -> dict[str, Any]:
    result = outcome.trial_set(name)
    inside = dict(surfaces.trial_sets)[name]
    return {
        "name": name,
        "label": outcomes.set_label(result, outcome),
        "studies": [surfaces.studies.index(one) for one in inside],
    }


def _axis(axis: Axis) -> dict[str, Any]:
    return {
        name: cut(getattr(axis, name), PAGE)
        for name in ("link", "centre", "scale", "start", "step", "size", "unit")
    }


def nodes_inside(surfaces: ExplorerOutcome) -> "np.ndarray[Any, np.dtype[np.bool_]]":
    """Return which nodes of mu lie between the outermost observed log odds ratios and centres
    of priors on offer.
    """
    places = [*surfaces.estimates[0][np.isfinite(surfaces.estimates[0])], -MOST_CENTRE, MOST_CENTRE]
    at = np.flatnonzero((surfaces.mu.x >= min(places)) & (surfaces.mu.x <= max(places)))
    nodes = np.arange(surfaces.mu.size)
    return np.asarray((nodes >= at[0] - 1) & (nodes <= at[-1] + 1))


def packed(table: LikelihoodTable, inside: "np.ndarray[Any, np.dtype[np.bool_]]") -> dict[str, Any]:
    """Pack the logs of the informative studies: differences from each one's maximum,
    as levels of log(1 + difference).

    A difference is cut off at the largest one ``inside``, shape (mu,), and ``BEYOND`` more: every other study
    and every prior on offer being at its best inside, or next to it, no posterior has any mass where that
    happens.
    """
    logs = np.concatenate([table.random, table.common[:, :, None]], axis=2)[table.informative]
    below = logs.max(axis=(1, 2), keepdims=True) - logs
    below = np.minimum(below, below[:, inside].max(axis=(1, 2), keepdims=True) + BEYOND)
    span = rounded(float(below.max()), PAGE)
    levels = np.rint(np.log1p(below) / math.log1p(span) * LEVELS).astype(np.int64)
    places = np.where(table.informative, np.cumsum(table.informative) - 1, -1)
    return {
        "label": _named(table.likelihood, table.alpha_prior, table.baseline),
        "place": places.tolist(),
        "range": span,
        "logs": base64.b64encode(_packed(levels)).decode("ascii"),
    }


def _named(likelihood: str, alpha: str, baseline: str) -> str:
    return f"{likelihood}, {PLACES[baseline].short} {alpha}" if alpha else likelihood


def _packed(levels: "np.ndarray[Any, np.dtype[np.int64]]") -> bytes:
    """Pack levels, shape (K, mu, tau), as differences of differences, seven bits to a byte, the lowest first.

    A surface is smooth, so that one byte is enough for most nodes. The sign goes into the lowest bit; the
    highest bit of a byte says that another one follows.
    """
    steps = np.diff(np.diff(levels, axis=2, prepend=0), axis=1, prepend=0).reshape(-1)
    left = np.where(steps < 0, -2 * steps - 1, 2 * steps)
    digits = np.stack([left >> shift & 127 for shift in range(0, 28, 7)], axis=1)
    length = 1 + (left[:, None] >> np.array([7, 14, 21]) > 0).sum(axis=1)
    place = np.arange(4)
    follows = np.where(place < length[:, None] - 1, 128, 0)
    return bytes((digits + follows)[place < length[:, None]].astype(np.uint8))
