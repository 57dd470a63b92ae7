"""The Bayesian analysis reporting guidelines (BARG, Kruschke 2021),
each item with what a report has for it.
"""

import re

from bayes_ivig.inputs.model.stated_model import rationale
from bayes_ivig.measures import OR
from bayes_ivig.reporting.report.checklist_item import Item
from bayes_ivig.reporting.wording import models as families
from bayes_ivig.reporting.wording import numbers, outcomes, phrases
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, Reanalysis

SAMPLED = "diagnostics"  # the section that tells of sampled fits
TURNING = r".*-tipping"  # sections on the prior that turns a conclusion


def barg_items(reanalysis: Reanalysis, known: dict[str, str]) -> tuple[Item, ...]:
    """Return the items in the order of the guidelines, each with what this report has for it."""
    sampled = any(re.fullmatch(SAMPLED, key) for key in known)
    return (
        *_model(reanalysis, known),
        *_computation(sampled),
        *_posterior(reanalysis),
        *_decisions(reanalysis, known),
        *_sensitivity(reanalysis, known),
        *_reproduction(reanalysis, sampled),
    )


def _model(reanalysis: Reanalysis, known: dict[str, str]) -> tuple[Item, ...]:
    own = [outcome for outcome in reanalysis.outcomes if isinstance(outcome, CountsOutcome)]
    measure, counted = own[0].measure if own else OR, all(outcome.usual for outcome in own)
    why = "For probabilities of benefit and harm, which a confidence interval does not give."
    goals = f"To estimate {measure.plural}, and how far they depend on priors, trials and counts."
    shown = "Events and totals of both arms of every trial" if counted else "What is known of every trial"
    known_how = any(status or basis for outcome in own for _, status, basis in outcome.provenance)
    bare = _without_reason(reanalysis)
    return (
        Item("Preamble A", "Why Bayesian", why, ("brief",)),
        Item("Preamble B", "Goals", goals, ("brief",)),
        Item(
            "1A",
            "Data variables",
            f"{shown}, with how they are known.",
            ("data",),
            partly="" if known_how else f"{shown}; how they are known is not stated with the data.",
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
            "Each with a reason and a source.",
            ("priors",),
            partly=f"No reason is stated for the prior of {phrases.series(bare)}." if bare else "",
        ),
        Item("1D", "Formal statement", "Equations.", ("methods",)),
        _before_data(reanalysis, known),
    )


def _before_data(reanalysis: Reanalysis, known: dict[str, str]) -> Item:
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
    return Item("1E", "Prior predictive check", before, implied, check)


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
    unchecked = [
        outcomes.title(outcome)
        for outcome in reanalysis.outcomes
        if not outcome.about.complement_of
        and not (isinstance(outcome, CountsOutcome) and outcome.checks and outcome.checks.sets)
    ]
    summaries = "Medians with central 95% credible intervals."
    tests = "No hypothesis is tested: effects are estimated."
    return (
        Item(
            "3A",
            "Posterior predictive check",
            foreseen,
            (r".+-checks",),
            check,
            partly=f"{foreseen} Not for {phrases.series(unchecked)}." if unchecked else "",
        ),
        Item("3B", "Posterior summaries", summaries, ("brief", r".*-(pooled|sets)")),
        Item("3C", "Bayes factors, model probabilities", tests, applies=False),
    )


def _decisions(reanalysis: Reanalysis, known: dict[str, str]) -> tuple[Item, ...]:
    measure = next((o.measure for o in reanalysis.outcomes if isinstance(o, CountsOutcome)), OR)
    zone = ", ".join(
        numbers.threshold(x) for x in sorted({x for o in reanalysis.outcomes for x in o.about.thresholds})
    )
    beyond = f"Probabilities beyond a smallest difference that matters: {measure.one} of {zone}."
    judged = any(
        outcome.about.judgements and outcome.about.judgements.important_difference
        for outcome in reanalysis.outcomes
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
            (r".*-appendix-(sets|effects)",) if zone else ("none",),
            none,
            partly="" if judged else f"{beyond} A chosen margin: nobody judged it for these outcomes.",
        ),
        Item(
            "4D",
            "Decision thresholds of Bayes factors",
            "No Bayes factor decides anything here.",
            applies=False,
        ),
        Item("4E", "Estimates beside decisions", "Estimates with intervals throughout.", ("brief",)),
    )


def _sensitivity(reanalysis: Reanalysis, known: dict[str, str]) -> tuple[Item, ...]:
    turned = [key for key in known if re.fullmatch(TURNING, key)]
    turning = "How much prior it takes to turn what is concluded." if turned else "No decision is made here."
    priors = (r".*-priors", r".*-tipping", "bring")
    others = "The posterior under other priors, broad and informed."
    one = [
        outcomes.title(outcome)
        for outcome in reanalysis.outcomes
        if not (isinstance(outcome, CountsOutcome) and outcome.sensitivity)
    ]
    return (
        Item(
            "5A",
            "Other priors: estimates",
            others,
            priors,
            "No other priors were compared.",
            partly=f"{others} Not for {phrases.series(one)}." if one else "",
        ),
        Item("5B", "Other priors: Bayes factors", "No Bayes factor decides anything here.", applies=False),
        Item("5C", "Other priors: decisions", turning, (TURNING,), applies=bool(turned)),
    )


def _reproduction(reanalysis: Reanalysis, sampled: bool) -> tuple[Item, ...]:
    posted = "The package's own tests write this report again and compare every byte."
    again = "The same command gives the same bytes, under the same versions."
    random = "Seeds stand with the diagnostics." if sampled else "No random numbers are used."
    kept = "Answers of sampled fits, with data, model, seed and versions; the draws themselves are not kept."
    return (
        Item("6A", "Software and installation", "Versions, and how to install them.", ("reproduce",)),
        Item("6B", "Script and data", "Command lines; the data by name and checksum.", ("reproduce",)),
        Item("6C", "Readable script", "One command line.", ("reproduce",)),
        Item("6D", "Auxiliary files", "The model by name and checksum.", ("reproduce",)),
        Item(
            "6E",
            "Runs as posted",
            posted,
            ("reproduce",),
            partly="" if reanalysis.bundled else f"{again} Nobody has run it anew yet.",
        ),
        Item("6F", "Random numbers", random, (SAMPLED,), applies=sampled),
        Item(
            "6G",
            "Draws kept",
            kept if sampled else "There are no draws.",
            (SAMPLED,),
            applies=sampled,
            partly=kept,
        ),
    )


def _without_reason(reanalysis: Reanalysis) -> list[str]:
    """Return the parameters of the reference model whose priors have no reason with them."""
    model = outcomes.fitted_model(reanalysis)
    return [name for name, _ in families.priors(model) if not rationale(model, name)[0]]
