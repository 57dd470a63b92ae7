"""What an important effect is in a summary of findings, outcome by outcome, and whose choice that is."""

from collections.abc import Sequence

from bayes_ivig.inputs.judgements.judged import ImportantDifference
from bayes_ivig.reporting.wording import numbers, outcomes, per_thousand, phrases
from bayes_ivig.results.benefit.findings import Finding
from bayes_ivig.results.reanalysis.reanalysis import Reanalysis

IMPORTANT = "The columns on important effects give the probability of"
CHOSEN = "a chosen margin, and no finding of the trials"
DOOR = "The description of the data can state one for each outcome, as an odds ratio or in events per 1000."


def meaning(reanalysis: Reanalysis, findings: Sequence[Finding]) -> list[str]:
    """Return what an important effect is: so many events per 1000, else beyond each outcome's zone of odds
    ratios; and whose choice that is.
    """
    meant: dict[str, dict[str, None]] = {}
    silent: dict[str, None] = {}
    for each in findings:
        title = outcomes.title(reanalysis.outcome(each.outcome))
        meant.setdefault(f"{_beyond(each)}{_chosen(each)}", {})[title] = None
        if _entered(each) is None and each.important_difference is None:
            silent[title] = None
    lines = [
        f"{IMPORTANT} {text}{f' ({phrases.series(list(titles))})' if len(meant) > 1 else ''}."
        for text, titles in meant.items()
    ]
    if not silent:
        return lines
    whom = phrases.series(list(silent)) if len(meant) > 1 else "every outcome" if len(silent) > 1 else ""
    start = f"These limits are the same for {whom}, since" if len(silent) > 1 else whom and f"{whom}:"
    stated = "no smallest important difference is stated"
    return [*lines, f"{phrases.first_upper(f'{start} {stated}'.strip())}: {CHOSEN}. {DOOR}"]


def size_of(finding: Finding) -> str:
    """Return what is important in an outcome, for a cell: an odds ratio, or so many events per 1000."""
    if finding.important_difference is None or finding.main is None:
        return f"OR {numbers.threshold(finding.zone[1])}"
    return f"{numbers.threshold(finding.important_difference)} per 1000"


def headings(sizes: Sequence[float | None]) -> tuple[str, ...]:
    """Return the headings of probabilities beyond the important difference in events per 1000: none where it
    is stated of no outcome, with its size where that is the same for all.
    """
    if sizes == [None]:
        return ()
    if len(sizes) == 1 and sizes[0] is not None:
        size = numbers.threshold(sizes[0])
        return f"P({size} or more fewer)", f"P({size} or more additional)"
    return "Important difference per 1000", "P(so many fewer)", "P(so many additional)"


def cells(finding: Finding, row: per_thousand.AbsoluteRow, sizes: Sequence[float | None]) -> tuple[str, ...]:
    """Return the cells under these headings."""
    columns, stated = headings(sizes), finding.important_difference
    if stated is None:
        return (numbers.NONE,) * len(columns)
    keys = ("prob_important_fewer", "prob_important_more")
    chances = tuple(numbers.probability(row[key]) for key in keys)
    return (*([numbers.threshold(stated)] if len(columns) > len(keys) else []), *chances)


def _beyond(finding: Finding) -> str:
    stated = finding.important_difference
    if stated is not None and finding.main is not None:
        size = numbers.threshold(stated)
        return f"at least {size} events more, and fewer, per 1000 at the median control risk"
    low, high = finding.zone
    return f"an odds ratio above {numbers.threshold(high)}, and of one below {numbers.threshold(low)}"


def _chosen(finding: Finding) -> str:
    """Return whose choice the important difference of an outcome is."""
    entered = _entered(finding)
    if entered is not None and (entered.per_1000 is None or finding.main is not None):
        return f", entered as the smallest important difference{phrases.whose(entered.by, entered.reason)}"
    return (
        "" if finding.important_difference is None else ", as asked for every outcome without one of its own"
    )


def _entered(finding: Finding) -> ImportantDifference | None:
    judgements = finding.about.judgements
    return judgements.important_difference if judgements else None
