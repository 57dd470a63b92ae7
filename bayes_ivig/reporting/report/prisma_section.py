"""The items of PRISMA 2020 (Page 2021) that apply to whoever pools the trials of a review again."""

from bayes_ivig.reporting.evidence.table import records
from bayes_ivig.reporting.report.checklist_item import Item
from bayes_ivig.reporting.report.limits_section import assumed_small
from bayes_ivig.reporting.wording import outcomes, phrases
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, Reanalysis

FUNNEL = "No funnel plot and no test of small-study effects."
ASSUMED = "Selection by p-value, PET and PEESE, each an assumption."
UNRATED = "Nobody entered a rating with the data, and none is computed."


def prisma_items(reanalysis: Reanalysis) -> tuple[Item, ...]:
    """Return the items in the order of PRISMA, each with what this report has for it."""
    return (
        *_methods(reanalysis),
        *_rated_methods(reanalysis),
        *_trials(reanalysis),
        *_results(reanalysis),
        *_other(reanalysis),
    )


def _methods(reanalysis: Reanalysis) -> tuple[Item, ...]:
    counts = [outcome for outcome in reanalysis.outcomes if isinstance(outcome, CountsOutcome)]
    split = any(outcome.choices and outcome.choices.classes for outcome in counts)
    explored = (r".*-(comparisons|classes)", r".*-models")
    return (
        Item(
            "13a", "Which trials each synthesis holds", "Named under every table of a set.", (r".*-pooled",)
        ),
        Item(
            "13b",
            "How data were prepared: zero cells, missing numbers",
            "Zero cells as they are in the model, by a stated rule where pooled again; other ways to count.",
            ("methods",),
        ),
        Item(
            "13c",
            "Tables and figures",
            "Forest plots, and a table of every trial.",
            (r".*-(pooled|studies)",),
        ),
        Item(
            "13d",
            "Synthesis: model, heterogeneity, software",
            "In words and equations, with the heterogeneity of every set and versions.",
            ("methods", "reproduce"),
        ),
        Item(
            "13e",
            "Causes of heterogeneity",
            "Subgroup analyses and meta-regression." if split else "Other models.",
            explored,
            "No column of the data divides the trials.",
            partly="" if split else "Other models only: no column of the data divides the trials.",
        ),
    )


def _rated_methods(reanalysis: Reanalysis) -> tuple[Item, ...]:
    return (
        Item(
            "13f",
            "Sensitivity analyses",
            "Priors, trials, models, effect measures and ways to count.",
            (r".*-(priors|choices|models|scales|alternatives)",),
            "No such analysis is on this page.",
        ),
        _not_published(reanalysis, "14", "method"),
        Item(
            "15",
            "Certainty of the evidence: method",
            "As entered by a person." if _rated(reanalysis) else "",
            missing=UNRATED,
        ),
    )


def _not_published(reanalysis: Reanalysis, place: str, what: str) -> Item:
    """Return an item on bias by what was not published: assumed, never tested."""
    asks = f"Bias by what was not published: {what}"
    if not assumed_small(reanalysis):
        return Item(place, asks, "", missing=FUNNEL)
    return Item(place, asks, ASSUMED, (r".*-small",), FUNNEL, partly=f"{ASSUMED} {FUNNEL}")


def _trials(reanalysis: Reanalysis) -> tuple[Item, ...]:
    told = bool(records(reanalysis, "prisma"))
    bias = "As published by the review; it enters no model."
    return (
        Item(
            "16a",
            "How trials were selected",
            "As published by the review." if told else "",
            ("search",) if told else (),
            "It does not stand with the data.",
            partly="As published by the review; nothing was searched anew.",
        ),
        Item(
            "17",
            "Characteristics of trials",
            "Country, people, comparator, assignment.",
            ("characteristics",),
            "They do not stand with the data.",
        ),
        Item(
            "18",
            "Risk of bias in trials",
            bias,
            ("bias",),
            "Not judged.",
            partly=_read_again(reanalysis, bias),
        ),
        Item("19", "Results of each trial", "Counts, estimate and interval.", (r".*-(studies|all)", "data")),
    )


def _results(reanalysis: Reanalysis) -> tuple[Item, ...]:
    return (
        Item(
            "20b", "Results of syntheses", "With intervals and heterogeneity.", (r".*-(pooled|comparisons)",)
        ),
        Item(
            "20c",
            "Results by causes of heterogeneity",
            "By class.",
            (r".*-(comparisons|classes)",),
            "No comparison and no class is on this page.",
        ),
        Item(
            "20d",
            "Results of sensitivity analyses",
            "Each in the body, all of it in an appendix.",
            (r".*-priors",),
        ),
        _not_published(reanalysis, "21", "result"),
        Item(
            "22",
            "Certainty of the evidence: result",
            "As entered by a person." if _rated(reanalysis) else "",
            missing=UNRATED,
        ),
    )


def _other(reanalysis: Reanalysis) -> tuple[Item, ...]:
    stated = [
        outcomes.title(outcome)
        for outcome in reanalysis.outcomes
        if outcome.about.judgements and outcome.about.judgements.stated_before
    ]
    return (
        Item("23b", "Limits of the evidence", "What is not covered, and why.", ("not_covered",)),
        Item(
            "24b",
            "Protocol",
            f"What was stated before: {phrases.series(stated)}." if stated else "",
            missing="No protocol is stated with the data.",
        ),
        Item("27", "Data and code", "Counts, versions and the command.", ("reproduce", "data")),
    )


def _rated(reanalysis: Reanalysis) -> bool:
    return any(
        outcome.about.judgements and outcome.about.judgements.certainty for outcome in reanalysis.outcomes
    )


def _read_again(reanalysis: Reanalysis, published: str) -> str:
    """Return why risk of bias is told in part only; empty where a person read it again."""
    again = any(
        outcome.about.judgements and outcome.about.judgements.risk_of_bias for outcome in reanalysis.outcomes
    )
    return "" if again else f"{published} Nobody read it again."
