"""Risk of bias as published: a circle per study and domain, a bar per domain, and the table of both."""

from functools import partial

from bayes_ivig.reporting.document.blocks import Block, Figure, Text
from bayes_ivig.reporting.evidence.bias_chart import (
    bias_alternative,
    column_headings,
    domains_of,
    lettered,
    plot_domains,
    plot_traffic_light,
)
from bayes_ivig.reporting.evidence.table import Records, bias_table, records
from bayes_ivig.reporting.wording import phrases
from bayes_ivig.results.reanalysis.reanalysis import Reanalysis

# in the names of domains that only random assignment can do well in
ASSIGNMENT = ("sequence", "allocation", "randomi")
MOST_STUDIES, MOST_DOMAINS = 40, 16  # of a picture by study; the table has all


def bias_blocks(reanalysis: Reanalysis) -> tuple[Block, ...]:
    """Return the pictures with their table; nothing where no risk of bias was judged."""
    table = bias_table(reanalysis)
    if table is None:
        return ()
    rows = records(reanalysis, "risk_of_bias")
    alternative = bias_alternative(rows)
    doubts = _doubts(reanalysis, rows)
    unjudged = any(not cell for row in rows for cell in row.values())
    domains = Figure(
        "bias_domains",
        "Risk of bias as published, by domain: how many studies were judged which way, as a share of all."
        + (" Grey outline: not judged." if unjudged else ""),
        f"Bars of the judgements in each domain. {alternative}. The table below has every study.",
        partial(plot_domains, rows),
    )
    if len(rows) > MOST_STUDIES or len(domains_of(rows)) > MOST_DOMAINS:
        return (
            Text(
                f"The picture by study is left out for more than {MOST_STUDIES} studies "
                f"or {MOST_DOMAINS} domains."
            ),
            domains,
            table,
            *doubts,
        )
    studies = Figure(
        "bias_studies",
        f"Risk of bias as published, by study and domain, in the order of the table.{_letters(rows)} Empty "
        "circle and +: low risk; shaded and ?: unclear; filled and \N{MINUS SIGN}: high. "
        "The table has the same shades."
        f"{' No circle: not judged.' if unjudged else ''}",
        f"One circle for each study and domain. {alternative}. The table below has every study.",
        partial(plot_traffic_light, rows),
    )
    return (studies, domains, table, *doubts)


def _doubts(reanalysis: Reanalysis, rows: Records) -> tuple[Block, ...]:
    """Say which studies are judged well on how women were assigned although they are not known
    to be randomised.
    """
    doubtful = {
        row["study"]: row["randomised"]
        for row in records(reanalysis, "characteristics")
        if row.get("randomised")
    }
    doubts = []
    for domain in domains_of(rows):
        studies = [
            row["study"]
            for row in rows
            if row[domain] == "+" and doubtful.get(row["study"]) in ("no", "unclear")
        ]
        if studies and any(word in domain for word in ASSIGNMENT):
            doubts.append(
                f"{phrases.series([phrases.name(study) for study in studies])} for {domain.replace('_', ' ')}"
            )
    if not doubts:
        return ()
    return (
        Text(
            "Judged at low risk, though not randomised by their own reports, or nowhere said to be: "
            f"{'; '.join(doubts)}. The judgements are shown as published; none of them enters a model."
        ),
    )


def _letters(rows: tuple[dict[str, str], ...]) -> str:
    """Say what the letters above the columns stand for, where there was no room for names."""
    domains = domains_of(rows)
    named = lettered(domains)
    return (
        f" {'; '.join(' '.join(text.split()) for text in named)}."
        if len(column_headings(domains)[0][0]) == 1
        else ""
    )
