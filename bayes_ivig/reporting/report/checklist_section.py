"""The Bayesian analysis reporting guidelines (BARG, Kruschke 2021),
filled in from what the report contains.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bayes_ivig.measures import OR
from bayes_ivig.reporting.document.blocks import Cell, Column, Prose, Section, Table
from bayes_ivig.reporting.document.citations import references_section
from bayes_ivig.reporting.document.inline import Cite, Link, Part
from bayes_ivig.reporting.report.reproduce_section import reproduce_section
from bayes_ivig.reporting.wording import numbers, phrases
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, Reanalysis

MOST_LINKS = 3
SAMPLED = "diagnostics"  # the section that tells of sampled fits
TURNING = r".*-tipping"  # sections on the prior that turns a conclusion


@dataclass(frozen=True)
class Item:
    """One item of the checklist: its place, what it asks, and what here answers it.

    ``keys`` are patterns of the sections that do. Where keys are given and none of them is on the page, the
    item is not done, and ``missing`` says why; an item that does not apply says why in ``said``.
    """

    place: str
    asks: str
    said: str
    keys: tuple[str, ...] = ()
    missing: str = ""
    applies: bool = True


def closing_sections(reanalysis: Reanalysis, sections: Sequence[Section]) -> tuple[Section, ...]:
    """Return the end of a page: the checklist of all its sections, how to reproduce it,
    and the works it cites.
    """
    reproduced = reproduce_section(reanalysis)
    return checklist_section(reanalysis, (*sections, reproduced)), reproduced, references_section()


def refilled(reanalysis: Reanalysis, sections: Sequence[Section]) -> tuple[Section, ...]:
    """Return the sections of a page, some of which were left out,
    with the checklist filled in from those that are there.
    """
    others = tuple(section for section in sections if section.key != "checklist")
    return tuple(
        checklist_section(reanalysis, others) if section.key == "checklist" else section
        for section in sections
    )


def checklist_section(reanalysis: Reanalysis, sections: Sequence[Section]) -> Section:
    """Return the checklist; ``sections`` are those of the page, all of them,
    this one and the references apart.
    """
    known = dict(_titles(sections))
    rows = tuple(_row(item, known) for item in items(reanalysis, known))
    introduction: tuple[Part, ...] = (
        "The Bayesian analysis reporting guidelines, filled in by the program that wrote the report "
        "from what is in it",
        Cite(("kruschke2021",)),
        "; items in our own words. What PRISMA asks",
        Cite(("page2021",)),
        " is for the review that found the trials to answer, not for its reanalysis.",
    )
    columns = (
        Column("Item", "text"),
        Column("What it asks", "long"),
        Column("Here", "short"),
        Column("Where and how", "long"),
    )
    return Section(
        "checklist",
        "Reporting checklist",
        (Prose(introduction), Table("Reporting checklist.", columns, rows)),
        appendix=True,
    )


def _titles(sections: Sequence[Section], above: Section | None = None) -> Iterator[tuple[str, str]]:
    """Yield key and title of every section; the parts of an outcome are named with it."""
    for section in sections:
        part = above is not None and section.key.startswith(f"{above.key}-")
        yield (
            section.key,
            f"{above.title}: {section.title[:1].lower() + section.title[1:]}"
            if above and part
            else section.title,
        )
        yield from _titles(section.sections, section)


def _row(item: Item, known: dict[str, str]) -> tuple[Cell | str, ...]:
    if not item.applies:
        return item.place, item.asks, "does not apply", item.said
    keys = [key for pattern in item.keys for key in known if re.fullmatch(pattern, key)]
    if item.keys and not keys:
        return item.place, item.asks, Cell("not done", "high"), item.missing
    return item.place, item.asks, Cell("done", "low"), Cell(item.said, after=_links(keys, known))


def _links(keys: list[str], known: dict[str, str]) -> tuple[Part, ...]:
    """Return links to the first few sections, and how many more there are."""
    distinct = list(dict.fromkeys(keys))
    parts: list[Part] = []
    for key in distinct[:MOST_LINKS]:
        parts += [", " if parts else " See ", Link(known[key], key)]
    if len(distinct) > MOST_LINKS:
        parts.append(f" and {len(distinct) - MOST_LINKS} more of the kind")
    return (*parts, ".") if parts else ()


def items(reanalysis: Reanalysis, known: dict[str, str]) -> tuple[Item, ...]:
    """Return the items in the order of the guidelines, each with what this report has for it."""
    sampled = any(re.fullmatch(SAMPLED, key) for key in known)
    return (
        *_model(reanalysis, known),
        *_computation(sampled),
        *_posterior(reanalysis),
        *_decisions(reanalysis, known),
        *_sensitivity(known),
        *_reproduction(reanalysis, sampled),
    )


def _model(reanalysis: Reanalysis, known: dict[str, str]) -> tuple[Item, ...]:
    check = f"The report shows none; bayes-ivig check {phrases.name(reanalysis.source)} does."
    own = [outcome for outcome in reanalysis.outcomes if isinstance(outcome, CountsOutcome)]
    measure, counted = own[0].measure if own else OR, all(outcome.usual for outcome in own)
    families = any(outcome.prior_families for outcome in own)
    before = f"The {measure.plural}{' and event rates' if counted else ''} that the model's priors imply"
    before += ", and whether the trials' estimate is one that each prior would predict." if families else "."
    implied = (
        ("prior-predictive", *((r".*-priors",) if families else ()))
        if "prior-predictive" in known
        else ("none",)
    )
    why = "For probabilities of benefit and harm, which a confidence interval does not give."
    goals = f"To estimate {measure.plural}, and how far they depend on priors, trials and counts."
    shown = "Events and totals of both arms of every trial" if counted else "What is known of every trial"
    return (
        Item("Preamble A", "Why Bayesian", why, ("answer",)),
        Item("Preamble B", "Goals", goals, ("answer",)),
        Item(
            "1A",
            "Data variables",
            f"{shown}, with how they are known.",
            ("data",),
        ),
        Item(
            "1B",
            "Likelihood and parameters",
            f"In words and equations; sought is the pooled {measure.scale}.",
            ("methods",),
        ),
        Item(
            "1C",
            "Priors, justified",
            "Each with a reason and a source, as far as the model states them.",
            ("priors",),
        ),
        Item("1D", "Formal statement", "Equations.", ("methods",)),
        Item("1E", "Prior predictive check", before, implied, check),
    )


def _computation(sampled: bool) -> tuple[Item, ...]:
    exact = "The model is integrated, not sampled."
    return (
        Item("2A", "Software", "Names and versions.", ("reproduce",)),
        Item(
            "2B",
            "Convergence of chains",
            "R-hat of every sampled fit." if sampled else exact,
            (SAMPLED,),
            applies=sampled,
        ),
        Item(
            "2C",
            "Resolution of chains",
            "Effective sample sizes." if sampled else exact,
            (SAMPLED,),
            applies=sampled,
        ),
        Item(
            "2D", "If not by chains, how exact", "A bound of the numerical error of every fit.", ("checks",)
        ),
    )


def _posterior(reanalysis: Reanalysis) -> tuple[Item, ...]:
    check = (
        "The report shows observed and posterior effects side by side, and no more; bayes-ivig check "
        f"{phrases.name(reanalysis.source)} does."
    )
    foreseen = (
        "Every trial beside what the posterior of the others foretells, "
        "and the smallest P of all under that of all trials."
    )
    summaries = "Medians with central 95% credible intervals."
    tests = "No hypothesis is tested: effects are estimated."
    return (
        Item("3A", "Posterior predictive check", foreseen, (r".+-checks",), check),
        Item("3B", "Posterior summaries", summaries, ("answer", r".*-(sets|effects)")),
        Item("3C", "Bayes factors, model probabilities", tests, applies=False),
    )


def _decisions(reanalysis: Reanalysis, known: dict[str, str]) -> tuple[Item, ...]:
    measure = next((o.measure for o in reanalysis.outcomes if isinstance(o, CountsOutcome)), OR)
    zone = ", ".join(
        numbers.threshold(x) for x in sorted({x for o in reanalysis.outcomes for x in o.about.thresholds})
    )
    beyond = (
        "Probabilities beyond the smallest difference that matters, stated with the data: "
        f"{measure.one} of {zone}."
    )
    none = "The data's description states no smallest difference that matters (thresholds)."
    weighed = "harm" in known
    loss = (
        "Benefit against harm at every weight of one against the other."
        if weighed
        else "No loss function is used: no decision is made."
    )
    return (
        Item("4A", "Why decisions", "No decision is made here.", applies=False),
        Item("4B", "Loss function", loss, ("harm",), applies=weighed),
        Item(
            "4C",
            "Limits of practical equivalence",
            beyond,
            (r".*-(sets|effects)",) if zone else ("none",),
            none,
        ),
        Item(
            "4D",
            "Decision thresholds of Bayes factors",
            "No Bayes factor decides anything here.",
            applies=False,
        ),
        Item("4E", "Estimates beside decisions", "Estimates with intervals throughout.", ("answer",)),
    )


def _sensitivity(known: dict[str, str]) -> tuple[Item, ...]:
    turned = [key for key in known if re.fullmatch(TURNING, key)]
    turning = "How much prior it takes to turn what is concluded." if turned else "No decision is made here."
    priors = (r".*-priors", r".*-tipping", "bring")
    return (
        Item(
            "5A",
            "Other priors: estimates",
            "The posterior under other priors, broad and informed.",
            priors,
            "No other priors were compared.",
        ),
        Item("5B", "Other priors: Bayes factors", "No Bayes factor decides anything here.", applies=False),
        Item("5C", "Other priors: decisions", turning, (TURNING,), applies=bool(turned)),
    )


def _reproduction(reanalysis: Reanalysis, sampled: bool) -> tuple[Item, ...]:
    posted = "The package's own tests write this report again and compare every byte."
    again = "The same command gives the same bytes, under the same versions."
    random = "Seeds stand with the diagnostics." if sampled else "No random numbers are used."
    kept = (
        "Answers of sampled fits are kept with data, model, seed and versions."
        if sampled
        else "There are no draws."
    )
    return (
        Item("6A", "Software and installation", "Versions, and how to install them.", ("reproduce",)),
        Item("6B", "Script and data", "Command lines; the data by name and checksum.", ("reproduce",)),
        Item("6C", "Readable script", "One command line.", ("reproduce",)),
        Item("6D", "Auxiliary files", "The model by name and checksum.", ("reproduce",)),
        Item("6E", "Runs as posted", posted if reanalysis.bundled else again, ("reproduce",)),
        Item("6F", "Random numbers", random, (SAMPLED,), applies=sampled),
        Item("6G", "Draws kept", kept, (SAMPLED,), applies=sampled),
    )
