"""One calibration as text for a terminal and as a JSON document:
numbers against what chance allows, no verdict.
"""

from typing import Any

from bayes_ivig.likelihoods.baselines import PLACES
from bayes_ivig.likelihoods.registry import DEFAULT, likelihood
from bayes_ivig.reporting.wording.terminal import WIDTH, dashes, figures, paragraph
from bayes_ivig.results.calibration import Calibration, Coverage, Design, Uniformity

DECIMALS = 9  # of transforms and of ECDFs in the document


def calibration_document(found: Calibration) -> dict[str, Any]:
    """Return everything about a calibration as JSON-ready values."""
    setup, band = found.setup, found.band
    document: dict[str, Any] = {
        **setup.stated(),
        "simulations": setup.simulations,
        "calibrated_by_construction": setup.calibrated,
        "without_information": found.without_information,
        "checks_failed": found.checks_failed,
        "quantities": {quantity.quantity: _quantity(quantity) for quantity in found.quantities},
        "band": {
            "level": band.level,
            "gamma": band.gamma,
            "points": _rounded(band.points),
            "lower": _rounded(band.lower),
            "upper": _rounded(band.upper),
        },
        "first": {name: list(values) for name, values in found.first},
        "provenance": {"version": found.version, "engine_sha256": found.engine_sha256, "seed": setup.seed},
    }
    if setup.from_counts:
        document["note"] = (
            "data are binomial counts and the fit is a normal approximation: only its coverage is of interest"
        )
    return document


def _quantity(quantity: Uniformity) -> dict[str, Any]:
    coverage = {f"{each.level:g}": {"share": each.share, "mcse": each.mcse} for each in quantity.coverage}
    ecdf = {
        "largest_deviation": quantity.deviation,
        "at": quantity.at,
        "band_there": quantity.allowed,
        "share_of_band": quantity.used,
        "p_value": quantity.p_value,
        "difference": _rounded(quantity.difference),
    }
    return {"coverage": coverage, "ecdf": ecdf}


def _rounded(values: tuple[float, ...]) -> list[float]:
    return [round(value, DECIMALS) for value in values]


def calibration_text(found: Calibration, width: int = WIDTH) -> str:
    """Return coverage and the largest ECDF deviations as two tables, then every choice in words."""
    setup = found.setup
    heading = (
        f"Calibration of the exact engine: {setup.likelihood} likelihood, "
        f"{setup.design} design, {setup.simulations:,} fits"
    )
    levels = [f"{100 * each.level:g}%" for each in found.quantities[0].coverage]
    coverage: list[tuple[str, ...]] = [("coverage of central intervals", *levels)]
    coverage += [(quantity.quantity, *map(_covered, quantity.coverage)) for quantity in found.quantities]
    ecdf: list[tuple[str, ...]] = [("ECDF less the diagonal", "largest", "at", "band there", "of band", "p")]
    ecdf += [_deviation(quantity) for quantity in found.quantities]
    lines = [
        *paragraph(heading, width),
        *_warning(found, width),
        "",
        *figures(coverage, width),
        "",
        *figures(ecdf, width),
    ]
    return "\n".join([*lines, "", "Details", *dashes(_details(found), width)])


def _warning(found: Calibration, width: int) -> list[str]:
    if not found.setup.from_counts:
        return []
    told = (
        "The data are binomial counts, the fit a normal approximation: not calibrated by construction. "
        "Read its coverage."
    )
    return paragraph(told, width)


def _covered(found: Coverage) -> str:
    return f"{found.share:.3f} ({found.mcse:.3f})"


def _deviation(found: Uniformity) -> tuple[str, ...]:
    small = "< 0.001" if found.p_value < 0.0005 else f"{found.p_value:.3f}"
    share = f"{100 * found.used:.0f}%"
    return found.quantity, f"{found.deviation:.4f}", f"{found.at:.2f}", f"{found.allowed:.4f}", share, small


def _details(found: Calibration) -> list[str]:
    setup, band = found.setup, found.band
    priors = f"mu ~ {setup.plan.mu}, tau ~ {setup.plan.tau}"
    if not setup.given_estimates:
        priors += f", alpha ~ {setup.plan.alpha}"
    return [
        f"{setup.design} design: {_design(setup.plan, counts=not setup.given_estimates)}",
        f"priors, of the simulation and of the fit: {priors}",
        _origin(found),
        "coverage: share of central credible intervals that held the truth, averaged over the prior "
        "(Monte Carlo standard error in parentheses)",
        f"band: where {setup.simulations:,} uniform values keep at all {len(band.points)} points at once "
        f"with probability {band.level:g}; beyond 100% is outside. One band for each quantity: of twenty "
        "true ones, one is left by chance",
        "p: the probability, for uniform values, of a path as far out somewhere",
        "theta_1: effect of the first study; theta_new: of a study without data; log_likelihood: "
        "of (mu, tau) given all studies",
        "simulations without any information in their data, "
        f"whose posterior is the prior: {found.without_information}",
        f"fits whose own checks found a problem (kept): {found.checks_failed}",
        f"seed {setup.seed}; version {found.version}; engine {found.engine_sha256[:12]}",
    ]


def _design(plan: Design, *, counts: bool) -> str:
    if counts:
        return f"{plan.studies} studies, arms of {plan.arms[0]} to {plan.arms[1]}"
    low, high = plan.standard_errors
    return f"{plan.studies} studies, standard errors of {low:g} to {high:g}"


def _origin(found: Calibration) -> str:
    setup = found.setup
    source = likelihood(DEFAULT if setup.from_counts else setup.likelihood)
    return source.settled(source.words.simulated, PLACES[setup.plan.baseline])
