"""The evidence behind a reanalysis, shown as it is: counts and how they are known, the studies,
risk of bias, the search.
"""

from bayes_ivig.inputs.estimates.estimate import Estimate
from bayes_ivig.inputs.estimates.rows import AnyStudy
from bayes_ivig.reporting.document.blocks import Align, Cell, Column, Table, Tone
from bayes_ivig.reporting.document.cells import status_meanings
from bayes_ivig.reporting.document.inline import Cite
from bayes_ivig.reporting.wording import effects, numbers, outcomes, phrases
from bayes_ivig.reporting.wording.order import arms_of, of_times
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, Reanalysis

type Wanted = tuple[tuple[str, str, Align], ...]  # key, heading, alignment
Z = 1.959963984540054
type Records = tuple[dict[str, str], ...]

REVIEWS = (
    "They enter only the priors that name them, never the reference model. Trials that a review shares with "
    "this one are named where that is known; of the others it was not checked trial by trial.",
)

JUDGEMENTS: dict[str, tuple[str, Tone]] = {
    "+": ("+ low", "low"),
    "?": ("? unclear", "unclear"),
    "-": ("\N{MINUS SIGN} high", "high"),
}


def records(reanalysis: Reanalysis, name: str) -> Records:
    """Return one of the evidence tables as one dictionary per row; none where there is no such table."""
    rows = dict(reanalysis.tables).get(name, ())
    return tuple(dict(zip(rows[0], row, strict=True)) for row in rows[1:])


def counts_table(reanalysis: Reanalysis) -> Table:
    """Return every count with how it is known; outcomes counted from another one are left to that one."""
    stored = [o for o in reanalysis.outcomes if isinstance(o, CountsOutcome) and not o.about.complement_of]
    rows: list[tuple[str, ...]] = []
    known = False
    for outcome in stored:
        whole = outcome.trial_set("all").dataset
        provenance = {study: rest for study, *rest in outcome.provenance}
        for study in whole.studies:
            status, basis = (phrases.name(text) for text in provenance.get(study.name, ["", ""]))
            known = known or bool(status or basis)
            rows.append(
                (outcomes.title(outcome), phrases.name(study.name), *_known(study, outcome), status, basis)
            )
    about = reanalysis.about
    columns = (
        Column("Outcome", "text"),
        Column("Study", "text"),
        Column(phrases.first_upper(phrases.name(about.treatment))),
        Column(phrases.first_upper(phrases.name(about.control))),
        Column("Status", "short"),
        Column("Basis", "long"),
    )
    shown = len(columns) if known else 4
    lines = (
        ("A status with a stroke is that of the first arm / that of the second.",)
        if any("/" in row[4] for row in rows)
        else ()
    )
    sets = [(o.trial_set("all").dataset, o.measure.code) for o in stored]
    people = "person-time" if any(of_times(*each) for each in sets) else "total"
    counted = f"The counts: events of {people} in each arm."
    estimated = any(o.trial_set("all").dataset.estimated for o in stored)
    own = "Trials without counts: the estimate with its 95% confidence interval."
    caption = f"{counted} {own}" if estimated else counted
    return Table(caption, columns[:shown], tuple(row[:shown] for row in rows), lines)


def _known(study: AnyStudy, outcome: CountsOutcome) -> tuple[str, str]:
    """Return events of total in each arm, or the estimate with its 95% interval and a dash."""
    if isinstance(study, Estimate):
        limits = (study.y + side * Z * study.error for side in (0, -1, 1))
        estimate, lower, upper = (outcome.measure.own(each) for each in limits)
        between = effects.limits(outcome.measure, lower, upper)
        return f"{outcome.measure.symbol} {effects.cell(outcome.measure, estimate)} ({between})", numbers.NONE
    return arms_of(study, times=of_times(outcome.trial_set("all").dataset, outcome.measure.code))


def status_items(reanalysis: Reanalysis) -> tuple[str, ...]:
    """Return what the words in the column Status mean, those that occur."""
    return status_meanings(
        status for o in reanalysis.outcomes if isinstance(o, CountsOutcome) for _, status, _ in o.provenance
    )


def characteristics_table(reanalysis: Reanalysis) -> Table | None:
    """Return the studies: where, whom, against what, how allocated, and what Table 1 of the paper prints."""
    rows = records(reanalysis, "characteristics")
    about = reanalysis.about
    counted: Wanted = ()
    if about.subgroup is not None:
        name = about.subgroup.counted
        counted = ((name, about.words.column(name) or f"{about.subgroup.people}, printed", "number"),)
    wanted: Wanted = (
        ("study", "Study", "text"),
        ("country", "Country", "short"),
        ("population", phrases.first_upper(about.words.people), "long"),
        ("comparator", "Comparator", "long"),
        ("randomised", "Randomised, by trial or registry", "text"),
        ("trial_size_in_table1", "Size printed", "number"),
        *counted,
        ("note", "Remark", "long"),
    )
    return _as_it_is(rows, wanted, about.words.caption("characteristics") or "The studies.")


def bias_table(reanalysis: Reanalysis) -> Table | None:
    """Return the judgements of risk of bias as published, by symbol, word and colour."""
    judged = records(reanalysis, "risk_of_bias")
    if not judged:
        return None
    domains = [column for column in judged[0] if column != "study"]
    rows: tuple[tuple[Cell | str, ...], ...] = tuple(
        (phrases.name(row["study"]), *(_judgement(row[domain]) for domain in domains)) for row in judged
    )
    columns = (
        Column("Study", "text"),
        *(Column(phrases.first_upper(domain.replace("_", " ")), "text") for domain in domains),
    )
    lines = (
        "Judgements are those of the paper, not of this report: "
        "+ low risk, ? unclear, \N{MINUS SIGN} high risk.",
    )
    return Table("Risk of bias as published.", columns, rows, lines)


def search_table(reanalysis: Reanalysis) -> Table | None:
    """Return the selection of studies, step by step, as published."""
    rows = tuple(
        {**row, "count": numbers.count(int(row["count"])) if row["count"].isdigit() else "not given"}
        for row in records(reanalysis, "prisma")
    )
    wanted: Wanted = (("step", "Step", "text"), ("count", "Number", "number"), ("note", "Remark", "long"))
    return _as_it_is(rows, wanted, "Search and selection as published (PRISMA numbers).")


def other_reviews_table(reanalysis: Reanalysis) -> Table | None:
    """Return other meta-analyses as they print their results."""
    rows = tuple(
        {key: "" if cell == "not recorded" else cell for key, cell in row.items()}
        | {"outcome": row["outcome"].replace("_", " "), "interval": f"{row['ci_lower']} to {row['ci_upper']}"}
        for row in records(reanalysis, "external_evidence")
    )
    case = reanalysis.about.words
    people = phrases.first_upper(case.people)
    wanted: Wanted = (
        ("label", "Meta-analysis", "text"),
        ("population", people, "long"),
        ("design", "Design", "text"),
        ("k", "Trials", "number"),
        ("n", people, "number"),
        ("outcome", "Outcome", "text"),
        ("measure", "Measure", "text"),
        ("estimate", "Estimate", "number"),
        ("interval", "95% confidence interval", "number"),
        ("note", "Remark", "long"),
    )
    caption = case.caption("external_evidence") or "Other meta-analyses, as printed."
    return _as_it_is(rows, wanted, caption, REVIEWS)


def _as_it_is(printed: Records, wanted: Wanted, caption: str, lines: tuple[str, ...] = ()) -> Table | None:
    """Return the wanted columns of a table, empty cells as a dash."""
    present = [column for column in wanted if printed and column[0] in printed[0]]
    if not present:
        return None
    rows = tuple(
        tuple(
            _cited(phrases.name(row[key]) or numbers.NONE, row, first=not i)
            for i, (key, _, _) in enumerate(present)
        )
        for row in printed
    )
    return Table(caption, tuple(Column(title, align) for _, title, align in present), rows, lines)


def _cited(text: str, row: dict[str, str], *, first: bool) -> Cell:
    """Return a cell; the first of a row cites the work that the row is about."""
    return Cell(text, after=(Cite((row["source"],)),) if first and row.get("source") else ())


def _judgement(symbol: str) -> Cell:
    text, tone = JUDGEMENTS.get(symbol, (symbol or numbers.NONE, ""))
    return Cell(text, tone)
