"""Several scales side by side, as text for a terminal and as a JSON document."""

from typing import Any

from bayes_ivig.inputs.characteristics.fingerprint import fingerprint
from bayes_ivig.inputs.model.files import assumptions
from bayes_ivig.reporting.checks import measures_words as words
from bayes_ivig.reporting.wording import information, json_values, numbers, outcomes, per_thousand
from bayes_ivig.reporting.wording.terminal import WIDTH, dashes, figures, paragraph
from bayes_ivig.results.checks.across_measures import MeasureComparison, OnMeasure
from bayes_ivig.results.posterior.absolute import PER
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.version import __version__

HYPHEN = str.maketrans({numbers.MINUS: "-", numbers.NONE: "-"})


def measures_text(found: MeasureComparison, width: int = WIDTH) -> str:
    """Return every scale in a line, then the same people on every scale, and how each number is meant."""
    about, level = found.dataset.about, numbers.level(words.LEVEL)
    heading = (
        f"{outcomes.title_of(found.dataset.outcome, about)}: {about.treatment} against {about.control}, "
        f"on several scales, {information.counted(found.rows[0].posterior)}"
    )
    nothing = information.nothing_learnt_of(_named_posteriors(found))
    lines = paragraph(heading, width)
    lines += ["", *paragraph(nothing, width)] if nothing else []
    lines += ["", *figures(_effects(found, level), width)]
    if found.control_risk is not None:
        risk = per_thousand.events(PER * found.control_risk)
        at = f"Of {PER} people, {risk} with an event under {about.control}"
        lines += ["", *paragraph(at, width), *figures(_people(found, level), width)]
    return "\n".join([*lines, "", "Details", *dashes(_details(found), width)])


def _effects(found: MeasureComparison, level: str) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("alike in", "median", f"{level} CrI", "P(above)", "P(benefit)", "tau")]
    return rows + [
        _plain((row.measure.name, *words.effect(row), *words.chances(row), words.tau(row)))
        for row in found.rows
    ]


def _people(found: MeasureComparison, level: str) -> list[tuple[str, ...]]:
    under = f"{found.dataset.about.treatment}"
    rows: list[tuple[str, ...]] = [("alike in", f"with {under}", f"{level} CrI", "more", f"{level} CrI")]
    return rows + [_plain((row.measure.name, *words.people(row))) for row in found.rows]


def _plain(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Return cells as terminals have them, hyphens for minus signs."""
    return tuple(cell.translate(HYPHEN) for cell in cells)


def _details(found: MeasureComparison) -> list[str]:
    lines = [
        "each line is a model of its own: trials alike in that measure, up to the spread tau, which is on "
        f"the scale of the model (log of a ratio); {words.NO_CHOICE}"
    ]
    lines += words.assumed(found)
    direction = outcomes.direction(found.dataset.about, found.rows[0].measure)
    lines += [f"P(above): of an effect above none; {direction}", words.control(found)]
    lines += [*words.translated(found), *words.left_out(found)]
    return [*lines, *information.remarks_of(_named_posteriors(found)), *found.problems]


def _named_posteriors(found: MeasureComparison) -> dict[str, Posterior]:
    return {f"{row.measure.symbol}, {row.model.likelihood}": row.posterior for row in found.rows}


def measures_document(found: MeasureComparison) -> dict[str, Any]:
    """Return every scale as JSON-ready values; what does not exist is None."""
    document = reported_measures(found)
    told = [information.information_keys(row.posterior) for row in found.rows]
    return document | {"rows": [one | keys for one, keys in zip(document["rows"], told, strict=True)]}


def reported_measures(found: MeasureComparison) -> dict[str, Any]:
    """Return the document of a report, which checks the baseline prior of the reference model only."""
    dataset = found.dataset
    return {
        "dataset": {"name": dataset.name, "outcome": dataset.outcome, "trials": dataset.selection},
        "event": dataset.about.event,
        "control_risk": found.control_risk,
        "control_risk_source": found.source,
        "no_control_risk": found.no_risk or None,
        "rows": [_row(row) for row in found.rows],
        "left_out": [{"measure": code, "reason": why} for code, why in found.left_out],
        "provenance": {
            "version": __version__,
            "data_sha256": fingerprint(dataset),
            "level": words.LEVEL,
            "interval": "central credible",
        },
    }


def _row(row: OnMeasure) -> dict[str, Any]:
    posterior = row.posterior
    return {
        "measure": row.measure.code,
        "model": assumptions(row.model),
        "k": posterior.k,
        "k_informative": posterior.k_informative,
        "effect": _named(row.effect(words.LEVEL)),
        "probability": {"above": row.prob_above, "benefit": row.prob_benefit},
        "tau": _named(row.tau(words.LEVEL)) if row.model.heterogeneous else None,
        "treated_per_1000": _named(row.treated(words.LEVEL)),
        "difference_per_1000": _named(row.difference(words.LEVEL)),
        "prob_impossible": row.prob_impossible,
        "diagnostics": {"ok": posterior.diagnostics.ok, "problems": list(posterior.diagnostics.problems)},
    }


def _named(values: tuple[float, float, float] | None) -> dict[str, float | None] | None:
    if values is None:
        return None
    return dict(zip(("median", "lower", "upper"), map(json_values.finite, values), strict=True))
