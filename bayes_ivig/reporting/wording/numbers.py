"""Numbers and names in words: the only place where a report rounds."""

import unicodedata
from collections.abc import Iterable, Sequence

import numpy as np

from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.description import About
from bayes_ivig.reporting.fit.text import probability
from bayes_ivig.reporting.wording.information import marked
from bayes_ivig.results.marginals.marginal import Marginal
from bayes_ivig.results.pooled import PooledEstimate, Ratio, exp
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, Reanalysis, SummaryOutcome, TrialSetResult

NONE = "\N{EN DASH}"  # a cell with nothing to say
SMALL = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
RIGHT_TO_LEFT = {"R", "AL", "RLE", "RLO", "RLI", "LRO", "LRE"}
METHODS = {
    "revman-random": "Mantel-Haenszel with random effects, by the formulas of Review Manager 5",
    "revman-fixed": "Mantel-Haenszel with a fixed effect, by the formulas of Review Manager 5",
}
MEASURES = {
    "OR": "odds ratio",
    "RR": "risk ratio",
    "HR": "hazard ratio",
    "MD": "mean difference",
    "RD": "risk difference",
}


def ratio(value: float | None) -> str:
    """Return a ratio with two decimals, three below 0.01, none from 100 on and a bound from 1000 on."""
    if value is None:
        return NONE
    if value >= 999.5:
        return "> 999"
    if value < 0.0005:
        return "< 0.001"
    return f"{value:.0f}" if value >= 99.995 else f"{value:.2f}" if value >= 0.00995 else f"{value:.3f}"


def limits(lower: float | None, upper: float | None) -> str:
    """Return two limits of a ratio as ``1.50 to 11.61``."""
    if lower is None and upper is None:
        return NONE
    return f"{ratio(lower)} to {ratio(upper)}"


def chance(label: str, value: float) -> str:
    """Return ``P(OR > 1) = 0.892``, or with a bound where the probability is next to 0 or 1."""
    return equals(f"P({label})", probability(value))


def equals(label: str, text: str) -> str:
    """Return ``label = text``, or without the equals sign where the text begins with a bound."""
    if text[0] not in "<>":
        return f"{label} = {text}"
    number = text.lstrip("<>=")
    return f"{label} {text[: len(text) - len(number)]} {number.strip()}"


def p_value(value: float | None) -> str:
    """Return a p-value with three decimals."""
    return NONE if value is None else "< 0.001" if value < 0.0005 else f"{value:.3f}"


def amount(value: float | None, decimals: int = 2) -> str:
    """Return a plain number with a true minus sign."""
    return NONE if value is None else f"{value:z.{decimals}f}".replace("-", "\N{MINUS SIGN}")


def threshold(value: float) -> str:
    """Return an odds ratio that somebody chose, as short as it reads."""
    return f"{value:.3g}"


def small(number: int) -> str:
    """Return a number up to twelve as a word."""
    return SMALL[number] if 0 <= number < len(SMALL) else str(number)


def first_upper(text: str) -> str:
    """Return the text with its first letter in upper case, the rest as it is."""
    return text[:1].upper() + text[1:]


def with_article(phrase: str) -> str:
    """Return a trial set's name inside a sentence with ``the`` where it takes one."""
    return phrase if phrase.startswith(("all ", "both ", "the ")) else f"the {phrase}"


def lower_first(text: str) -> str:
    """Return the text with its first letter in lower case, unless its first word is an abbreviation."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def first_lower(text: str) -> str:
    """Return the text with its first letter in lower case, for the middle of a sentence."""
    return text[:1].lower() + text[1:]


def series(items: Sequence[str]) -> str:
    """Return ``a, b and c``."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""


def name(text: str) -> str:
    """Return a name fit to print: control characters made visible,
    right-to-left letters kept from turning what follows.
    """
    safe = "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(c) in ("Cc", "Cs") else c for c in text
    )
    turning = any(unicodedata.bidirectional(c) in RIGHT_TO_LEFT for c in safe)
    return f"\N{FIRST STRONG ISOLATE}{safe}\N{POP DIRECTIONAL ISOLATE}" if turning else safe


def names(studies: Iterable[str]) -> str:
    """Return study names as a list with commas."""
    return ", ".join(name(study) for study in studies)


def cut(text: str, most: int) -> str:
    """Return the text, or its beginning and an ellipsis where it is too long for a drawing."""
    return name(text if len(text) <= most else text[: most - 1].rstrip() + "…")


def outcome_title(outcome: CountsOutcome | SummaryOutcome) -> str:
    """Return the outcome's name as a heading."""
    return title_of(outcome.name, outcome.about)


def title_of(outcome: str, about: About) -> str:
    """Return an outcome's title from its description, else from its name, else a word for it."""
    return name(about.outcome_title or first_upper(outcome.replace("_", " ")) or "The outcome")


def outcome_phrase(outcome: CountsOutcome | SummaryOutcome) -> str:
    """Return the outcome's name inside a sentence; empty where it has none."""
    title = outcome_title(outcome)
    if title == "The outcome":
        return ""
    return lower_first(title)


def in_order(reanalysis: Reanalysis) -> tuple[CountsOutcome | SummaryOutcome, ...]:
    """Return the outcomes with every mirror image right after the outcome it mirrors."""
    mirrored = {o.about.complement_of: o for o in reanalysis.outcomes if o.about.complement_of}
    names = {o.name for o in reanalysis.outcomes}
    found: list[CountsOutcome | SummaryOutcome] = []
    for outcome in reanalysis.outcomes:
        if outcome.about.complement_of and outcome.about.complement_of in names:
            continue
        found += [outcome, mirrored[outcome.name]] if outcome.name in mirrored else [outcome]
    return tuple(found)


def ordered_sets(outcome: CountsOutcome) -> tuple[TrialSetResult, ...]:
    """Return the trial sets with the one that was published first, then all trials, then the others."""
    first = {outcome.published_trials: 0, "all": 1}
    return tuple(sorted(outcome.sets, key=lambda result: first.get(result.trials, 2)))


def set_label(result: TrialSetResult, outcome: CountsOutcome) -> str:
    """Return a trial set's name for a table; one of which no trial can tell the arms apart is marked."""
    return marked(first_upper(set_phrase(result, outcome)), result.posterior.k_informative)


def set_phrase(result: TrialSetResult, outcome: CountsOutcome) -> str:
    """Return a trial set's name inside a sentence, without ``the``."""
    return _set_phrase(result.trials, result.dataset, outcome)


def _set_phrase(trials: str, dataset: Dataset, outcome: CountsOutcome) -> str:
    count = len(dataset)
    base = outcome.about.part_of(trials)
    if base in {each.trials for each in outcome.sets}:
        whole = outcome.trial_set(base)
        dropped = [study for study in whole.dataset.study_names if study not in dataset.study_names]
        return f"{_set_phrase(base, whole.dataset, outcome)}, without {names(dropped)}"
    if trials == "all":
        return (
            "the only trial" if count == 1 else f"all {small(count)} trials" if count > 2 else "both trials"
        )
    title = dict(outcome.about.set_titles).get(trials, "")
    if trials == "published" and not title:
        return f"{small(count)} trials the paper pooled"
    text = name(title or trials.replace("_", " "))
    return text if text.endswith("trials") else f"{text} trials"


def posterior_ratio(marginal: Marginal, level: float = 0.95) -> Ratio:
    """Return posterior median and central credible limits of a log ratio, as ratios."""
    lower, median, upper = (
        float(v) for v in np.asarray(marginal.quantile([(1 - level) / 2, 0.5, (1 + level) / 2]))
    )
    return Ratio(exp(median), exp(lower), exp(upper))


def method(pooled: PooledEstimate) -> str:
    """Return a frequentist method in words."""
    return METHODS.get(pooled.method, pooled.method)


def altered(pooled: PooledEstimate) -> str:
    """Return the zero-cell rule with the studies it altered."""
    touched = names(pooled.zero_cells.studies_altered) or "none"
    return f"{pooled.zero_cells.rule}; altered: {touched}"
