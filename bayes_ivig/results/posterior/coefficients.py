"""What is said of the coefficients of a regression, whichever engine found them."""

import re
from typing import TYPE_CHECKING

import numpy as np

from bayes_ivig.errors import ModelError
from bayes_ivig.inputs.characteristics.covariates import Design, Numeric
from bayes_ivig.results.contract import Fitted
from bayes_ivig.results.posterior.quantity import Quantity
from bayes_ivig.results.shown import checked_level, limited

if TYPE_CHECKING:
    import pandas as pd

RATIO = ("log odds ratio", "ratio of odds ratios")
ENOUGH = 10  # trials for each coefficient
PLAIN = re.compile(r"\W+")
SLOPE = "slope"  # the one coefficient of a regression on the standard error


def quantities_of(design: Design) -> tuple[Quantity, ...]:
    """Return the coefficients as quantities of a posterior, ``beta[NAME]`` each."""
    units: list[float | None] = []
    for covariate in design.covariates:
        units += [covariate.spread if isinstance(covariate, Numeric) else None] * len(covariate.coefficients)
    units += [None] * (len(design.names) - len(units))  # of interactions, which are per both
    return tuple(
        Quantity(f"beta[{name}]", label, *RATIO, unit=unit)
        for name, label, unit in zip(design.names, design.labels, units, strict=True)
    )


def remarks_of(design: Design) -> tuple[str, ...]:
    """Return what must be read beside a regression: where it is measured from, how its covariates were coded,
    and where there are few studies for what is asked of them.
    """
    at = " and ".join(f"{covariate.name} {_shown(covariate.reference)}" for covariate in design.covariates)
    return (f"mu, tau and theta_new are of studies with {at}", *design.codings, *_cautions(design))


def _cautions(design: Design) -> list[str]:
    k, p = len(design.rows), len(design.names)
    few = k < ENOUGH * p
    said = []
    if few:
        said.append(
            f"{k} trials for {p} coefficient{'s' if p > 1 else ''}: fewer than {ENOUGH} for each, so that "
            "priors count for much, and a single trial may make a slope"
        )
    columns = dict(zip(design.names, zip(*design.rows, strict=True), strict=True))
    said += [
        f"{covariate.name}: {k} trials have {k} different values, so that it may stand for anything else "
        "that differs between them"
        for covariate in design.covariates
        if few and isinstance(covariate, Numeric) and len(set(columns[covariate.name])) == k
    ]
    return [
        *said,
        "trials were not randomised to their characteristics: differences between them may have other causes",
    ]


def _shown(reference: str | float) -> str:
    return reference if isinstance(reference, str) else f"{reference:.4g}"


def slopes_of(posterior: Fitted) -> tuple[Quantity, ...]:
    """Return the coefficients among the quantities of a posterior; none of one that is no regression."""
    return tuple(each for each in posterior.quantities if each.name.startswith("beta[") or each.name == SLOPE)


def slope_columns(posterior: Fitted, level: float) -> dict[str, float]:
    """Return the coefficients of a regression as columns of a table of many posteriors, on the scale of the
    model; none of another model.
    """
    columns: dict[str, float] = {}
    for each in slopes_of(posterior):
        name = PLAIN.sub("_", each.name).strip("_")
        while f"{name}_median" in columns:  # two names that differ in marks only
            name = f"{name}_"
        marginal = posterior[each.name]
        lower, median, upper = np.asarray(marginal.quantile([(1 - level) / 2, 0.5, (1 + level) / 2])).tolist()
        columns |= {f"{name}_median": median, f"{name}_lower": lower, f"{name}_upper": upper}
        columns[f"prob_{name}_gt_0"] = float(marginal.prob_above(0.0))
    return columns


def slopes_table(posterior: Fitted, level: float) -> "pd.DataFrame":
    """Return one row per coefficient; see ``regression_table``."""
    import pandas as pd

    checked_level(level)
    found = slopes_of(posterior)
    if not found:
        kind = type(posterior.model).__name__
        raise ModelError(
            "regression_table: needs the posterior of a regression, such as of MetaRegression; "
            f"found one of {kind}"
        )
    rows = []
    for each in found:
        marginal = posterior[each.name]
        lower, median, upper = np.asarray(marginal.quantile([(1 - level) / 2, 0.5, (1 + level) / 2])).tolist()
        row: dict[str, object] = {"label": each.label, "unit": each.unit, "scale": each.scale}
        row |= limited((median, lower, upper), level)
        row |= {"prob_gt_0": float(marginal.prob_above(0.0))}
        if each.shown:
            ratios = np.exp([median, lower, upper])
            row |= dict(zip(("ratio_median", "ratio_lower", "ratio_upper"), ratios.tolist(), strict=True))
        rows.append(row)
    return pd.DataFrame(rows, index=pd.Index([each.name for each in found], name="coefficient"))
