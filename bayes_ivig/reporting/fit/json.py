"""The JSON document of one fit, as ``bayes-ivig fit --json`` prints it;
not rounded here, ``wording.digits`` does that.
"""

from collections.abc import Sequence
from typing import Any

from bayes_ivig.inputs.characteristics.fingerprint import fingerprint
from bayes_ivig.inputs.counts.design_effects import design_limits
from bayes_ivig.inputs.estimates.estimate import Estimate
from bayes_ivig.inputs.model.files import assumptions
from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.ranges import Level, Threshold
from bayes_ivig.measures import OR, Measure, checked_thresholds
from bayes_ivig.progress import tell
from bayes_ivig.reporting.fit.influence_words import influence_keys, influence_of
from bayes_ivig.reporting.wording import json_values
from bayes_ivig.reporting.wording.information import baseline_note, information_keys
from bayes_ivig.results.benefit.zones import masses_of, sided
from bayes_ivig.results.draws.monte_carlo import monte_carlo_errors
from bayes_ivig.results.marginals.marginal import Marginal
from bayes_ivig.results.posterior.posterior import QUANTITIES, Posterior
from bayes_ivig.results.posterior.quantity import Quantity
from bayes_ivig.version import __version__

MANY = 1_000  # studies whose effects take seconds
RATIOS, DIFFERENCES = (1.0, 1.25), (0.0,)  # thresholds of every document that a report holds


def usual_thresholds(posterior: Posterior, asked: Sequence[float] | None = None) -> tuple[float, ...]:
    """Return 1 and ratios above 1: those asked for, else those that the dataset states, else 1.25.
    Of a difference 0, and those that are asked for or stated.

    A ratio below 1 stands for its reciprocal, a difference below 0 for the one above. Raises ``ModelError``.
    """
    measure = posterior.measure
    stated = checked_thresholds(
        measure, posterior.dataset.about.thresholds if asked is None else tuple(asked), "thresholds"
    )
    if not measure.log:
        return tuple(sorted({0.0, *map(abs, stated)}))
    return tuple(sorted({1.0, *(max(value, 1 / value) for value in stated or (1.25,))}))


@checked
def fit_document(
    posterior: Posterior, *, level: Level = 0.95, thresholds: Sequence[Threshold] | None = None
) -> dict[str, Any]:
    """Return everything a posterior answers as JSON-ready values:
    on the scale of the model (log odds ratios), except where a key says odds ratio or effect.

    ``thresholds`` are values of the measure, those of ``usual_thresholds`` unless given; each gives the
    probability above it and below its reciprocal, or below its negative where the effect is a difference.
    What does not exist is None with a ``"note"`` beside it.
    """
    thresholds = usual_thresholds(posterior, thresholds)
    dataset, mu, measure = posterior.dataset, posterior["mu"], posterior.measure
    document: dict[str, Any] = {
        "dataset": json_values.dataset_keys(dataset),
        **json_values.measured(measure),
        "model": {"name": posterior.model.name, **assumptions(posterior.model)},
        "engine": {"name": posterior.engine, **dict(posterior.settings)},
        **information_keys(posterior),
    }
    document |= {name: json_values.summary(posterior[name], level) for name in QUANTITIES}
    if posterior.quantities:
        document["quantities"] = {
            one.name: _further(one, posterior[one.name], level) for one in posterior.quantities
        }
    if posterior.remarks:
        document["remarks"] = list(posterior.remarks)
    document |= {
        **json_values.effect(mu, measure, level),
        "probability": probabilities(mu, thresholds, measure),
        "log_marginal_likelihood": posterior.log_marginal_likelihood,
        "studies": _studies(posterior, level),
        "diagnostics": {
            "ok": posterior.diagnostics.ok,
            "problems": list(posterior.diagnostics.problems),
            **{name: json_values.finite(value) for name, value in posterior.diagnostics.numbers},
        },
        "provenance": _provenance(posterior, level),
    }
    return document | _where_it_is(posterior, level, thresholds)


@checked
def with_settings(
    posterior: Posterior,
    document: dict[str, Any],
    *,
    level: Level = 0.95,
    thresholds: Sequence[Threshold] | None = None,
) -> dict[str, Any]:
    """Return the document with its level and thresholds, with the effect in a new study on the measure's own
    scale, and with the probability of benefit where the data say which direction that is.
    """
    about, measure = posterior.dataset.about, posterior.measure
    good, _ = sided(masses_of(posterior["mu"], (1.0, 1.0)), about.event)
    more = {
        "prediction": json_values.limits(posterior["theta_new"], measure, level),
        "probability": document["probability"] | ({"p_benefit": good} if about.event else {}),
    }
    found = {"level": level, "thresholds": list(usual_thresholds(posterior, thresholds))}
    for key, each in document.items():
        found |= more if key == "probability" else {key: each}
    return found


def _where_it_is(posterior: Posterior, level: float, thresholds: tuple[float, ...]) -> dict[str, Any]:
    """Return what only some posteriors have: Monte Carlo errors, studies left out, design effects, notes."""
    document: dict[str, Any] = {}
    dataset = posterior.dataset
    if posterior.engine == "nuts":
        document["mcse"] = _errors(posterior, level, thresholds)
    used = set(posterior.studies)
    left_out = [name for name in dataset.study_names if name not in used]
    if left_out:
        document["not_in_the_likelihood"] = left_out
    if dataset.estimated:
        document["known_by_estimate"] = {
            study.name: study.how for study in dataset.studies if isinstance(study, Estimate)
        }
    if dataset.design_effects:
        document["design_effects"] = dataset.design_effects
    if uncertain := [study for study in dataset.studies if study.design_effect_sd]:
        limits = {study.name: design_limits(study) for study in uncertain}
        document["design_effect_limits"] = {
            name: {"lower": lower, "upper": upper, "level": 0.95} for name, (lower, upper) in limits.items()
        }
    notes = (
        [f"log_marginal_likelihood: {_why_none(posterior)}"]
        if posterior.log_marginal_likelihood is None
        else []
    )
    notes += baseline_note(posterior)
    return document | ({"note": "; ".join(notes)} if notes else {})


def reported_document(posterior: Posterior) -> dict[str, Any]:
    """Return the document of a posterior in results.json, whatever thresholds the data state."""
    return fit_document(posterior, thresholds=RATIOS if posterior.measure.log else DIFFERENCES)


def _errors(
    posterior: Posterior, level: float, thresholds: tuple[float, ...]
) -> dict[str, dict[str, float | None]]:
    """Return the Monte Carlo standard error of every number, by quantity and by the number's key."""
    errors: dict[str, dict[str, float | None]] = {}
    for row in monte_carlo_errors(posterior, level=level, thresholds=thresholds).rows:
        errors.setdefault(row.quantity, {})[row.number] = json_values.finite(row.mcse)
    return errors


def _provenance(posterior: Posterior, level: float) -> dict[str, Any]:
    """Return what made the numbers: version, data, seed, and what the intervals are."""
    settings = dict(posterior.settings)
    return {
        "version": __version__,
        "data_sha256": fingerprint(posterior.dataset, posterior.model),
        "seed": int(settings["seed"]) if "seed" in settings else None,
        "level": level,
        "interval": "central credible",
    }


def _studies(posterior: Posterior, level: float) -> list[dict[str, Any]]:
    """Return every study's effect, its weight and how well the others foresee it."""
    influence = influence_of(posterior)
    rows = []
    for done, (study, marginal) in enumerate(posterior.theta.items(), 1):
        summary = json_values.summary(marginal, level)
        rows.append({"study": study, "theta": summary, **influence_keys(influence, study, posterior.measure)})
        if posterior.k > MANY:
            tell("effects of the trials", done, posterior.k)
    return rows


def _why_none(posterior: Posterior) -> str:
    if posterior.engine != "quadrature":
        return "not computed by sampling"
    if posterior.weights:
        return "none where a study counts in part"
    return "an improper prior has no marginal likelihood"


def _further(quantity: Quantity, marginal: Marginal, level: float) -> dict[str, Any]:
    """Return what a quantity is, its scale and its numbers; of a log ratio also the ratio."""
    found = {"label": quantity.label, "scale": quantity.scale, **json_values.summary(marginal, level)}
    if quantity.withheld:
        found["no_finding"] = quantity.withheld
    if quantity.shown:
        found[quantity.shown.replace(" ", "_")] = {
            key: json_values.ratio(value) for key, value in json_values.quantiles(marginal, level).items()
        }
    return found


def probabilities(mu: Marginal, thresholds: tuple[float, ...], measure: Measure = OR) -> dict[str, float]:
    """Return the probabilities above each threshold and below its mirror image: ``or>1.25`` and ``or<0.8``;
    of other measures by keys that need no quoting, ``rr_gt_1_25`` and ``md_lt_minus_2``.
    """
    above = {measure.beyond_key(">", t): float(mu.prob_above(measure.modelled(t))) for t in thresholds}
    below = {
        measure.beyond_key("<", measure.mirrored(t)): float(mu.prob_below(-measure.modelled(t)))
        for t in thresholds
    }
    return above | below
