"""``specification_curve``: every combination of trial sets, models and priors, sorted by what comes out."""

import itertools
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import numpy as np

from bayes_ivig.analyses.priors.compare import Stated, Trials, selections_of, stated_priors
from bayes_ivig.analyses.specification.sets import sets_of
from bayes_ivig.engines.bulk import over_cases as bulk
from bayes_ivig.engines.bulk.answers import Questions
from bayes_ivig.engines.grid.curves import informative
from bayes_ivig.errors import DataError, ModelError
from bayes_ivig.formulas.ties import settled_one
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.description import About
from bayes_ivig.inputs.judgements.judged import StatedBefore
from bayes_ivig.inputs.model.files import TwoArm, two_arm_of
from bayes_ivig.inputs.model.on_scale import unfit
from bayes_ivig.inputs.model.scale import measure_in_force, on_measure
from bayes_ivig.inputs.model.two_arm import EFFECTS, Model
from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.kind import NOT_EMPTY
from bayes_ivig.likelihoods.registry import NAMES
from bayes_ivig.measures import OR, Measure
from bayes_ivig.priors.composite import Prior
from bayes_ivig.priors.parsing import parse_prior
from bayes_ivig.results.specification.curve import (
    CHOICES,
    NO_SPREAD,
    Choice,
    Specification,
    SpecificationCurve,
    SpecifiedSet,
)


class TooManySpecificationsError(ModelError):
    """More specifications than a curve is made of."""


type Models = Annotated[TwoArm | Iterable[TwoArm], "a Model or its name, or a list of such", NOT_EMPTY]
type Offered = tuple[About, Measure]
type Pairs = Sequence[tuple[Prior, Prior]]

MOST = 20_000  # specifications: a minute, and more than a picture shows
MANY_TRIALS = 100  # from here on Student-t effects take longer than all others together
KINDS: Mapping[Choice, str] = {  # by which names choices are stated before
    "trials": "trial_sets",
    "likelihood": "likelihoods",
    "effects": "effects",
    "mu": "mu_priors",
    "tau": "tau_priors",
}


@checked
def specification_curve(
    dataset: Dataset,
    model: TwoArm | None = None,
    *,
    trials: Trials | None = None,
    models: Models | None = None,
    mu: Stated | None = None,
    tau: Stated | None = None,
) -> SpecificationCurve:
    """Return the posterior under every combination of trial set, model and priors, sorted by its median.

    ``trials`` are trial sets, by default every named one and every comparison; ``models`` give likelihoods
    and study effects, by default the reference model ``model`` (``Model()`` unless given), the other
    likelihoods with normal effects, and Student-t and common effects; ``mu`` and ``tau`` priors, by default
    those of the model and those that the description of the data sets side by side. Trial sets whose trials
    ask one question, by what the treatment was compared with, stand apart from those that mix questions.
    What a protocol states (``judgements.stated_before`` of the description) is marked.

    Every row has the numbers that ``fit`` gives for it, from one likelihood surface for all priors on a trial
    set and a model. What has no posterior, or learns nothing, is left out and listed. Raises ``DataError``
    and ``ModelError`` where that is everything, ``ModelError`` for more than 20,000 specifications.

    >>> import bayes_ivig as bi
    >>> priors = ["normal(0, 0.4)", "normal(0, 2.82)"]
    >>> bi.trials.specification_curve(bi.load_dataset("my.csv"), models=[bi.Model()], mu=priors)
    SpecificationCurve(my, k=4): 6 specifications, median OR 0.37 to 0.61
    """
    reference = on_measure(dataset, two_arm_of(model))
    measure = measure_in_force(dataset, reference)
    structures = _structures(dataset, reference, measure) if models is None else _listed(models)
    offered = dataset.about, measure
    mus, taus = _with_own("mu", reference.mu, mu, offered), _with_own("tau", reference.tau, tau, offered)
    sets = sets_of(dataset, None if trials is None else selections_of(trials))
    _require_few(len(sets), structures, len(mus), len(taus))
    before = dataset.about.judgements.stated_before if dataset.about.judgements else None
    rows, left_out = _computed(dataset, sets, structures, list(itertools.product(mus, taus)))
    choices = _choices(rows, sets, structures, (mus, taus))
    known = {name: _stated(before, name, options, sets) for name, options in choices.items()}
    order = {question: i for i, question in enumerate(dict.fromkeys(each.question for each in sets))}
    marked = [_marked(row, known, before is not None, reference) for row in rows]
    marked.sort(key=lambda row: (order[row.question], settled_one(float(measure.modelled(row.median)))))
    return SpecificationCurve(
        dataset=dataset,
        model=reference,
        rows=tuple(marked),
        sets=tuple(each for each in sets if each.name in choices["trials"]),
        choices=tuple(choices.items()),
        before=tuple(known.items()),
        source=before.source if before else "",
        published="published" if "published" in dataset.trial_sets else "",
        left_out=tuple(left_out),
        measure_code=measure.code,
    )


def largest_curve(dataset: Dataset, model: Model) -> SpecificationCurve:
    """Return the curve of all choices, or, where these are too many specifications, that under the model's
    own priors, else of all trials alone; what it leaves out says so.
    """
    try:
        return specification_curve(dataset, model)
    except TooManySpecificationsError as error:
        why = f"{error}; here the priors are those of the reference model"
    try:
        curve = specification_curve(dataset, model, mu=model.mu, tau=model.tau)
    except TooManySpecificationsError:
        why += ", and trial sets are left out"
        curve = specification_curve(dataset, model, mu=model.mu, tau=model.tau, trials=["all"])
    return replace(curve, left_out=(("all", why), *curve.left_out))


def _computed(
    dataset: Dataset, sets: Sequence[SpecifiedSet], structures: Sequence[Model], pairs: Pairs
) -> tuple[list[Specification], list[tuple[str, str]]]:
    """Return the rows of all trial sets and models, and what has no posterior; raises where nothing has."""
    rows: list[Specification] = []
    left_out: list[tuple[str, str]] = []
    errors: list[DataError | ModelError] = []
    for each, structure in itertools.product(sets, structures):
        try:
            rows += _rows(dataset.trials(each.trials), each, structure, pairs)
        except (DataError, ModelError) as error:
            errors.append(error)
            left_out.append((each.name, f"{structure.likelihood}, {structure.effects}: {error}"))
    if not rows:
        raise errors[0]
    return rows, left_out


def _structures(dataset: Dataset, reference: Model, measure: Measure) -> list[Model]:
    """Return the reference model, the other likelihoods of its data with normal effects, and the other
    distributions of study effects, each once.
    """
    usual = measure is OR and not dataset.estimated and not reference.missing
    likelihoods = (reference.likelihood, *(NAMES if usual else ()))
    effects = [each for each in EFFECTS if len(dataset) < MANY_TRIALS or each in ("random", "common")]
    pairs = [(reference.likelihood, reference.effects)]
    pairs += [(likelihood, "random") for likelihood in likelihoods]
    pairs += [(reference.likelihood, each) for each in effects]
    return [
        replace(reference, likelihood=likelihood, effects=each) for likelihood, each in dict.fromkeys(pairs)
    ]


def _listed(models: Models) -> list[Model]:
    """Return stated models, those that differ in likelihood or study effects."""
    given = [models] if isinstance(models, Model | str | Path) else list(models)
    stated = [two_arm_of(each) for each in given]
    return _each_once(stated, lambda each: (each.likelihood, each.effects))


def _each_once[T](values: Iterable[T], key: Callable[[T], Hashable]) -> list[T]:
    """Return the first of the values with each key, in their order."""
    kept: dict[Hashable, T] = {}
    for value in values:
        kept.setdefault(key(value), value)
    return list(kept.values())


def _with_own(parameter: str, own: Prior, stated: Stated | None, offered: Offered) -> list[Prior]:
    """Return the stated priors of a parameter, else that of the model and those that the data's description
    sets side by side and that are not made for another measure; each once, by its text.
    """
    if stated is not None:
        priors = stated_priors(parameter, stated)
    else:
        texts: tuple[str, ...] = getattr(offered[0], f"{parameter}_priors")
        fitting = (each for each in map(parse_prior, texts) if not unfit(parameter, each, offered[1]))
        priors = [own, *fitting]
    return _each_once(priors, str)


def _require_few(sets: int, structures: Sequence[Model], mus: int, taus: int) -> None:
    count = sets * sum(mus * (taus if each.heterogeneous else 1) for each in structures)
    if count > MOST:
        raise TooManySpecificationsError(
            f"specification_curve: {sets} trial sets, {len(structures)} models, {mus} priors of mu and "
            f"{taus} of tau give {count:,} specifications, and {MOST:,} are the most; give fewer of one"
        )


def _rows(chosen: Dataset, each: SpecifiedSet, model: Model, pairs: Pairs) -> list[Specification]:
    """Return the rows of one trial set and model: all pairs of priors on one surface."""
    used = informative(chosen, on_measure(chosen, model, own_priors=False))
    telling = sum(study.informative for study in used)
    if not telling:
        raise DataError(f"{chosen.label}: no trial can tell the arms apart, so that nothing is learnt")
    measure = measure_in_force(chosen, model)
    kept = pairs if model.heterogeneous else _each_once(pairs, lambda pair: str(pair[0]))
    answers = bulk.over_priors(chosen, model, kept, Questions(above=(measure.null,), log=measure.log))
    effects = measure.own_values(answers.mu)
    return [
        Specification(
            trials=each.name,
            question=each.question,
            likelihood=model.likelihood,
            effects=model.effects,
            mu=str(mu),
            tau=str(tau) if model.heterogeneous else NO_SPREAD,
            k=len(used),
            k_informative=telling,
            lower=float(effects[i, 0]),
            median=float(effects[i, 1]),
            upper=float(effects[i, 2]),
            prob_above=float(answers.above[i, 0]),
            stated_before=False,
            reference=False,
            error=float(np.maximum(answers.error[i], answers.beyond[i])),
        )
        for i, (mu, tau) in enumerate(kept)
    ]


def _choices(
    rows: Sequence[Specification],
    sets: Sequence[SpecifiedSet],
    structures: Sequence[Model],
    priors: tuple[Sequence[Prior], Sequence[Prior]],
) -> dict[Choice, tuple[str, ...]]:
    """Return what was chosen from, and is there."""
    offered: dict[Choice, Iterable[str]] = {
        "trials": (each.name for each in sets),
        "likelihood": (each.likelihood for each in structures),
        "effects": (each.effects for each in structures),
        "mu": map(str, priors[0]),
        "tau": map(str, priors[1]),
    }
    return {
        name: tuple(
            option for option in dict.fromkeys(options) if any(getattr(r, name) == option for r in rows)
        )
        for name, options in offered.items()
    }


def _stated(
    before: StatedBefore | None, name: Choice, options: Sequence[str], sets: Sequence[SpecifiedSet]
) -> tuple[str, ...]:
    """Return the options that were stated before, by the names that a protocol has for them."""
    if before is None:
        return ()
    compared = {each.name: each.question for each in sets if each.whole and name == "trials"}
    return tuple(
        option
        for option in options
        if before.names(KINDS[name], option)
        or (option in compared and before.names("comparisons", compared[option]))
    )


def _marked(
    row: Specification, known: Mapping[Choice, tuple[str, ...]], stated: bool, reference: Model
) -> Specification:
    """Return a row with what is known of all its choices together."""
    spread = row.tau in (NO_SPREAD, str(reference.tau))
    structure = (row.likelihood, row.effects) == (reference.likelihood, reference.effects)
    return replace(
        row,
        stated_before=stated
        and all(getattr(row, name) in known[name] or (name == "tau" and not row.tau) for name in CHOICES),
        reference=structure and row.mu == str(reference.mu) and spread,
    )
