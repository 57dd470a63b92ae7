"""The columns of a comparison of priors: every pair answered on one surface,
blanks with a note where nothing exists.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.analyses import baseline_columns
from bayes_ivig.analyses.priors.strength import conflict, information
from bayes_ivig.engines.bulk import over_cases as bulk
from bayes_ivig.engines.bulk.answers import Answers, Questions
from bayes_ivig.engines.grid.curves import informative
from bayes_ivig.errors import ModelError
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.model.scale import measure_in_force, on_measure
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.measures import Measure
from bayes_ivig.priors.composite import LibraryPrior, Mixture, Prior, resolved

type Array = NDArray[np.float64]
type Pairs = list[tuple[Prior, Prior]]

LEVEL = 0.95
DIGITS = 12  # of the probabilities of limits: those of 0.95 are 0.025 and 0.975 themselves


def columns(
    dataset: Dataset, model: Model, pairs: Pairs, thresholds: tuple[float, ...], level: float
) -> tuple[dict[str, Any], list[str]]:
    """Return the columns for all pairs of priors under one likelihood and baseline,
    and why some rows are blank.

    ``thresholds`` are values of the measure, no effect the first of them; limits are of ``level``. Raises
    ``DataError`` where no study carries information.
    """
    model = on_measure(dataset, model, own_priors=False)
    reasons = _reasons(dataset, model, pairs)
    possible = np.array([not reason for reason in reasons], bool)
    measure = measure_in_force(dataset, model)
    tail = round((1 - level) / 2, DIGITS)
    asked = Questions((tail, 0.5, 1 - tail), above=thresholds, theta_new=(tail, 1 - tail), log=measure.log)
    kept = [pair for pair, yes in zip(pairs, possible, strict=True) if yes]
    answers_by_pair, factors, conflicts, parts, tight = (
        Answers.empty(len(pairs), asked),
        *(np.full(len(pairs), np.nan) for _ in range(4)),
    )
    if kept:
        answers = bulk.over_priors(dataset, model, kept, asked)
        answers_by_pair.put(np.flatnonzero(possible), answers)
        taus = [tau for _, tau in bulk.resolved(dataset, model, kept)]
        with np.errstate(over="ignore"):
            factors[possible] = np.exp(answers.log_evidence - bulk.null_evidence(dataset, model, taus))
        tight[possible] = baseline_columns.over_priors(dataset, model, kept)
        conflicts[possible] = conflict(dataset, model, kept)
        parts[possible] = _first_parts(dataset, model, kept, answers.log_evidence)
    proper = np.array([mu.proper and tau.proper for mu, tau in pairs])
    factors[~proper] = np.nan
    table = _choices(dataset, model, pairs) | _effects(answers_by_pair, measure, proper, (thresholds, level))
    table |= {measure.columns.tight: tight, "bf_effect": factors, "conflict_p": conflicts}
    weighs = information if measure.code == "OR" else _no_weight
    known = {mu: weighs(mu) for mu in dict.fromkeys(mu for mu, _ in pairs)}
    table |= {
        "prior_ess": [known[mu] for mu, _ in pairs],
        "numerical_error": np.maximum(answers_by_pair.error, answers_by_pair.beyond),
    }
    if any(isinstance(resolved(mu), Mixture) for mu, _ in pairs):
        table |= {"part_weight_prior": [_first(mu)[0] for mu, _ in pairs], "part_weight": parts}
    notes = [reason or overlap_note(dataset, pair) for reason, pair in zip(reasons, pairs, strict=True)]
    return table | {"note": notes}, [reason for reason in reasons if reason]


def _effects(
    answers: Answers, measure: Measure, proper: NDArray[np.bool_], asked: tuple[tuple[float, ...], float]
) -> dict[str, Any]:
    """Return the columns of the effect, on its measure's own scale, and of tau; thresholds and level are
    ``asked``.
    """
    (thresholds, level), names = asked, measure.columns
    effects, prediction = (measure.own_values(each) for each in (answers.mu, answers.theta_new))
    table: dict[str, Any] = dict(names.of(effects, level))
    table |= {names.above: answers.above[:, 0], "tau_median": answers.tau[:, 0]}
    table |= {"log_marginal_likelihood": np.where(proper, answers.log_evidence, np.nan)}
    table |= {measure.beyond_column(x): answers.above[:, i] for i, x in enumerate(thresholds) if i}
    return table | dict(zip(("prediction_lower", "prediction_upper"), prediction.T, strict=True))


def overlap_note(dataset: Dataset, priors: tuple[Prior, ...]) -> str:
    """Return which trials at hand a prior rests on as well, empty where none is known."""
    here = {name.casefold(): name for name in dataset.study_names}
    both = [here[name.casefold()] for prior in priors for name in shared(prior) if name.casefold() in here]
    return f"prior and data share {', '.join(dict.fromkeys(both))}" if both else ""


def shared(prior: Prior) -> tuple[str, ...]:
    """Return the studies that a prior, or a part of it, is known to rest on."""
    match prior:
        case LibraryPrior(prior=inner, shares=shares):
            return (*shares, *shared(inner))
        case Mixture(parts=parts):
            return tuple(name for part in parts for name in shared(part))
        case _:
            return ()


def _choices(dataset: Dataset, model: Model, pairs: Pairs) -> dict[str, Any]:
    return {
        "likelihood": model.likelihood,
        "mu_prior": [str(mu) for mu, _ in pairs],
        "tau_prior": [str(tau) for _, tau in pairs],
        "alpha_prior": str(model.alpha) if model.has_baseline else "none",
        "trials": dataset.selection,
        "k": len(informative(dataset, model)),
        "k_informative": sum(study.informative for study in dataset.studies),
    }


def _reasons(dataset: Dataset, model: Model, pairs: Pairs) -> list[str]:
    """Return for every pair why it has no posterior, empty where it has one."""
    reasons: dict[tuple[Prior, Prior], str] = {}
    for pair in dict.fromkeys(pairs):
        reasons[pair] = ""
        if not (pair[0].proper and pair[1].proper):
            try:
                bulk.resolved(dataset, model, [pair])
            except ModelError as error:
                reasons[pair] = str(error)
    return [reasons[pair] for pair in pairs]


def _first(prior: Prior) -> tuple[float, Prior | None]:
    """Return weight and prior of the first part of a mixture; NaN and None for any other prior."""
    inner = resolved(prior)
    return (inner.weights[0], inner.parts[0]) if isinstance(inner, Mixture) else (float("nan"), None)


def _first_parts(dataset: Dataset, model: Model, pairs: Pairs, log_evidence: Array) -> Array:
    """Return the posterior weight of the first part of every mixture on mu:
    its weight times its evidence over that of all.

    (Schmidli et al. 2014, Biometrics 70:1023.) NaN for other priors, and under an improper prior on tau.
    """
    first = [_first(mu) if tau.proper else (float("nan"), None) for mu, tau in pairs]
    which = [i for i, (_, part) in enumerate(first) if part is not None]
    weights = np.full(len(pairs), np.nan)
    if which:
        alone = [(part, pairs[i][1]) for i in which if (part := first[i][1]) is not None]
        evidence = bulk.over_priors(
            dataset, model, alone, Questions(mu=(0.5,), tau=(), above=(), theta_new=())
        ).log_evidence
        prior = np.array([first[i][0] for i in which])
        weights[which] = np.minimum(prior * np.exp(evidence - log_evidence[which]), 1.0)
    return weights


def _no_weight(_: Prior) -> float:
    """Return NaN: nothing says how much one participant tells of such an effect."""
    return float("nan")
