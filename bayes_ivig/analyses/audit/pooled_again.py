"""Which way of pooling the known counts gives the printed numbers:
a search over measures, methods and zero-cell rules.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache, partial
from typing import NamedTuple

import numpy as np

from bayes_ivig.analyses.audit.candidates import (
    EFFECT_FIELDS,
    EXACT,
    FIELDS,
    HETEROGENEITY_FIELDS,
    MIXED_MODELS,
    Candidates,
    affordable,
    mixed_models,
)
from bayes_ivig.analyses.audit.printed import Mend, as_fraction, change_of, nearest
from bayes_ivig.formulas.effect_sizes import Mask
from bayes_ivig.formulas.every_method import QUANTILES, Recipe
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.paper.claims import Claim
from bayes_ivig.results.audit import Finding, Match, Verdict
from bayes_ivig.results.coded import Coded, coded

# conventions that are some program's default; the others are said as a condition
PROGRAMS = ("metafor", "revman")
REVMAN = ("revman-fixed", "revman-random", "revman-2025")
SAME_METHOD = {"revman-fixed": "mh", "revman-2025": "reml", "eb": "pm"}
MEASURES = ("OR", "RR", "RD")
KNOWN = ("mh", "peto", "fixed", "revman-random", "dl", "reml", "ml", "pm", "sj", "he", "hs")
BEST = 3  # matches kept per claim


class Trials(NamedTuple):
    """The trials that a claim may have pooled: the code of their name,
    what they give by its measure and by others.

    ``dataset`` is None where mixed models, which take a search each, are not to be tried.
    """

    label: Coded
    found: Candidates
    others: Callable[[], Candidates]
    dataset: Dataset | None = None


class Attempt(NamedTuple):
    """A recipe that gives all printed numbers of the effect,
    and one (perhaps another) that gives those of heterogeneity.
    """

    effect: Recipe
    heterogeneity: Recipe
    row: dict[str, float]
    cut: bool


def recomputed(claim: Claim, trials: Trials) -> tuple[Finding, tuple[Match, ...]]:
    """Return the verdict on one pooled result from the counts of its trials,
    and the recipes that come nearest.

    ``"inconsistent"`` means that no recipe of the stated measure and model gives all printed numbers, for
    every method of ``pool``, every zero-cell convention of ``formulas.conventions``, limits from z or t,
    rounded or cut off.
    """
    printed, in_percent = [field for field in FIELDS if getattr(claim, field) is not None], claim
    claim = as_fraction(claim)
    if claim.measure not in MEASURES or not printed:
        return _finding(claim, "cannot tell", coded("nothing_to_recompute", claim)), ()
    stated = stated_recipes(claim, trials.found)
    matches = _matches(claim, trials.found, stated)
    mixed = cache(partial(_mixed, claim, trials))
    for cut in (False, True):
        for pools, allowed in _pools(trials, stated, mixed):
            attempt = _attempt(claim, pools, allowed, cut)
            if attempt is not None:
                conditions = [
                    *_conditions(claim, attempt),
                    *([coded("in_percent")] if claim is not in_percent else []),
                ]
                verdict: Verdict = "consistent if" if conditions else "consistent"
                return _finding(
                    claim,
                    verdict,
                    coded("reproduced", claim, trials.label, attempt.effect, attempt.row, conditions),
                ), matches
    for own in (True, False):
        elsewhere = trials.found if own else trials.others()
        other = _attempt(claim, elsewhere, np.ones(len(elsewhere.recipes), dtype=bool), False)
        if other is not None:
            return _otherwise(claim, trials, other), matches
    return _not_reproduced(claim, trials, stated), matches


def usual(recipe: Recipe) -> bool:
    """Whether some program treats zero cells so by default with this method."""
    if recipe.method == "peto" or recipe.method in MIXED_MODELS:
        return True
    return (
        recipe.convention == "revman" if recipe.method == "revman-random" else recipe.convention in PROGRAMS
    )


def usual_first(recipe: Recipe) -> int:
    """Return how far a recipe is from what programs do by default;
    Review Manager, the most used, first among equals.
    """
    return 4 * (not usual(recipe)) + 2 * QUANTILES.index(recipe.quantile) + (recipe.convention != "revman")


def stated_recipes(claim: Claim, pools: Candidates) -> Mask:
    """Mark the recipes of the measure, model and method that a claim states."""
    return np.array([_stated(claim, recipe) for recipe in pools.recipes], dtype=bool)


def _stated(claim: Claim, recipe: Recipe) -> bool:
    """Whether a recipe is of the measure, model and method that a claim states."""
    if recipe.measure != claim.measure:
        return False
    method = claim.method.lower()
    if method and SAME_METHOD.get(method, method) in KNOWN:
        return recipe.method == SAME_METHOD.get(method, method)
    return {"random": recipe.random, "unstated": True}.get(claim.model, not recipe.random)


def _pools(
    trials: Trials, stated: Mask, mixed: Callable[[], Candidates | None]
) -> Iterator[tuple[Candidates, Mask]]:
    """Yield what to look through: closed forms by program defaults, then any convention,
    then mixed models.
    """
    default = np.array(
        [usual(recipe) and recipe.quantile == "z" for recipe in trials.found.recipes], dtype=bool
    )
    yield trials.found, stated & default
    yield trials.found, stated
    if (by_mixed_models := mixed()) is not None:
        yield by_mixed_models, np.ones(len(by_mixed_models.recipes), dtype=bool)


def _mixed(claim: Claim, trials: Trials) -> Candidates | None:
    """Return what mixed models give; None where they cannot give all that is printed:
    they have no P of heterogeneity.
    """
    wanted = (
        claim.measure == "OR" and claim.model not in ("fixed", "common") and claim.method.lower() not in KNOWN
    )
    if trials.dataset is None or not wanted or claim.heterogeneity_p is not None:
        return None
    named = claim.method.lower()
    return mixed_models(
        trials.dataset, claim.level, (named,) if named in MIXED_MODELS else affordable(trials.dataset)
    )


def _attempt(claim: Claim, pools: Candidates, allowed: Mask, cut: bool) -> Attempt | None:
    """Return the most usual recipe that gives the effect and heterogeneity as printed,
    if need be two of one measure.
    """
    if not pools.recipes:
        return None
    effect = _all(pools.met(claim, EFFECT_FIELDS, cut), allowed)
    spread = _all(pools.met(claim, HETEROGENEITY_FIELDS, cut), np.ones_like(allowed))
    both = effect & spread
    if both.any():
        best = min(map(int, np.flatnonzero(both)), key=lambda i: usual_first(pools.recipes[i]))
        return Attempt(pools.recipes[best], pools.recipes[best], pools.row(best), cut)
    for first in sorted(map(int, np.flatnonzero(effect)), key=lambda i: usual_first(pools.recipes[i])):
        same = [
            i
            for i in map(int, np.flatnonzero(spread))
            if pools.recipes[i].measure == pools.recipes[first].measure
        ]
        if same:
            second = min(same, key=lambda i: usual_first(pools.recipes[i]))
            row = pools.row(first) | {k: v for k, v in pools.row(second).items() if k in HETEROGENEITY_FIELDS}
            return Attempt(pools.recipes[first], pools.recipes[second], row, cut)
    return None


def _all(met: dict[str, Mask], allowed: Mask) -> Mask:
    fitting = allowed.copy()
    for mask in met.values():
        fitting &= mask
    return fitting


def _conditions(claim: Claim, attempt: Attempt) -> list[Coded]:
    """Return what must hold besides what is stated."""
    effect, spread = attempt.effect, attempt.heterogeneity
    conditions = []
    if not usual(effect) or (claim.method.lower() in REVMAN and effect.convention != "revman"):
        conditions.append(coded("convention", effect.convention))
    if effect.quantile != "z" and claim.method != "revman-2025":
        conditions.append(coded("quantile", effect.quantile))
    if spread != effect:
        conditions.append(coded("heterogeneity_of", spread))
    return [*conditions, *([coded("cut_off")] if attempt.cut else [])]


def _otherwise(claim: Claim, trials: Trials, other: Attempt) -> Finding:
    """Return the finding about numbers that only another measure or model than the stated one gives."""
    if other.effect.measure != claim.measure:
        mend = f"measure {other.effect.measure} instead of {claim.measure}"
    else:
        model = "random" if other.effect.random else "fixed"
        same = claim.model in (model, "unstated")
        mend = (
            f"method {other.effect.method} instead of {claim.method}"
            if same
            else f"model {model} instead of {claim.model}"
        )
    conditions = _conditions(claim, other)
    reason = coded("only_otherwise", claim, trials.label, other.effect, other.row, conditions)
    return _finding(claim, "inconsistent", reason, mend)


def _not_reproduced(claim: Claim, trials: Trials, stated: Mask) -> Finding:
    """Return the finding about numbers that no recipe gives: the nearest one,
    and what it would print instead.
    """
    index = _ranked(claim, trials.found, stated)[0]
    recipe, row = trials.found.recipes[index], trials.found.row(index)
    missed = [field for field, mask in trials.found.met(claim, FIELDS).items() if not mask[index]]
    mends = []
    for field in missed:
        moved = nearest(getattr(claim, field), (row[field], row[field])) if field in row else None
        if moved and not getattr(claim, field).bound:
            mends.append(Mend(f"{field} {moved[0]} instead of {getattr(claim, field)}", moved[1]))
        elif field in row:
            mends.append(
                Mend(
                    f"{field} {row[field]:.{getattr(claim, field).decimals + 1}f} instead "
                    f"of {getattr(claim, field)}",
                    1.0,
                )
            )
    alone = [field for field, mask in trials.found.met(claim, FIELDS).items() if not (mask & stated).any()]
    reason = coded("not_reproduced", claim, trials.label, (recipe, row), missed, alone)
    if trials.dataset is not None and EXACT not in affordable(trials.dataset):
        reason = coded("sentences", reason, coded("exact_not_tried"))
    best = " and ".join(mend.text for mend in mends)
    values = [(row[field], row[field]) for field in missed if field in row]
    changes = (change_of(claim, missed[0], values[0]),) if len(missed) == len(values) == 1 else ()
    return replace(_finding(claim, "inconsistent", reason, best), changes=changes)


def _ranked(claim: Claim, pools: Candidates, allowed: Mask) -> list[int]:
    """Return the allowed recipes, those that meet most printed numbers first, then the most usual."""
    score = sum(
        (mask.astype(int) for mask in pools.met(claim, FIELDS).values()),
        np.zeros(len(pools.recipes), dtype=int),
    )
    rows = np.flatnonzero(allowed) if allowed.any() else np.arange(len(pools.recipes))
    return sorted((int(i) for i in rows), key=lambda i: (-int(score[i]), usual_first(pools.recipes[i])))


def _matches(claim: Claim, pools: Candidates, stated: Mask) -> tuple[Match, ...]:
    met = pools.met(claim, FIELDS)
    matches = []
    for index in _ranked(claim, pools, stated)[:BEST]:
        recipe = pools.recipes[index]
        hit = tuple(field for field, mask in met.items() if mask[index])
        missed = tuple(field for field in met if field not in hit)
        row = tuple(pools.row(index).items())
        matches.append(
            Match(
                claim.outcome,
                recipe.measure,
                recipe.method,
                recipe.convention,
                recipe.quantile,
                hit,
                missed,
                row,
            )
        )
    return tuple(matches)


def _finding(claim: Claim, verdict: Verdict, reason: Coded, mend: str = "") -> Finding:
    return Finding(claim.outcome, "recomputed", verdict, reason, mend, coded("printed", claim), claim.where)
