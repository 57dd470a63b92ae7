"""Model checks as text for a terminal and as a JSON document."""

from typing import Any, assert_never

from bayes_ivig.inputs.characteristics.fingerprint import fingerprint
from bayes_ivig.inputs.model.files import assumptions
from bayes_ivig.reporting.wording import information, json_values, numbers
from bayes_ivig.reporting.wording.order import of_times
from bayes_ivig.reporting.wording.terminal import WIDTH, dashes, figures, paragraph
from bayes_ivig.results.checks.loo import LeaveOneOut
from bayes_ivig.results.checks.model_check import ModelCheck
from bayes_ivig.results.checks.power_scaling import (
    DISTANCE,
    DISTANCE_OF_DRAWS,
    THRESHOLD,
    Diagnosis,
    PowerScaling,
)
from bayes_ivig.results.checks.predictive import ArmCheck, Foretold, PosteriorCheck, PriorCheck
from bayes_ivig.version import __version__

FEW = 0.05  # mid-p below which an arm is named


def check_text(check: ModelCheck, width: int = WIDTH) -> str:
    """Return all checks as text: a table for each, what stands out in words, and how each number is meant."""
    posterior = check.posterior
    checked = f"{posterior.model.name or 'the model'} on {posterior.dataset.label}"
    lines = paragraph(f"Checks of {checked}, {information.counted(posterior)}", width)
    nothing = information.nothing_learnt(posterior)
    lines += ["", *paragraph(nothing, width)] if nothing else []
    if check.prior is not None:
        lines += ["", "Before any data, the priors believe in", *figures(_prior_rows(check.prior), width)]
    lines += [
        "",
        "Observed, and replicated with a new effect in each study",
        *figures(_arm_rows(check.predictive), width),
    ]
    if check.loo is not None:
        lines += ["", "Each study foreseen from the others", *figures(_loo_rows(check.loo), width)]
    lines += [
        "",
        "Sensitivity to a little more or less of prior and likelihood",
        *figures(_power_rows(check.power), width),
    ]
    details = [*_findings(check), *_details(check), *information.remarks(posterior)]
    return "\n".join([*lines, "", "Details", *dashes(details, width)])


def check_document(check: ModelCheck) -> dict[str, Any]:
    """Return all checks as JSON-ready values; what does not exist is None, and ``missing`` says why."""
    posterior, loo = check.posterior, check.loo
    return {
        "dataset": {
            "name": posterior.dataset.name,
            "outcome": posterior.dataset.outcome,
            "trials": posterior.dataset.selection,
        },
        "model": {"name": posterior.model.name, **assumptions(posterior.model)},
        "engine": {"name": posterior.engine, **dict(posterior.settings)},
        **information.information_keys(posterior),
        "prior_predictive": None if check.prior is None else _prior_document(check.prior),
        "posterior_predictive": {
            "replicate": check.predictive.replicate,
            "level": check.predictive.level,
            "arms": [_arm_document(row) for row in check.predictive.rows],
        },
        "leave_one_out": None if loo is None else _loo_document(loo),
        "power_scaling": {
            "threshold": THRESHOLD,
            "distance": DISTANCE if check.posterior.engine == "quadrature" else DISTANCE_OF_DRAWS,
            "quantities": [
                json_values.plain_row(row) for row in check.power.table().reset_index().to_dict("records")
            ],
        },
        "missing": list(check.missing),
        "problems": list(check.problems),
        "provenance": {"version": __version__, "data_sha256": fingerprint(posterior.dataset)},
    }


def diagnosis_text(diagnosis: Diagnosis) -> str:
    """Return what a power-scaling diagnosis means, in words."""
    match diagnosis:
        case "none":
            return "no sign of trouble"
        case "prior-data conflict":
            return "prior and data may be in conflict: both move it"
        case "strong prior or weak likelihood":
            return "the prior moves it, the likelihood hardly does"
        case _:
            assert_never(diagnosis)


def _prior_document(prior: PriorCheck) -> dict[str, Any]:
    quantities = [
        {
            "quantity": row.quantity,
            "scale": row.scale,
            "extreme": row.extreme,
            "prob_extreme": row.prob_extreme,
        }
        | {
            numbers.quantile_key(level): json_values.finite(value)
            for level, value in zip(prior.levels, row.quantiles, strict=True)
        }
        for row in prior.quantities
    ]
    return {"quantities": quantities, "arms": [_arm_document(row) for row in prior.arms]}


def _arm_document(row: ArmCheck) -> dict[str, Any]:
    names = (
        "study", "arm", "observed", "total", "expected", "lower", "upper", "prob_above", "p_value", "mcse",
    )  # fmt: skip
    return {name: getattr(row, name) for name in names}


def _loo_document(loo: LeaveOneOut) -> dict[str, Any]:
    studies = [
        {"study": row.study, "elpd": row.elpd, "p_loo": row.p_loo, "pareto_k": row.pareto_k}
        for row in loo.rows
    ]
    return {"method": loo.method, "elpd": loo.elpd, "se": loo.se, "p_loo": loo.p_loo, "studies": studies}


def _prior_rows(prior: PriorCheck) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("", "median", "middle 95%", "extreme")]
    return rows + [
        (row.quantity, numbers.foretold_briefly(row.quantiles[2]), _range(row), _chance(row))
        for row in prior.quantities
    ]


def _range(row: Foretold) -> str:
    return f"{numbers.foretold_briefly(row.quantiles[0])} to {numbers.foretold_briefly(row.quantiles[-1])}"


def _chance(row: Foretold) -> str:
    return "" if row.prob_extreme is None else numbers.probability(row.prob_extreme)


def _arm_rows(check: PosteriorCheck) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [
        ("", "observed", "expected", f"{numbers.level(check.level, 6)} limits", "p")
    ]
    for row in check.rows:
        of = "" if row.total is None else f"/{row.total}"
        limits = f"{numbers.foretold_briefly(row.lower)} to {numbers.foretold_briefly(row.upper)}"
        arm = f"{row.study}, {row.arm}"
        rows.append(
            (
                arm,
                f"{numbers.foretold_briefly(row.observed)}{of}",
                numbers.foretold_briefly(row.expected),
                limits,
                numbers.probability(row.p_value),
            )
        )
    return rows


def _loo_rows(loo: LeaveOneOut) -> list[tuple[str, ...]]:
    psis = loo.method == "psis"
    rows: list[tuple[str, ...]] = [("", "log predictive density", "p_loo", *(["Pareto k"] * psis))]
    rows += [
        (
            row.study,
            numbers.plain(row.elpd),
            numbers.plain(row.p_loo),
            *([numbers.plain(row.pareto_k or 0.0)] * psis),
        )
        for row in loo.rows
    ]
    return [*rows, ("all", numbers.plain(loo.elpd), numbers.plain(loo.p_loo), *([""] * psis))]


def _power_rows(power: PowerScaling) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("", "prior", "likelihood")]
    return rows + [
        (row.quantity, numbers.plain(row.prior), numbers.plain(row.likelihood)) for row in power.rows
    ]


def _findings(check: ModelCheck) -> list[str]:
    """Name what stands out, and say so where nothing does."""
    unlike = [
        f"{row.study}, {row.arm} (p {numbers.probability(row.p_value)})"
        for row in check.predictive.rows
        if row.p_value < FEW
    ]
    arms = len(check.predictive.rows)
    lines = [
        f"unlike what the others foretell, mid-p below {numbers.stated(FEW)} in {len(unlike)} "
        f"of {arms}: {'; '.join(unlike)}"
        if unlike
        else f"no arm of {arms} lies where the others hardly foretell it (mid-p below {numbers.stated(FEW)})"
    ]
    lines += [f"{row.quantity}: {diagnosis_text(row.diagnosis)}" for row in check.power.rows]
    return [*lines, *check.missing]


def _details(check: ModelCheck) -> list[str]:
    loo = check.loo
    timed = of_times(check.posterior.dataset, check.posterior.measure.code)
    lines = [
        "p: two-sided mid-p-value of the observed events among replicates with the same "
        f"{'person-time' if timed else 'totals'}, a new effect "
        "and the study's own baseline (mixed posterior predictive, Marshall & Spiegelhalter 2003); with "
        "several arms some are small by chance",
        "sensitivity to prior or likelihood: "
        f"{DISTANCE if check.posterior.engine == 'quadrature' else DISTANCE_OF_DRAWS} (Kallioinen et al. "
        f"2024); {numbers.stated(THRESHOLD)} and more counts",
    ]
    if check.prior is not None:
        words = dict.fromkeys(f"{row.scale} {row.extreme}" for row in check.prior.quantities if row.extreme)
        lines.append(f"extreme: the prior probability of {'; of '.join(words)}")
    if loo is not None:
        how = (
            "exact, from the likelihood surface"
            if loo.method == "exact"
            else "Pareto-smoothed importance sampling"
        )
        error = "" if loo.se is None else f", standard error of their sum {numbers.plain(loo.se)}"
        lines.append(
            f"log predictive densities: {how}, each study's own effect and baseline integrated out{error}"
        )
    return [
        *lines,
        f"engine: {check.posterior.engine}",
        f"checks: {'FAILED' if check.problems else 'passed'}",
    ]
