"""What is said of the coefficients of a regression, whichever engine found them."""

from bayes_ivig.inputs.characteristics.covariates import Design, Numeric
from bayes_ivig.results.posterior.quantity import Quantity

RATIO = ("log odds ratio", "ratio of odds ratios")
ENOUGH = 10  # trials for each coefficient


def quantities_of(design: Design) -> tuple[Quantity, ...]:
    """Return the coefficients as quantities of a posterior, ``beta[NAME]`` each."""
    return tuple(
        Quantity(f"beta[{name}]", label, *RATIO)
        for name, label in zip(design.names, design.labels, strict=True)
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
