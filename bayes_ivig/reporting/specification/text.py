"""A specification curve in a terminal, and as a document."""

from typing import Any

from bayes_ivig.reporting.specification import words
from bayes_ivig.reporting.wording import effects, json_values, phrases
from bayes_ivig.reporting.wording.terminal import WIDTH, dashes, figures, paragraph
from bayes_ivig.results.specification.curve import CHOICES, Specification, SpecificationCurve

SOURCES = "Simonsohn, Simmons and Nelson 2020; Steegen et al. 2016"
SHOWN = 3  # of each end of a question, in a terminal


def specification_text(curve: SpecificationCurve, width: int = WIDTH) -> str:
    """Return the spread of every question, its ends, and what moves the median most."""
    measure = curve.measure
    lines = [*paragraph(f"Specification curve of {curve.dataset.label}.", width), ""]
    lines += [*paragraph(words.count_sentence(curve), width), ""]
    for question in curve.questions:
        rows = curve.of_question(question)
        lines += [*paragraph(words.spread_sentence(curve, question), width), ""]
        shown = rows if len(rows) <= 2 * SHOWN else (*rows[:SHOWN], *rows[-SHOWN:])
        header = ["trials", "likelihood", "effects", "mu", "tau", measure.symbol, "95% interval"]
        lines += [*figures([header, *(_cells(curve, row) for row in shown)], width), ""]
    moves = [["one choice alone moves the median by", words.MOVED[measure.log]]]
    moves += [
        [phrases.lower_first(words.HEADINGS[c]), effects.shown(measure, curve.moved(c))] for c in CHOICES
    ]
    lines += [*figures(moves, width), ""]
    notes = [words.before_sentence(curve), f"{words.no_uncertainty()} ({SOURCES})", *words.left_out(curve)]
    return "\n".join([*lines, *dashes(notes, width)])


def specification_document(curve: SpecificationCurve) -> dict[str, Any]:
    """Return every specification, what was chosen from, and what of it was stated before."""
    measure = curve.measure
    return {
        "dataset": {"name": curve.dataset.name, "outcome": curve.dataset.outcome},
        **json_values.measured(measure),
        "level": 0.95,
        "specifications": curve.records(),
        "trial_sets": [
            {
                "trials": each.name,
                "studies": list(each.trials),
                "question": each.question or None,
                "comparison": each.phrase or None,
            }
            for each in curve.sets
        ],
        "choices": {name: list(options) for name, options in curve.choices},
        "stated_before": {
            "source": curve.source or None,
            **{name: list(options) for name, options in curve.before},
        },
        "published": curve.published or None,
        "moved_by_one_choice": {name: curve.moved(name) for name in CHOICES},
        "left_out": [{"trials": name, "why": why} for name, why in curve.left_out],
    }


def _cells(curve: SpecificationCurve, row: Specification) -> list[str]:
    measure, chosen = curve.measure, {choice: str(getattr(row, choice)) for choice in CHOICES}
    return [
        *(words.option(curve, choice, name) if name else "-" for choice, name in chosen.items()),
        effects.shown(measure, row.median),
        f"{effects.shown(measure, row.lower)} to {effects.shown(measure, row.upper)}",
    ]
