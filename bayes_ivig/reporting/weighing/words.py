"""Benefit against harm in words: what each number counts, and how a reading is called."""

from collections.abc import Sequence

from bayes_ivig.reporting.reconstruction.readings_chart import READINGS
from bayes_ivig.reporting.wording import numbers as words
from bayes_ivig.results.reanalysis.harm_readings import HarmReading
from bayes_ivig.results.weighing.benefit_harm import Amount, BreakEven, Weighed
from bayes_ivig.results.weighing.setting import Setting


def lower(title: str) -> str:
    """Return a title inside a sentence; one whose first word has capitals of its own stays as it is."""
    first = title.partition(" ")[0]
    return title if any(letter.isupper() for letter in first[1:]) else title[:1].lower() + title[1:]


def benefit_name(setting: Setting) -> str:
    """Return what the benefit is, inside a sentence: the event where it is good,
    its absence where it is bad.
    """
    own = words.name(lower(setting.benefit_title))
    return own if setting.benefit_event == "good" else f"no {own}"


def harm_name(setting: Setting) -> str:
    """Return what the harm is, inside a sentence."""
    own = words.name(lower(setting.harm_title))
    return own if setting.harm_event == "bad" else f"no {own}"


def state_names(setting: Setting) -> dict[str, str]:
    """Return a name for everything that can happen to one of the people."""
    good, bad = benefit_name(setting), harm_name(setting)
    if setting.chained and setting.states:
        found = dict(zip(("unharmed", "harmed", "without"), map(words.name, setting.states), strict=True))
    elif setting.chained:
        found = {
            "unharmed": f"{good}, without {bad}",
            "harmed": f"{good}, with {bad}",
            "without": f"without {good}",
        }
    else:
        found = {"with": good, "harmed": bad}
    return {name: words.first_upper(text) for name, text in found.items()}


def effect_names(setting: Setting) -> dict[str, str]:
    """Return a name for each change in numbers of people."""
    names = {"benefit": benefit_name(setting), "harm": harm_name(setting)}
    if setting.chained:
        names["spared"] = state_names(setting)["unharmed"]
    return {name: f"Extra: {lower(text)}" for name, text in names.items()}


def among_words(setting: Setting) -> str:
    """Return whom the harm is counted among."""
    event = words.name(lower(setting.benefit_title))
    match setting.among:
        case "all":
            return f"all {words.name(setting.people)}"
        case "events":
            return f"those with {event}"
        case "nonevents":
            return f"those without {event}"


def reading_label(reading: HarmReading) -> str:
    """Return how the harm is known, as a label."""
    code = lower(READINGS.get(reading.code, reading.code))
    whom = (
        ""
        if reading.weighed.setting.chained or reading.known == "counts"
        else f", among all {reading.weighed.setting.people}"
    )
    match reading.known:
        case "counts":
            return "Counts"
        case "reconstructed":
            return f"Reconstructed counts ({reading.tables:,} tables): {code}{whom}"
        case "summary":
            return f"Published summary: {code}"
        case "joint":
            return (
                f"In one model, of one reconstructed table: {code}" if code else "In one model, of the counts"
            )
        case "same table":
            return f"Independent, of the same table: {code}" if code else "Independent, of the same counts"


def amount(value: float) -> str:
    """Return a number of people of 100 with a sign of its own for a minus."""
    return words.amount(round(value, 1) + 0.0, 1)


def signed(value: float) -> str:
    """Return a change in the number of people of 100, with its sign."""
    text = amount(value)
    return f"+{text}" if round(value, 1) > 0 else text


def told(found: Amount) -> str:
    """Return a change in the number of people of 100 with its limits, all with their signs."""
    return f"{signed(found.mean)} ({signed(found.lower)} to {signed(found.upper)})"


def span(texts: Sequence[str]) -> str:
    """Return the first and the last of sorted numbers in words, or the only one."""
    return texts[0] if texts[0] == texts[-1] else f"from {texts[0]} to {texts[-1]}"


def break_even_span(found: Sequence[BreakEven]) -> str:
    """Return the range of weights below which a net benefit is expected,
    and how many results are otherwise.
    """
    weights = sorted(each.weight for each in found if each.weight is not None and each.positive == "below")
    parts = [span([words.ratio(weight) for weight in weights])] if weights else []
    for side, text in (
        ("above", "positive only above a weight"),
        ("never", "never positive"),
        ("always", "always positive"),
    ):
        count = sum(each.positive == side for each in found)
        if count:
            parts.append(f"{text} in {f'{count} of {len(found)}' if count < len(found) else 'all'}")
    return "; ".join(parts)


def break_even_words(found: BreakEven) -> str:
    """Return the weight at which the expected net benefit is 0, or that there is none."""
    match found.positive:
        case "always":
            return "none: positive at every weight"
        case "never":
            return "none: never positive"
        case "below" | "above":
            return f"{words.ratio(found.weight)} (positive {found.positive} it)"


def short_break_even(found: BreakEven) -> str:
    """Return the break-even weight alone, with its side where that is not below it."""
    match found.positive:
        case "always" | "never":
            return found.positive
        case "above":
            return f"above {words.ratio(found.weight)}"
        case "below":
            return words.ratio(found.weight)


def even_note(found: Sequence[Weighed]) -> tuple[str, ...]:
    """Return what stands in place of a break-even weight, where it does for any of these."""
    said = {"never": "at no weight", "always": "at every weight", "above": "only above the weight"}
    parts = [
        f'"{side}" says that the expected net benefit is positive {text}'
        for side, text in said.items()
        if any(each.break_even.positive == side for each in found)
    ]
    return (f"Break-even weight: {', and '.join(parts)}.",) if parts else ()


def choices(weighed: Weighed) -> tuple[str, ...]:
    """Return every choice behind the numbers, one sentence each."""
    setting = weighed.setting
    risks = (
        f"control risks, taken as known: {words.name(lower(setting.benefit_title))} "
        f"{100 * setting.benefit_risk:.1f}% of all {words.name(setting.people)}; "
        f"{words.name(lower(setting.harm_title))} {100 * setting.harm_risk:.1f}% of {among_words(setting)}"
    )
    correlation = (
        "the two posteriors are taken as independent and integrated exactly"
        if weighed.dependence == "independent"
        else (
            "draws of one joint model; correlation of the two log odds ratios "
            f"{words.amount(weighed.correlation[0])} (Monte Carlo error {weighed.correlation[1] or 0:.2f})"
        )
    )
    return (
        f"net benefit: extra people with {benefit_name(setting)}, "
        f"less the weight times extra people with {harm_name(setting)}",
        "benefit and harm in probabilities: odds ratios on the good and on the bad side of 1; the odds ratio "
        f"of {words.name(lower(setting.harm_title))} is among {among_words(setting)}",
        risks,
        correlation,
        f"intervals: central {100 * weighed.level:.10g}% credible intervals; numbers of people are posterior "
        "means, which add up where medians do not",
    )
