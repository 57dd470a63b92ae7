"""Tables of judgements: certainty by domain, risk of bias as read again, smallest important differences."""

from collections.abc import Iterable

from bayes_ivig.inputs.judgements.judged import ImportantDifference, Judged
from bayes_ivig.reporting.document.blocks import Cell, Column, Table
from bayes_ivig.reporting.judgements.words import DOMAINS, NOT_JUDGED, judged_by
from bayes_ivig.reporting.wording import numbers, outcomes, phrases
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, Reanalysis, SummaryOutcome

ENTERED = "Entered with the data by a person and printed as entered; nothing of it is computed."
SCALES = {"odds_ratio": "OR {}", "events_per_1000": "{} per 1000", "effect": "{}"}

type Outcome = CountsOutcome | SummaryOutcome


def certainty_table(reanalysis: Reanalysis) -> Table | None:
    """Return a row per outcome, a column per domain of GRADE; None where no certainty was judged."""
    judged = {each.name: each.about.judgements for each in reanalysis.outcomes}
    certain = {name: each.certainty for name, each in judged.items() if each and each.certainty}
    if not certain:
        return None
    columns = ("Outcome", "Certainty", *map(phrases.first_upper, DOMAINS.values()), "Judged by")
    rows, reasons = [], []
    for outcome in reanalysis.outcomes:
        title, found = outcomes.title(outcome), certain.get(outcome.name)
        domains = dict(found.domains) if found else {}
        overall = found.overall if found else None
        named = [each for each in (overall, *domains.values()) if each is not None]
        cells = (domains[name].rating if name in domains else NOT_JUDGED for name in DOMAINS)
        rows.append(
            (
                f"{title} ({phrases.name(found.of)})" if found and found.of else title,
                Cell(overall.rating, "strong") if overall else NOT_JUDGED,
                *cells,
                _by(named),
            )
        )
        whole = [("certainty", overall)] if overall else []
        parts = [*whole, *((DOMAINS[name], each) for name, each in domains.items())]
        reasons += [
            f"{title}, {what}: {phrases.name(each.reason).rstrip('.')}."
            for what, each in parts
            if each.reason
        ]
    return Table(
        "Certainty of the evidence (GRADE), as judged.",
        tuple(Column(title, "text") for title in columns),
        tuple(rows),
        (ENTERED, *reasons),
    )


def bias_again_table(reanalysis: Reanalysis) -> Table | None:
    """Return a row per trial whose risk of bias was read again, per outcome where the outcomes differ; None
    where none was.
    """
    rows: dict[tuple[str, ...], list[str]] = {}
    for outcome in reanalysis.outcomes:
        for each in outcome.about.judgements.risk_of_bias if outcome.about.judgements else ():
            domains = "; ".join(f"{phrases.name(name)}: {rating}" for name, rating in each.domains)
            key = (
                phrases.name(each.study),
                each.overall.rating or NOT_JUDGED,
                domains or numbers.NONE,
                phrases.name(each.overall.reason),
                _by([each.overall]),
            )
            rows.setdefault(key, []).append(outcomes.title(outcome))
    if not rows:
        return None
    every = all(len(titles) == len(reanalysis.outcomes) for titles in rows.values())
    columns = ("Study", *([] if every else ["Outcome"]), "Overall", "By domain", "Reason", "Judged by")
    cells = [(key[0], *([] if every else [phrases.series(titles)]), *key[1:]) for key, titles in rows.items()]
    return Table(
        "Risk of bias of the trials as read again.",
        tuple(Column(title, "long" if title in ("By domain", "Reason") else "text") for title in columns),
        tuple(cells),
        (ENTERED,),
    )


def differences_table(reanalysis: Reanalysis) -> Table | None:
    """Return a row per outcome: the smallest important difference; None where none was entered."""
    entered = {each: _difference(each) for each in reanalysis.outcomes}
    if not any(entered.values()):
        return None
    rows = tuple(
        (
            outcomes.title(outcome),
            SCALES[stated.scale].format(numbers.threshold(stated.size)) if stated else "not stated",
            phrases.name(stated.reason) or numbers.NONE if stated else numbers.NONE,
            phrases.name(stated.by) or numbers.NONE if stated else numbers.NONE,
        )
        for outcome, stated in entered.items()
    )
    columns = (
        Column("Outcome", "text"),
        Column("Smallest important difference", "short"),
        Column("Reason", "long"),
        Column("Stated by", "text"),
    )
    return Table("Smallest important differences, as entered.", columns, rows, (ENTERED,))


def _difference(outcome: Outcome) -> ImportantDifference | None:
    return outcome.about.judgements.important_difference if outcome.about.judgements else None


def _by(judged: Iterable[Judged]) -> str:
    """Return who judged, each once."""
    who = dict.fromkeys(judged_by(each).removeprefix("judged by ") for each in judged)
    return "; ".join(who) or numbers.NONE
