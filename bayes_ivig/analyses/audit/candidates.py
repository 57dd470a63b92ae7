"""All pooled results that a table of counts can give, side by side,
and which printed numbers each of them meets.
"""

from dataclasses import dataclass

import numpy as np

from bayes_ivig.analyses.audit.printed import printed_range
from bayes_ivig.errors import ModelError
from bayes_ivig.formulas.effect_sizes import Array, Cells, Mask, Measure
from bayes_ivig.formulas.every_method import Recipe, every_result
from bayes_ivig.frequentist.pooling import METHODS, pool
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.paper.claims import RATIOS, Claim

EFFECT_FIELDS = ("estimate", "ci_lower", "ci_upper", "effect_p")
HETEROGENEITY_FIELDS = ("i2_percent", "heterogeneity_p")
FIELDS = (*EFFECT_FIELDS, *HETEROGENEITY_FIELDS)
MIXED_MODELS = tuple(name for name in METHODS if name.startswith("glmm"))
EXACT = "glmm-cm-el"
MOST_SUPPORT = 10_000  # a few seconds


@dataclass(frozen=True, eq=False)
class Candidates:
    """Recipes with their numbers on the printed scale: ``values[field]`` has shape (recipes, ...),
    NaN where it does not exist.

    ``i2_from_q`` is I squared computed as (Q - df)/Q, where ``i2_percent`` holds what the method itself
    reports; ``k`` counts the trials that carry information.
    """

    recipes: tuple[Recipe, ...]
    values: dict[str, Array]
    i2_from_q: Array
    k: Array

    def table(self, index: int) -> "Candidates":
        """Return the candidates of one table among several."""
        values = {name: array[:, index] for name, array in self.values.items()}
        return Candidates(self.recipes, values, self.i2_from_q[:, index], self.k[:, index])

    def met(self, claim: Claim, fields: tuple[str, ...], cut: bool = False) -> dict[str, Mask]:
        """Mark per printed field the recipes whose number prints as the claim's does;
        fields not printed are left out.
        """
        masks: dict[str, Mask] = {}
        for field in fields:
            printed = getattr(claim, field)
            if printed is None:
                continue
            lower, upper = printed_range(printed, cut)
            with np.errstate(invalid="ignore"):
                inside = (self.values[field] >= lower) & (self.values[field] <= upper)
                if field == "i2_percent":
                    inside |= (self.i2_from_q >= lower) & (self.i2_from_q <= upper)
            masks[field] = np.asarray(inside)
        return masks

    def row(self, index: int) -> dict[str, float]:
        """Return the numbers of one recipe that exist; for one table only."""
        numbers = {field: float(self.values[field][index]) for field in FIELDS}
        return {field: value for field, value in numbers.items() if np.isfinite(value)}


def candidates(cells: Cells, level: float, measures: tuple[Measure, ...] = ("OR", "RR", "RD")) -> Candidates:
    """Return what every closed-form or quickly iterated method gives
    for tables whose cells have shape (..., K).
    """
    recipes, rows, from_q, k = [], [], [], []
    for recipe, numbers in every_result(cells, measures):
        lower, upper, p_value = numbers.limits(level)
        effect = (numbers.estimate, lower, upper)
        with np.errstate(over="ignore"):
            shown = [np.exp(value) if recipe.measure in RATIOS else value for value in effect]
        recipes.append(recipe)
        rows.append([*shown, p_value, numbers.i2, numbers.q_p_value])
        from_q.append(numbers.i2_from_q)
        k.append(numbers.k)
    if not recipes:
        nothing = np.zeros((0, *np.shape(cells[0])[:-1]))
        return Candidates((), dict.fromkeys(FIELDS, nothing), nothing, nothing)
    stacked = [np.stack(column) for column in zip(*rows, strict=True)]
    return Candidates(tuple(recipes), dict(zip(FIELDS, stacked, strict=True)), np.stack(from_q), np.stack(k))


def affordable(dataset: Dataset) -> tuple[str, ...]:
    """Return the mixed models that take seconds; the exact conditional one sums over all numbers
    of events a trial may have.
    """
    support = sum(
        min(r1 + r0, n1, n0, n1 + n0 - r1 - r0) + 1
        for r1, n1, r0, n0 in (study.whole_counts for study in dataset.studies)
    )
    return MIXED_MODELS if support <= MOST_SUPPORT else tuple(name for name in MIXED_MODELS if name != EXACT)


def mixed_models(dataset: Dataset, level: float, methods: tuple[str, ...] = MIXED_MODELS) -> Candidates:
    """Return the odds ratios of the generalised linear mixed models;
    they take a search each, so they come last.
    """
    recipes, rows = [], []
    for method in methods:
        try:
            estimate = pool(dataset, method=method, level=level)
        except (ModelError, FloatingPointError, np.linalg.LinAlgError):
            continue
        ratio = estimate.ratio
        numbers = (*ratio, estimate.p_value, estimate.i2, estimate.q_p_value)
        rows.append([np.nan if value is None else value for value in numbers])
        recipes.append(Recipe("OR", method, "nothing added"))
    columns = np.array(rows, dtype=np.float64).reshape(-1, len(FIELDS)).T
    unknown = np.full(len(recipes), np.nan)
    return Candidates(tuple(recipes), dict(zip(FIELDS, columns, strict=True)), unknown, unknown)
