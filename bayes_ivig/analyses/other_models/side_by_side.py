"""``other_models``: one outcome under other models than the reference one,
exact where that can be, else sampled.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, TypedDict

import numpy as np

from bayes_ivig.analyses.other_models.bearing import REFERENCE, codes, of_designs
from bayes_ivig.analyses.other_models.stored_answers import Answer, Request, Store, stored_answer
from bayes_ivig.engines.fitting import fit
from bayes_ivig.engines.nuts import NUTS
from bayes_ivig.errors import BayesIvigError
from bayes_ivig.files.typed import fits
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.model.files import AnyModel, load_model
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.likelihoods.registry import every
from bayes_ivig.priors.composite import Prior, waits
from bayes_ivig.results.other_models.sampled import (
    Agreement,
    ModelRow,
    OtherModels,
    SampledAnswer,
    Unfitted,
    Witness,
)
from bayes_ivig.results.pooled import Ratio
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome

type Look = Callable[[Request], SampledAnswer | None]

# code of a model, and how it differs from the reference one in its effects
EFFECTS: Mapping[str, Mapping[str, Any]] = {
    "random": {"effects": "random"},
    "student_t": {"effects": "student_t(4)"},
    "common": {"effects": "common"},
}
SHARED = ("mu", "tau", "alpha")  # priors that other models take over from the reference one
ENGINE = NUTS(seed=1)
QUESTION = "pooled odds ratio, heterogeneity and further quantities"
LEVELS = {"q2.5": 0.025, "q50": 0.5, "q97.5": 0.975}

Levels = TypedDict("Levels", {"q2.5": float, "q50": float, "q97.5": float})


class Quantities(TypedDict):
    """Quantiles by quantity: these two of any model, and what else a model has."""

    mu: Levels
    tau: Levels


class Kept(TypedDict):
    """The form of what ``ask`` returns."""

    k: int
    quantities: Quantities
    prob_or_gt_1: float
    withheld: dict[str, str]
    remarks: list[str]


def with_other_models(outcome: CountsOutcome, *, sampled: bool = False) -> CountsOutcome:
    """Return an outcome with its ``other_models`` filled in, on the published trial set and on all;
    a mirror image as it is.
    """
    if outcome.about.complement_of:
        return outcome
    reference = {
        name: outcome.trial_set(name).posterior for name in dict.fromkeys((outcome.published_trials, "all"))
    }
    others = {
        each.trials: each.posterior
        for each in outcome.sets
        if each.trials not in reference and not outcome.about.part_of(each.trials)
    }
    answered = other_models(reference, sampled=sampled)
    return replace(outcome, other_models=replace(answered, further=tuple(exact_rows(others))))


def exact_rows(reference: Mapping[str, Posterior]) -> Iterator[ModelRow]:
    """Yield the reference model and the exact ones on trial sets by name;
    those that cannot be fitted are passed over.
    """
    for trials, posterior in reference.items():
        yield _exact_row(trials, REFERENCE, posterior)
        yield from (row for row in _exact_others(trials, posterior) if isinstance(row, ModelRow))


def other_models(
    reference: Mapping[str, Posterior],
    *,
    sampled: bool = False,
    engine: NUTS = ENGINE,
    store: Store | None = None,
) -> OtherModels:
    """Return the reference model's posteriors, by trial set,
    beside those of other models on the same studies.

    Exact ones, each differing from the reference model in one thing: likelihood, place of the baseline,
    distribution of effects; and by design where the table says which trials were randomised. Sampled ones
    with the reference model's priors where they have the same parameters: exchangeable baselines, bivariate,
    two beta-binomial ones. Sampled answers are stored ones, see ``stored_answer``; with ``sampled``
    those not stored are sampled now, and where a check of the draws fails sampled once more with smaller
    steps: what is returned is then that second answer, passed or not.
    """
    store = Store.usual() if store is None else store
    look = partial(stored_answer, ask=ask, form=require_kept, sampled=sampled, store=store)
    answers = [
        each for trials, posterior in reference.items() for each in _compared(trials, posterior, engine, look)
    ]
    return OtherModels(
        rows=tuple(each for each in answers if isinstance(each, ModelRow)),
        witnesses=tuple(each for each in answers if isinstance(each, Witness)),
        unfitted=tuple(each for each in answers if isinstance(each, Unfitted)),
    )


def _compared(
    trials: str, posterior: Posterior, engine: NUTS, look: Look
) -> Iterator[ModelRow | Witness | Unfitted]:
    """Yield the reference model on one trial set, the exact models, then the sampled ones."""
    yield _exact_row(trials, REFERENCE, posterior)
    yield from _exact_others(trials, posterior)
    for code, why in codes(posterior):
        yield Unfitted(trials, code, why) if why else _sampled(trials, code, posterior, engine, look)
    yield from _by_design(trials, posterior)


def _by_design(trials: str, posterior: Posterior) -> Iterator[ModelRow | Unfitted]:
    """Yield the models of designs that are computed exactly, or why one cannot be fitted."""
    for code, why in of_designs(posterior, exact=True):
        try:
            model = model_of(code, posterior.model)
            yield (
                Unfitted(trials, code, why)
                if why
                else _exact_row(trials, code, fit(posterior.dataset, model))
            )
        except BayesIvigError as error:
            yield Unfitted(trials, code, str(error))


def _exact_others(trials: str, posterior: Posterior) -> Iterator[ModelRow | Unfitted]:
    """Yield the exact models on one trial set, or why one cannot be fitted."""
    for code, exact in _exact_models(posterior.model):
        try:
            yield _exact_row(trials, code, fit(posterior.dataset, exact))
        except BayesIvigError as error:
            yield Unfitted(trials, code, str(error))


def _sampled(
    trials: str, code: str, posterior: Posterior, engine: NUTS, look: Look
) -> ModelRow | Witness | Unfitted:
    """Return one sampled model on one trial set, or that it was not sampled."""
    try:
        model = model_of(code, posterior.model)
        answer = look(request(posterior.dataset, model, engine))
        # once more, with smaller steps after a longer adaptation
        if answer is not None and not answer.diagnostics.ok:
            answer = look(request(posterior.dataset, model, careful(engine))) or answer
    except BayesIvigError as error:
        return Unfitted(trials, code, str(error))
    if answer is None:
        return Unfitted(trials, code)
    if code == REFERENCE:
        return Witness(trials, answer, agreement(answer, posterior))
    return _sampled_row(trials, code, model, answer)


def compared_sets(dataset: Dataset) -> tuple[str, ...]:
    """Return the trial sets on which models are compared: the published one,
    where there is one, and all trials.
    """
    return ("published", "all") if "published" in dataset.trial_sets else ("all",)


def ask(posterior: Posterior) -> Answer:
    """Return what is kept of a sampled posterior: k, mu, tau and further quantities on their own scale,
    P(OR > 1), remarks.
    """
    names = ("mu", "tau", *(quantity.name for quantity in posterior.quantities))
    withheld = {quantity.name: quantity.withheld for quantity in posterior.quantities if quantity.withheld}
    return {
        "k": posterior.k,
        "quantities": {name: _numbers(posterior, name) for name in dict.fromkeys(names)},
        "prob_or_gt_1": float(posterior["mu"].prob_above(0.0)),
        "withheld": withheld,
        "remarks": list(posterior.remarks),
    }


def require_kept(answer: SampledAnswer) -> None:
    """Raise ``ValueError`` for a stored answer that ``ask`` cannot have given."""
    if not fits(answer.answer, Kept):
        raise ValueError("its numbers are not those of a pooled odds ratio and of heterogeneity")
    # a common effect has no tau to be sampled
    sampled = ("mu", "tau") if any(answer.answer["quantities"]["tau"].values()) else ("mu",)
    named = [f"mcse.{name}.{label}" for name in sampled for label in LEVELS]
    missing = [name for name in (*named, "mcse.prob_or_gt_1") if name not in dict(answer.diagnostics.numbers)]
    if missing:
        raise ValueError(f"it lacks {missing[0]}, a Monte Carlo error")


def agreement(answer: SampledAnswer, exact: Posterior) -> tuple[Agreement, ...]:
    """Compare a sampled answer with an exact posterior: quantiles of mu and tau
    on the log odds ratio scale, P(OR > 1).
    """
    numbers = []
    errors = dict(answer.diagnostics.numbers)
    for name in ("mu", "tau") if exact.model.heterogeneous else ("mu",):
        for label, level in LEVELS.items():
            sampled, error = answer.answer["quantities"][name][label], errors[f"mcse.{name}.{label}"]
            numbers.append(Agreement(f"{name} {label}", float(exact[name].quantile(level)), sampled, error))
    probability = float(exact["mu"].prob_above(0.0))
    numbers.append(
        Agreement("P(OR > 1)", probability, answer.answer["prob_or_gt_1"], errors["mcse.prob_or_gt_1"])
    )
    return tuple(numbers)


def model_of(code: str, reference: Model) -> AnyModel:
    """Return a sampled model of this module's list, with the reference model's priors
    of the parameters that both have.

    A prior that depends on the data, or is improper, only the reference model can have:
    there the model file's own stays.
    """
    model = reference if code == REFERENCE else load_model(code)
    if isinstance(model, Model):
        return model
    shared = {name: getattr(reference, name) for name in SHARED if name in model.PRIORS}
    changes: Any = {name: prior for name, prior in shared.items() if _transferable(prior)}
    return replace(model, **changes)


def request(dataset: Dataset, model: AnyModel, engine: NUTS = ENGINE) -> Request:
    """Return what is asked of a sampled model here, as the store knows it."""
    return Request(QUESTION, dataset, model, engine)


def careful(engine: NUTS) -> NUTS:
    """Return the engine with a quarter of the distance to an acceptance of 1,
    and three times the adaptation.
    """
    return replace(engine, target_accept=round(1 - (1 - engine.target_accept) / 4, 6), tune=3 * engine.tune)


def _exact_models(reference: Model) -> Iterator[tuple[str, Model]]:
    """Yield the models that differ from the reference one in one thing, those that are it left out."""
    variants = [
        (each.code, {"likelihood": one.name, **each.settings}) for one in every() for each in one.variants
    ]
    for code, changes in (*variants, *EFFECTS.items()):
        settings: dict[str, Any] = {**changes, "name": "", "title": "", "notes": ()}
        model = replace(reference, **settings)
        if any(getattr(model, name) != getattr(reference, name) for name in changes):
            yield code, model


def _exact_row(trials: str, code: str, posterior: Posterior) -> ModelRow:
    lower, median, upper = np.exp(np.asarray(posterior["mu"].quantile(list(LEVELS.values())))).tolist()
    plain = posterior.model if isinstance(posterior.model, Model) else posterior.model.two_arm
    tau = float(posterior["tau"].quantile(0.5)) if plain.heterogeneous else None
    chance = float(posterior["mu"].prob_above(0.0))
    return ModelRow(trials, code, posterior.model, posterior.k, Ratio(median, lower, upper), chance, tau)


def _sampled_row(trials: str, code: str, model: AnyModel, answer: SampledAnswer) -> ModelRow:
    quantities = answer.answer["quantities"]
    lower, median, upper = (float(np.exp(quantities["mu"][level])) for level in LEVELS)
    ratio, tau = Ratio(median, lower, upper), quantities["tau"]["q50"]
    return ModelRow(
        trials, code, model, answer.answer["k"], ratio, answer.answer["prob_or_gt_1"], tau, answer
    )


def _numbers(posterior: Posterior, name: str) -> dict[str, float]:
    values = np.asarray(posterior[name].quantile(list(LEVELS.values()))).tolist()
    return dict(zip(LEVELS, values, strict=True))


def _transferable(prior: Prior) -> bool:
    return prior.proper and not waits(prior)
