"""Benefit against harm as text for a terminal and as a JSON document."""

from dataclasses import asdict
from typing import Any

from bayes_ivig.inputs.model.files import assumptions
from bayes_ivig.reporting.weighing.words import break_even_words, choices, effect_names
from bayes_ivig.reporting.wording import information, numbers, phrases
from bayes_ivig.reporting.wording.readings import reading_label
from bayes_ivig.reporting.wording.terminal import WIDTH, dashes, figures, paragraph
from bayes_ivig.results.reanalysis.harm_readings import HarmReading, HarmReadings
from bayes_ivig.results.weighing.benefit_harm import BenefitHarm, JointTable, Weighed

SILENT = "no data inform the odds ratio of the harm: what rests on it is its prior, and no finding"


def benefit_harm_document(found: HarmReadings) -> dict[str, Any]:
    """Return readings as JSON-ready values; people are of 100, chances are probabilities."""
    benefit, harm = found.benefit, found.harm
    known = {"benefit": benefit} | ({} if harm is None else {"harm": harm})
    return {
        "dataset": benefit.dataset.name,
        "outcome": benefit.dataset.outcome,
        "trials": benefit.dataset.selection,
        "model": assumptions(benefit.model),
        "information": {name: information.information_keys(each) for name, each in known.items()},
        "readings": [{"label": reading_label(reading), **_document(reading)} for reading in found.readings],
    }


def weighed_document(found: BenefitHarm) -> dict[str, Any]:
    """Return the numbers of one weighing as JSON-ready values,
    as each reading of ``benefit_harm_document`` has them.
    """
    return _numbers(found.weighed())


def _document(reading: HarmReading) -> dict[str, Any]:
    return {
        "known": reading.known,
        "reading": reading.code,
        "tables": reading.tables,
        **_numbers(reading.weighed),
    }


def _numbers(weighed: Weighed) -> dict[str, Any]:
    document = asdict(weighed)
    del document["setting"]["states"]
    document["correlation"] = dict(zip(("value", "mcse"), weighed.correlation, strict=True))
    document["effects"] = {name: asdict(each) for name, each in weighed.effects}
    document["states"] = {
        name: {"without": before, "with": asdict(each)} for name, before, each in weighed.states
    }
    document["curve"] = [{"weight": weight, "prob_net_benefit": chance} for weight, chance in weighed.curve]
    for name, table in (("relative", weighed.relative), ("absolute", weighed.absolute)):
        document[name] |= {
            key: getattr(table, key) for key in ("benefit_without_harm", "harm_without_benefit", "neither")
        }
    return document if weighed.informed else document | {"note": SILENT}


def benefit_harm_text(found: HarmReadings, width: int = WIDTH) -> str:
    """Return each reading's numbers, then every choice in words."""
    readings, benefit, harm = found.readings, found.benefit, found.harm
    setting, about = readings[0].weighed.setting, benefit.dataset.about
    heading = (
        f"{setting.benefit_title} against {phrases.lower_first(setting.harm_title)}: {about.treatment} "
        f"against {about.control}, per 100 {setting.people}"
    )
    lines = paragraph(heading, width)
    titles = {setting.benefit_title: benefit} | ({} if harm is None else {setting.harm_title: harm})
    nothing = information.nothing_learnt_of(titles)
    lines += ["", *paragraph(nothing, width)] if nothing else []
    for reading in readings:
        lines += ["", *paragraph(reading_label(reading), width), *_block(reading.weighed, width)]
    own = list(dict.fromkeys(line for reading in readings for line in choices(reading.weighed)))
    shown = [f"trial set of the benefit: {benefit.dataset.selection}, {information.counted(benefit)}"]
    model = ", ".join(f"{key} {value}" for key, value in assumptions(benefit.model).items())
    return "\n".join(
        [
            *lines,
            "",
            "Details",
            *dashes([*own, *shown, f"model: {model}", *information.remarks_of(titles)], width),
        ]
    )


def weighed_text(found: BenefitHarm, width: int = WIDTH) -> str:
    """Return the numbers of one weighing, as the command prints each reading, then its choices in words."""
    weighed = found.weighed()
    setting = weighed.setting
    heading = (
        f"{setting.benefit_title} against {phrases.lower_first(setting.harm_title)}, per 100 {setting.people}"
    )
    lines = [*paragraph(heading, width), "", *_block(weighed, width)]
    return "\n".join([*lines, "", "Details", *dashes(choices(weighed), width)])


def _block(weighed: Weighed, width: int) -> list[str]:
    names = effect_names(weighed.setting)
    rows: list[tuple[str, ...]] = [
        (f"per 100 {weighed.setting.people}", "mean", f"{numbers.level(weighed.level)} credible interval")
    ]
    amounts = [(names[name], each) for name, each in weighed.effects]
    amounts += [(f"Net benefit at weight {numbers.stated(each.weight)}", each.net) for each in weighed.nets]
    rows += [
        (
            label,
            numbers.more_of_100(each.mean),
            f"{numbers.more_of_100(each.lower)} to {numbers.more_of_100(each.upper)}",
        )
        for label, each in amounts
    ]
    chances = [
        (f"P(net benefit > 0) at weight {numbers.stated(each.weight)}", numbers.probability(each.probability))
        for each in weighed.nets
    ]
    even = ("Break-even weight", break_even_words(weighed.break_even))
    warning = [] if weighed.informed else ["", *paragraph(phrases.first_upper(SILENT) + ".", width)]
    return [
        *figures(rows, width),
        *figures([*_table_rows(weighed), *chances, even], width),
        *warning,
    ]


def _table_rows(weighed: Weighed) -> list[tuple[str, ...]]:
    table: JointTable = weighed.relative
    return [
        ("P(benefit and no harm)", numbers.probability(table.benefit_without_harm)),
        ("P(benefit and harm)", numbers.probability(table.both)),
        ("P(harm and no benefit)", numbers.probability(table.harm_without_benefit)),
        ("P(neither)", numbers.probability(table.neither)),
    ]
