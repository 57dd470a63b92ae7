"""What the paper says of its studies, and what they say themselves."""

import re
from collections.abc import Iterator

from bayes_ivig.inputs.counts.description import About
from bayes_ivig.reporting.document.blocks import Column, Table
from bayes_ivig.reporting.evidence.table import Records, records
from bayes_ivig.reporting.wording import numbers, phrases
from bayes_ivig.results.reanalysis.reanalysis import Reanalysis

type Fact = tuple[str, str, str]

SHARE = re.compile(r"0(\.\d+)?|1(\.0+)?")


def facts_table(reanalysis: Reanalysis) -> Table | None:
    """Return one row per statement of the paper that the studies themselves contradict;
    None where there is none.
    """
    studies = records(reanalysis, "characteristics")
    rows = (*_subgroup(studies, reanalysis.about), *_allocation(studies), *_countries(studies))
    if not rows:
        return None
    columns = (Column("Subject", "text"), Column("Printed", "long"), Column("What stands against it", "long"))
    source = f"Printed: {reanalysis.about.citation}." if reanalysis.about.citation else ""
    return Table(
        "Statements of the paper about its studies that do not agree.",
        columns,
        rows,
        (source,) if source else (),
    )


def _subgroup(studies: Records, about: About) -> Iterator[Fact]:
    """People of a kind as counted in print, beside the shares that the studies' own reports give."""
    if about.subgroup is None:
        return
    printed, share, people = about.subgroup.counted, about.subgroup.share, about.words.people
    counted = [row[printed] for row in studies if row.get(printed, "").isdigit()]
    known = [(row["study"], float(row[share])) for row in studies if SHARE.fullmatch(row.get(share, ""))]
    partly = [(study, part) for study, part in known if part < 1]
    if counted and partly:
        shares = phrases.series(
            [
                f"{phrases.name(study)} ({'none' if not part else numbers.percent(part, 0)})"
                for study, part in partly
            ]
        )
        yield (
            phrases.first_upper(people),
            f"{numbers.count(sum(map(int, counted)))} {about.subgroup.people} in "
            f"{phrases.small(len(counted))} studies",
            f"by their own reports, or by Table 1, {phrases.small(len(known) - len(partly))} studies were of "
            f"such {people} alone; positive were only part of the {people}, or none, in {shares}",
        )


def _allocation(studies: Records) -> Iterator[Fact]:
    """Studies pooled as randomised that are not known to be."""
    others = [row["study"] for row in studies if row.get("randomised") in ("no", "unclear")]
    if others:
        yield (
            "Allocation",
            f"{phrases.every(len(studies))} are called randomised trials"
            if len(studies) > 1
            else "it is called a randomised trial",
            f"not randomised, or not said to be, by their own reports: {phrases.names(others)}",
        )
    for row in studies:
        if row.get("comparator_class") == "not_a_control":
            yield (
                f"{phrases.name(row['study'])}, control group",
                row.get("comparator_in_table1", ""),
                row.get("comparator", ""),
            )


def _countries(studies: Records) -> Iterator[Fact]:
    for row in studies:
        if row.get("country_in_table1") and row.get("country") and row["country_in_table1"] != row["country"]:
            yield (
                f"{phrases.name(row['study'])}, country",
                f"{row['country_in_table1']} (Table 1)",
                row["country"],
            )
