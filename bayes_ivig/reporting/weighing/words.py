"""Benefit against harm in words: what each number counts, and how a reading is called."""

from collections.abc import Sequence

from bayes_ivig.reporting.wording import numbers, phrases
from bayes_ivig.results.weighing.benefit_harm import Amount, BreakEven, Weighed
from bayes_ivig.results.weighing.setting import Setting

PER_100 = "of 100"  # people: what captions say of the columns of changes, for the files of the tables


def benefit_name(setting: Setting) -> str:
    """Return what the benefit is, inside a sentence: the event where it is good,
    its absence where it is bad.
    """
    own = phrases.name(phrases.lower_first(setting.benefit_title))
    return own if setting.benefit_event == "good" else f"no {own}"


def harm_name(setting: Setting) -> str:
    """Return what the harm is, inside a sentence."""
    own = phrases.name(phrases.lower_first(setting.harm_title))
    return own if setting.harm_event == "bad" else f"no {own}"


def state_names(setting: Setting) -> dict[str, str]:
    """Return a name for everything that can happen to one of the people."""
    good, bad = benefit_name(setting), harm_name(setting)
    if setting.chained and setting.states:
        names = dict(zip(("unharmed", "harmed", "without"), map(phrases.name, setting.states), strict=True))
    elif setting.chained:
        names = {
            "unharmed": f"{good}, without {bad}",
            "harmed": f"{good}, with {bad}",
            "without": f"without {good}",
        }
    else:
        names = {"with": good, "harmed": bad}
    return {name: phrases.first_upper(text) for name, text in names.items()}


def effect_names(setting: Setting) -> dict[str, str]:
    """Return a name for each change in numbers of people."""
    names = {"benefit": benefit_name(setting), "harm": harm_name(setting)}
    if setting.chained:
        names["spared"] = state_names(setting)["unharmed"]
    return {name: f"Extra: {phrases.lower_first(text)}" for name, text in names.items()}


def among_words(setting: Setting) -> str:
    """Return whom the harm is counted among."""
    event = phrases.name(phrases.lower_first(setting.benefit_title))
    match setting.among:
        case "all":
            return f"all {phrases.name(setting.people)}"
        case "events":
            return f"those with {event}"
        case "nonevents":
            return f"those without {event}"


def amount_words(amount: Amount) -> str:
    """Return a change in the number of people of 100 with its limits, all with their signs."""
    return (
        f"{numbers.more_of_100(amount.mean)} ({numbers.more_of_100(amount.lower)} to "
        f"{numbers.more_of_100(amount.upper)})"
    )


def span(texts: Sequence[str]) -> str:
    """Return the first and the last of sorted numbers in words, or the only one."""
    return texts[0] if texts[0] == texts[-1] else f"from {texts[0]} to {texts[-1]}"


def break_even_span(found: Sequence[BreakEven]) -> str:
    """Return the range of weights below which a net benefit is expected,
    and how many results are otherwise.
    """
    weights = sorted(each.weight for each in found if each.weight is not None and each.positive == "below")
    parts = [span([numbers.ratio(weight) for weight in weights])] if weights else []
    for side, text in (
        ("above", "positive only above a weight"),
        ("never", "never positive"),
        ("always", "always positive"),
    ):
        count = sum(each.positive == side for each in found)
        if count:
            parts.append(f"{text} in {f'{count} of {len(found)}' if count < len(found) else 'all'}")
    return "; ".join(parts)


def break_even_words(weight: BreakEven) -> str:
    """Return the weight at which the expected net benefit is 0, or that there is none."""
    match weight.positive:
        case "always":
            return "none: positive at every weight"
        case "never":
            return "none: never positive"
        case "below" | "above":
            return f"{numbers.ratio(weight.weight)} (positive {weight.positive} it)"


def short_break_even(weight: BreakEven) -> str:
    """Return the break-even weight alone, with its side where that is not below it."""
    match weight.positive:
        case "always" | "never":
            return weight.positive
        case "above":
            return f"above {numbers.ratio(weight.weight)}"
        case "below":
            return numbers.ratio(weight.weight)


def even_note(weighed: Sequence[Weighed]) -> tuple[str, ...]:
    """Return what stands in place of a break-even weight, where it does for any of these."""
    explained = {"never": "at no weight", "always": "at every weight", "above": "only above the weight"}
    parts = [
        f'"{side}" says that the expected net benefit is positive {text}'
        for side, text in explained.items()
        if any(each.break_even.positive == side for each in weighed)
    ]
    return (f"Break-even weight: {', and '.join(parts)}.",) if parts else ()


def choices(weighed: Weighed) -> tuple[str, ...]:
    """Return every choice behind the numbers, one sentence each."""
    setting = weighed.setting
    risks = (
        f"control risks, taken as known: {phrases.name(phrases.lower_first(setting.benefit_title))} "
        f"{numbers.percent(setting.benefit_risk)} of all {phrases.name(setting.people)}; "
        f"{phrases.name(phrases.lower_first(setting.harm_title))} {numbers.percent(setting.harm_risk)} "
        f"of {among_words(setting)}"
    )
    correlation = (
        "the two posteriors are taken as independent and integrated exactly"
        if weighed.dependence == "independent"
        else (
            "draws of one joint model; correlation of the two log odds ratios "
            f"{numbers.amount(weighed.correlation[0])} (Monte Carlo error "
            f"{numbers.plain(weighed.correlation[1] or 0)})"
        )
    )
    return (
        f"net benefit: extra people with {benefit_name(setting)}, "
        f"less the weight times extra people with {harm_name(setting)}",
        "benefit and harm in probabilities: odds ratios on the good and on the bad side of 1; the odds ratio "
        f"of {phrases.name(phrases.lower_first(setting.harm_title))} is among {among_words(setting)}",
        risks,
        correlation,
        f"intervals: central {numbers.level(weighed.level)} credible intervals; numbers of people are "
        "posterior means, which add up where medians do not",
    )
