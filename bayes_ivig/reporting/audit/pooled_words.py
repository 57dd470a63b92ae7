"""The sentences of an audit about what the counts of the trials give when they are pooled again.

The numbers of a recipe are pairs of a field of the claim and its value on the printed scale.
"""

from collections.abc import Sequence

from bayes_ivig.formulas.every_method import Recipe
from bayes_ivig.inputs.paper.claims import Claim
from bayes_ivig.reporting.audit.words import NAMES, effect, heterogeneity
from bayes_ivig.reporting.wording import classical, numbers, phrases

type Row = Sequence[tuple[str, float]]

METHODS = {
    "mh": "Mantel-Haenszel, fixed effect",
    "peto": "Peto",
    "fixed": "inverse variance, fixed effect",
    "revman-random": "Mantel-Haenszel, random effects (the form of Review Manager 5)",
    "dl": "random effects, DerSimonian-Laird",
    "reml": "random effects, REML",
    "ml": "random effects, maximum likelihood",
    "pm": "random effects, Paule-Mandel",
    "sj": "random effects, Sidik-Jonkman",
    "he": "random effects, Hedges",
    "hs": "random effects, Hunter-Schmidt",
    "glmm-um-fs": "mixed logistic model with fixed study effects",
    "glmm-um-rs": "mixed logistic model with random study effects",
    "glmm-cm-al": "conditional logistic model, approximate likelihood",
    "glmm-cm-el": "conditional logistic model, exact likelihood",
}
CONVENTIONS = {
    "metafor": "0.5 is added to studies with a zero cell, but not in the Mantel-Haenszel sums",
    "revman": "0.5 is added to studies with a zero cell, as Review Manager does",
    "nothing added": "nothing is added to zero cells, and a study with one is left out of what needs it",
    "half in every study": "0.5 is added to every cell of every study",
    "no study dropped": "studies without events (or with nothing but events) are kept with 0.5 added",
}
QUANTILES = {
    "t": "the limits are Hartung-Knapp's, from a t distribution",
    "t truncated": (
        "the limits are Hartung-Knapp's with a variance factor of at least 1, from a t distribution"
    ),
}
EXACT_NOT_TRIED = (
    "There are too many events to try the conditional logistic model with exact likelihood "
    "in reasonable time."
)
PERCENT = "the risk difference and its limits are printed in percent"
STATED = (
    "every method of bayes-ivig pool, 5 zero-cell rules, limits from z or t, "
    "I2 from Q or tau2, rounded or cut off"
)


def printed(claim: Claim) -> str:
    """Return all printed numbers of a claim."""
    return ", ".join(part for part in (effect(claim), heterogeneity(claim)) if part)


def recipe_words(recipe: Recipe) -> str:
    """Return a recipe in words."""
    limits = "" if recipe.quantile == "z" else ", Hartung-Knapp limits"
    return f"{classical.MEASURES[recipe.measure]}, {METHODS[recipe.method]}{limits}"


def heterogeneity_of(recipe: Recipe) -> str:
    """Return the condition that heterogeneity comes from another recipe."""
    return (
        f"I2 and its P-value are those of another method ({recipe_words(recipe)}; "
        f"{CONVENTIONS[recipe.convention]})"
    )


def of_way(claim: Claim, row: Row) -> str:
    """Return recomputed numbers, each with one decimal more than it is printed with."""
    parts = []
    for field, value in row:
        shown = getattr(claim, field)
        if shown is not None:
            parts.append(
                f"{NAMES[field].removeprefix('the ')} {numbers.beside_printed(value, shown.decimals + 1)}"
            )
    return ", ".join(parts)


def nothing_to_recompute(claim: Claim) -> str:
    """Say that counts do not help."""
    if claim.measure not in ("OR", "RR", "RD"):
        return f"Counts of events do not give a {claim.measure}."
    return "No number is printed that counts could give."


def reproduced(claim: Claim, trials: str, recipe: Recipe, row: Row, conditions: Sequence[str]) -> str:
    """Say which recipe gives all printed numbers, and under which conditions."""
    holds = f" This holds if {phrases.series(list(conditions))}." if conditions else ""
    given = of_way(claim, row)
    return f"The counts of {trials} give every printed number: {recipe_words(recipe)} ({given}).{holds}"


def only_otherwise(claim: Claim, trials: str, recipe: Recipe, row: Row, conditions: Sequence[str]) -> str:
    """Say that another measure or model than the stated one gives the printed numbers."""
    which = {"unstated": ""}.get(claim.model, f", {claim.model} effects")
    method = f", method {claim.method}" if claim.method else ""
    holds = f", if {phrases.series(list(conditions))}" if conditions else ""
    return (
        f"The counts of {trials} do not give the printed numbers as stated "
        f"({classical.MEASURES[claim.measure]}{which}{method}), but do by another way: "
        f"{recipe_words(recipe)} ({of_way(claim, row)}){holds}."
    )


def not_reproduced(
    claim: Claim,
    trials: str,
    best: tuple[Recipe, Row],
    missed: Sequence[str],
    alone: Sequence[str],
) -> str:
    """Say that no recipe gives the printed numbers, and what the nearest one gives."""
    recipe, row = best
    never = (
        f" Not given by any of them: {phrases.series([NAMES[field] for field in alone])}." if alone else ""
    )
    return (
        f"No way of pooling the counts of {trials} gives what is printed (tried: {STATED}). Nearest: "
        f"{recipe_words(recipe)} ({of_way(claim, row)}), which differs in "
        f"{phrases.series([NAMES[field] for field in missed])}.{never}"
    )


def convention(name: str) -> str:
    """Return the condition that zero cells are treated by a convention."""
    return CONVENTIONS[name]


def quantile(name: str) -> str:
    """Return the condition that limits come from a distribution."""
    return QUANTILES[name]


def in_percent() -> str:
    """Return the condition that a risk difference is printed in percent."""
    return PERCENT


def exact_not_tried() -> str:
    """Say that one model was left out of the search."""
    return EXACT_NOT_TRIED
