"""What the paper prints, and what stands against it: facts side by side, each from the evidence tables or the results."""

import math
from collections.abc import Iterator

from bayes_ivig.reporting import words
from bayes_ivig.reporting.evidence import Records, records
from bayes_ivig.reporting.page import Column, Table
from bayes_ivig.results.reanalysis import CountsOutcome, Reanalysis, SummaryOutcome

type Fact = tuple[str, str, str]


def contradictions_table(reanalysis: Reanalysis) -> Table | None:
    """Return one row per printed number that another number contradicts; None where the evidence has none."""
    studies = records(reanalysis, "characteristics")
    rows = (
        *_printed_elsewhere(records(reanalysis, "other_claims")),
        *_mirror_images(reanalysis),
        *_summaries(reanalysis),
        *_allocation(studies),
        *_countries(studies),
    )
    if not rows:
        return None
    columns = (Column("Subject", "text"), Column("Printed", "long"), Column("What stands against it", "long"))
    source = f"Printed: {reanalysis.about.citation}." if reanalysis.about.citation else ""
    return Table("Numbers of the paper, and of what it rests on, that do not agree.", columns, rows, (source,) if source else ())


def _printed_elsewhere(claims: Records) -> Iterator[Fact]:
    """Sums and percentages that do not come out, and pairs of numbers that should be one."""
    for claim in claims:
        parts = [int(part) for part in claim["parts"].split(";") if part.strip().isdigit()]
        total = int(claim["total"]) if claim["total"].isdigit() else None
        subject, where = words.first_upper(claim["subject"]), claim["where"]
        match claim["kind"]:
            case "sum" if len(parts) > 1 and total is not None and sum(parts) != total:
                yield subject, f"{total} ({where})", f"{' + '.join(map(str, parts))} = {sum(parts)}"
            case "equal" if parts and parts[0] != total:
                yield subject, f"{total} ({where})", f"{parts[0]}"
            case "percentage" if parts and total and not _rounds_to(claim["printed"], 100 * parts[0] / total):
                yield subject, f"{claim['printed']}% ({where})", f"{parts[0]} of {total} is {100 * parts[0] / total:.1f}%"


def _rounds_to(printed: str, value: float) -> bool:
    decimals = len(printed.partition(".")[2])
    return abs(float(printed) - value) <= 0.5 * 10.0**-decimals + 1e-9


def _mirror_images(reanalysis: Reanalysis) -> Iterator[Fact]:
    """Heterogeneity P-values of an outcome and its complement, which are one number."""
    counted = {o.name: o for o in reanalysis.outcomes if isinstance(o, CountsOutcome) and o.claim}
    for outcome in counted.values():
        base = counted.get(outcome.about.complement_of)
        if base is None or base.claim is None or outcome.claim is None:
            continue
        first, second = base.claim.heterogeneity_p, outcome.claim.heterogeneity_p
        if first and second and first.text != second.text:
            yield (
                f"{words.outcome_title(base)} and {words.outcome_phrase(outcome)}, P of heterogeneity",
                f"{first} and {second}",
                f"mirror images of one table have one P: {words.p_value(base.as_published.q_p_value)} from the counts",
            )


def _summaries(reanalysis: Reanalysis) -> Iterator[Fact]:
    """Estimates outside the middle of their interval, and a P-value below 0.05 beside an interval that holds no effect."""
    for outcome in reanalysis.outcomes:
        if not isinstance(outcome, SummaryOutcome):
            continue
        claim, title = outcome.claim, words.outcome_title(outcome)
        middle = next((reading.estimate for reading in outcome.readings if reading.code == "interval"), None)
        if middle is not None:
            yield (
                f"{title}, estimate",
                f"{claim.estimate} ({claim.ci_lower} to {claim.ci_upper})",
                f"the middle of that interval on the log scale is {words.ratio(math.exp(middle))}",
            )
        crosses = claim.ci_lower is not None and claim.ci_upper is not None and claim.ci_lower.value < 1 < claim.ci_upper.value
        if (
            claim.measure == "OR"
            and crosses
            and claim.effect_p is not None
            and claim.effect_p.bound
            and claim.effect_p.value <= 0.05
        ):
            yield f"{title}, P of the effect", words.equals("P", str(claim.effect_p)), "the printed interval includes 1"


def _allocation(studies: Records) -> Iterator[Fact]:
    """Studies pooled as randomised that are not known to be."""
    others = [row["study"] for row in studies if row.get("randomised") in ("no", "unclear")]
    if others:
        yield (
            "Allocation",
            f"all {words.small(len(studies))} are called randomised trials",
            f"not randomised, or not said to be, by their own reports: {words.names(others)}",
        )
    for row in studies:
        if row.get("comparator_class") == "not_a_control":
            yield f"{words.name(row['study'])}, control group", row.get("comparator_in_table1", ""), row["comparator"]


def _countries(studies: Records) -> Iterator[Fact]:
    for row in studies:
        if row.get("country_in_table1") and row.get("country") and row["country_in_table1"] != row["country"]:
            yield f"{words.name(row['study'])}, country", f"{row['country_in_table1']} (Table 1)", row["country"]
