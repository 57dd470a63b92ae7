"""One calibration as text for a terminal and as a JSON document:
numbers against what chance allows, no verdict.
"""

from typing import Any

from bayes_ivig.likelihoods.baselines import PLACES
from bayes_ivig.likelihoods.registry import DEFAULT, likelihood
from bayes_ivig.reporting.wording import numbers
from bayes_ivig.reporting.wording.digits import decimals
from bayes_ivig.reporting.wording.terminal import WIDTH, dashes, figures, paragraph
from bayes_ivig.results.calibration import Calibration, Coverage, Design, Uniformity

DECIMALS = 9  # of transforms and of ECDFs in the document


def calibration_document(calibration: Calibration) -> dict[str, Any]:
    """Return everything about a calibration as JSON-ready values."""
    setup, band = calibration.setup, calibration.band
    document: dict[str, Any] = {
        **setup.stated(),
        "simulations": setup.simulations,
        "calibrated_by_construction": setup.calibrated,
        "without_information": calibration.without_information,
        "checks_failed": calibration.checks_failed,
        "quantities": {quantity.quantity: _quantity(quantity) for quantity in calibration.quantities},
        "band": {
            "level": band.level,
            "gamma": band.gamma,
            "points": _rounded(band.points),
            "lower": _rounded(band.lower),
            "upper": _rounded(band.upper),
        },
        "first": {name: list(values) for name, values in calibration.first},
        "provenance": {
            "version": calibration.version,
            "engine_sha256": calibration.engine_sha256,
            "seed": setup.seed,
        },
    }
    if setup.from_counts:
        document["note"] = (
            "data are binomial counts and the fit is a normal approximation: only its coverage is of interest"
        )
    return document


def _quantity(quantity: Uniformity) -> dict[str, Any]:
    coverage = {
        numbers.stated(each.level): {"share": each.share, "mcse": each.mcse} for each in quantity.coverage
    }
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
    return [decimals(value, DECIMALS) for value in values]


def calibration_text(calibration: Calibration, width: int = WIDTH) -> str:
    """Return coverage and the largest ECDF deviations as two tables, then every choice in words."""
    setup = calibration.setup
    heading = (
        f"Calibration of the exact engine: {setup.likelihood} likelihood, {setup.design} design, "
        f"{numbers.count(setup.simulations)} fits"
    )
    levels = [numbers.level(each.level, 6) for each in calibration.quantities[0].coverage]
    coverage: list[tuple[str, ...]] = [("coverage of central intervals", *levels)]
    coverage += [
        (quantity.quantity, *map(_covered, quantity.coverage)) for quantity in calibration.quantities
    ]
    ecdf: list[tuple[str, ...]] = [("ECDF less the diagonal", "largest", "at", "band there", "of band", "p")]
    ecdf += [_deviation(quantity) for quantity in calibration.quantities]
    lines = [
        *paragraph(heading, width),
        *_warning(calibration, width),
        "",
        *figures(coverage, width),
        "",
        *figures(ecdf, width),
    ]
    return "\n".join([*lines, "", "Details", *dashes(_details(calibration), width)])


def _warning(calibration: Calibration, width: int) -> list[str]:
    if not calibration.setup.from_counts:
        return []
    warning = (
        "The data are binomial counts, the fit a normal approximation: not calibrated by construction. "
        "Read its coverage."
    )
    return paragraph(warning, width)


def _covered(coverage: Coverage) -> str:
    return f"{numbers.plain(coverage.share, 3)} ({numbers.plain(coverage.mcse, 3)})"


def _deviation(uniformity: Uniformity) -> tuple[str, ...]:
    small = numbers.p_value(uniformity.p_value)
    share = numbers.percent(uniformity.used, 0)
    return (
        uniformity.quantity,
        numbers.plain(uniformity.deviation, 4),
        numbers.plain(uniformity.at),
        numbers.plain(uniformity.allowed, 4),
        share,
        small,
    )


def _details(calibration: Calibration) -> list[str]:
    setup, band = calibration.setup, calibration.band
    priors = f"mu ~ {setup.plan.mu}, tau ~ {setup.plan.tau}"
    if not setup.given_estimates:
        priors += f", alpha ~ {setup.plan.alpha}"
    return [
        f"{setup.design} design: {_design(setup.plan, counts=not setup.given_estimates)}",
        f"priors, of the simulation and of the fit: {priors}",
        _origin(calibration),
        "coverage: share of central credible intervals that held the truth, averaged over the prior "
        "(Monte Carlo standard error in parentheses)",
        f"band: where {numbers.count(setup.simulations)} uniform values keep at all {len(band.points)} "
        f"points at once with probability {numbers.stated(band.level)}; beyond 100% is outside. One band for "
        "each quantity: of twenty true ones, one is left by chance",
        "p: the probability, for uniform values, of a path as far out somewhere",
        "theta_1: effect of the first study; theta_new: of a study without data; log_likelihood: "
        "of (mu, tau) given all studies",
        "simulations without any information in their data, "
        f"whose posterior is the prior: {calibration.without_information}",
        f"fits whose own checks found a problem (kept): {calibration.checks_failed}",
        f"seed {setup.seed}; version {calibration.version}; engine {calibration.engine_sha256[:12]}",
    ]


def _design(plan: Design, *, counts: bool) -> str:
    if counts:
        return f"{plan.studies} studies, arms of {plan.arms[0]} to {plan.arms[1]}"
    low, high = plan.standard_errors
    return f"{plan.studies} studies, standard errors of {numbers.stated(low)} to {numbers.stated(high)}"


def _origin(calibration: Calibration) -> str:
    setup = calibration.setup
    source = likelihood(DEFAULT if setup.from_counts else setup.likelihood)
    return source.settled(source.words.simulated, PLACES[setup.plan.baseline])
