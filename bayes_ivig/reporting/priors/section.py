"""By prior: combinations side by side, named families before and after the data,
the estimate against the prior's width.
"""

import math
from collections.abc import Callable
from functools import partial

from bayes_ivig.formulas.ties import settled_one
from bayes_ivig.priors.composite import LibraryPrior, described
from bayes_ivig.reporting.document.blocks import Block, Column, Figure, Section, Table, Text
from bayes_ivig.reporting.document.cells import CREDIBLE, OR_ABOVE, ratio_cells
from bayes_ivig.reporting.document.pointers import appendix_key, pointing
from bayes_ivig.reporting.priors.combinations_chart import plot_priors
from bayes_ivig.reporting.priors.table import prior_table
from bayes_ivig.reporting.priors.width_chart import plot_widths, widths_alternative
from bayes_ivig.reporting.wording import details, effects, numbers, outcomes, phrases
from bayes_ivig.reporting.wording import priors as prior_words
from bayes_ivig.reporting.wording import two_arm as models
from bayes_ivig.results.pooled import Ratio
from bayes_ivig.results.reanalysis.prior_families import AfterData, Overlap, PriorFamilies, PriorFamily
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, TrialSetResult

TITLE = "Sensitivity analysis: priors, and prior-data conflict"
SHOWN = (0.1, 0.2, 0.35, 0.5, 0.7, 1.0, 1.4, 2.0, 2.82, 5.6, 10.0)
Z = 1.959964
# the most that a prior of tau leaves to what the data show, or more, for the two to be said to disagree
UNEXPECTED = 0.05


def prior_section(outcome: CountsOutcome, key: str) -> Section | None:
    """Return between which numbers the answer lies under other priors;
    None where no priors are set side by side.
    """
    families = outcome.prior_families
    if not outcome.sensitivity and families is None:
        return None
    said = [*_over_priors(outcome), *heterogeneity_sentences(outcome)] if outcome.sensitivity else []
    said += [_over_families(outcome, families)] if families is not None else []
    leads = pointing(said[-1], "every prior", f"{appendix_key(key)}-priors")
    return Section(f"{key}-priors", TITLE, (*(Text(each) for each in said[:-1]), leads))


def prior_appendix(outcome: CountsOutcome, key: str) -> Section | None:
    """Return every prior with the answer under it; None where no priors are set side by side."""
    blocks: list[Block] = []
    title = outcomes.title(outcome)
    if outcome.sensitivity:
        blocks.append(prior_table(outcome))
        blocks.append(
            Figure(
                f"{key}_priors",
                f"{title}: posterior {outcome.measure.name} under each combination of priors: "
                "medians (circles) and 95% credible intervals.",
                f"{title}: intervals of the {outcome.measure.name} under each combination of priors; "
                "numbers in the table above.",
                partial(plot_priors, outcome),
            )
        )
    families = outcome.prior_families
    if families is not None:
        blocks.append(Text(_intro(families)))
        blocks += [_families_table(outcome, families, i) for i in range(len(families.curves))]
        blocks += [*_weights(outcome, families), *_overlaps(families, outcome.about.words.people)]
        blocks += [
            Text(phrases.name(note))
            for note in dict.fromkeys(family.note for family in families.families)
            if note
        ]
        if not details.few(outcome):
            blocks += [_width_figure(outcome, families, key), _width_table(outcome, families)]
    return Section(f"{key}-priors", TITLE, tuple(blocks)) if blocks else None


def _over_priors(outcome: CountsOutcome) -> list[str]:
    """Return between which numbers the answer lies over the combinations of priors,
    a sentence per trial set.
    """
    sentences, measure = [], outcome.measure
    for trials in dict.fromkeys(row.trials for row in outcome.sensitivity):
        own = [row for row in outcome.sensitivity if row.trials == trials]
        phrase = outcomes.set_phrase(outcome.trial_set(trials), outcome)
        ratios, chances = [row.or_median for row in own], [row.prob_or_gt_1 for row in own]
        between = _between(ratios, partial(effects.cell, measure))
        sentences.append(
            f"{phrases.first_upper(phrases.small(len(own)))} combinations of priors, {phrase}: the posterior "
            f"median {measure.name} lies {between}, P({measure.above}) "
            f"{_between(chances, numbers.probability)}."
        )
    return sentences


def _over_families(outcome: CountsOutcome, families: PriorFamilies) -> str:
    """Return the same over the named families of priors of the effect."""
    lines = []
    for i, curve in enumerate(families.curves):
        after = [family.after[i] for family in families.families if not family.of_tau]
        chances = _between([each.prob_or_gt_1 for each in after], numbers.probability)
        ratios = _between([each.or_median for each in after], numbers.ratio)
        lines.append(
            f"{outcomes.set_phrase(outcome.trial_set(curve.trials), outcome)}, {ratios}, P(OR > 1) {chances}"
        )
    count = sum(not family.of_tau for family in families.families)
    return (
        f"The posterior median odds ratio under {phrases.small(count)} named priors "
        f"of the effect: {'; '.join(lines)}."
    )


def _between(values: list[float], shown: Callable[[float], str]) -> str:
    low, high = shown(min(values)), shown(max(values))
    return f"at {low}" if low == high else f"between {low} and {high}"


def heterogeneity_sentences(outcome: CountsOutcome) -> list[str]:
    """Return where trials vary more than the prior of tau expects,
    and what a prior that expects more makes of them.
    """
    sentences = []
    for name in dict.fromkeys((outcome.published_trials, "all")):
        result = outcome.trial_set(name)
        model = result.posterior.model
        if not (model.heterogeneous and model.tau.proper):
            continue
        shown = float(result.posterior["tau"].quantile(0.5))
        left = 1.0 - float(model.tau.cdf(shown))
        if left > UNEXPECTED:
            continue
        sentences.append(
            f"{outcomes.set_label(result, outcome)} vary more than the prior of τ expects "
            f"({prior_words.in_words(model.tau)}: 95% of it below "
            f"{numbers.standard_deviation(float(model.tau.quantile(0.95)))}): the posterior median of τ is "
            f"{numbers.standard_deviation(shown)}, and the prior gives a probability of "
            f"{numbers.probability(left)} to a larger one.{_wider(outcome, result)}"
        )
    return sentences


def _wider(outcome: CountsOutcome, result: TrialSetResult) -> str:
    """Return the answer under the same prior of the effect with whichever prior of tau leads
    to the largest tau.
    """
    rows = [row for row in outcome.sensitivity if row.trials == result.trials]
    same = [row for row in rows if str(row.mu_prior) == str(result.posterior.model.mu)]
    widest = max(same, key=lambda row: settled_one(row.tau_median), default=None)
    if widest is None or str(widest.tau_prior) == str(result.posterior.model.tau):
        return ""
    measure = outcome.measure
    return (
        f" Under the widest prior of τ in the table ({prior_words.label(widest.tau_prior, ratio=False)}) "
        f"the median of τ is {numbers.standard_deviation(widest.tau_median)} and the {measure.name} "
        f"{effects.cell(measure, widest.or_median)} (95% credible interval "
        f"{effects.limits(measure, widest.or_lower, widest.or_upper)}; "
        f"{numbers.chance(measure.above, widest.prob_or_gt_1)})."
    )


def _intro(families: PriorFamilies) -> str:
    text = "The table shows what each prior says before these trials, and what it says after them."
    if families.expected is None:
        return (
            f"{text} Optimistic and pessimistic priors are left out: whether an event is good or bad is not "
            "stated."
        )
    expected, other = numbers.threshold(families.expected), numbers.threshold(1 / families.expected)
    return (
        f"{text} The optimistic and the enthusiastic prior are about an odds ratio of {expected}, the "
        f"pessimistic one about its mirror image, {other}: a convention, since nobody stated an expected "
        "effect before these trials. They leave a probability of 0.15 (enthusiastic: 0.05) to the opposite "
        "direction; the sceptical prior leaves 0.05 to odds ratios above 2."
    )


def _families_table(outcome: CountsOutcome, families: PriorFamilies, which: int) -> Table:
    """Return the families before and after the data of one trial set."""
    result = outcome.trial_set(families.curves[which].trials)
    rows = tuple(_row(family, family.after[which]) for family in families.families)
    columns = (
        Column("Prior", "text"), Column("Before: P(OR > 1)"), Column("Before: 95% of OR"),
        Column("After: OR"), Column(CREDIBLE), Column(f"After: {OR_ABOVE}"), Column("Conflict, P"),
        Column("Shape of the prior", "long"),
    )  # fmt: skip
    caption = (
        f"{outcomes.title(outcome)}: families of priors before and after the data, "
        f"{outcomes.set_phrase(result, outcome)}."
    )
    model = result.posterior.model
    lines = (
        details.trials(result, outcome),
        models.details(model)[0],
        f"Priors: μ as in the row with τ ~ {model.tau}; rows that begin with τ: that prior with μ ~ "
        f"{model.mu}, and the 95% range of τ in place of the odds ratio's.",
        "Conflict, P: two-sided tail of the trials' own estimate under what the prior predicts for it (Box "
        "1980); small where the prior and the trials disagree.",
        *(_texts(families) if which == 0 else ()),
        details.CREDIBLE,
    )
    return Table(caption, columns, rows, lines)


def _texts(families: PriorFamilies) -> list[str]:
    """Return the texts that make the priors, for who wants to state one."""
    return [
        f"{phrases.name(family.label)}: {'τ' if family.of_tau else 'μ'} ~ "
        f"{numbers.shortened(described(family.prior))}."
        for family in families.families
        if isinstance(family.prior, LibraryPrior)
    ]


def _row(family: PriorFamily, after: AfterData) -> tuple[str, ...]:
    label = f"τ: {family.label}" if family.of_tau else f"{family.label}{_overlap_label(family.overlap)}"
    before = numbers.limits(family.before_lower, family.before_upper)
    return (
        label,
        numbers.NONE if family.before_prob is None else numbers.probability(family.before_prob),
        f"τ {before}" if family.of_tau else before,
        *ratio_cells(Ratio(after.or_median, after.or_lower, after.or_upper)),
        numbers.probability(after.prob_or_gt_1),
        numbers.NONE if after.conflict_p is None else numbers.p_value(after.conflict_p),
        phrases.first_upper(prior_words.in_words(family.prior, ratio=not family.of_tau)),
    )


def _overlap_label(overlap: Overlap | None) -> str:
    if overlap is None:
        return ""
    if overlap.shared:
        return " (shares trials)"
    return " (overlap not known)" if overlap.possible else " (no overlap)"


def _overlaps(families: PriorFamilies, people: str) -> list[Block]:
    """Say for every other meta-analysis which of the trials it may have pooled as well."""
    overlaps = {family.overlap.label: family.overlap for family in families.families if family.overlap}
    if not overlaps:
        return []
    sentences = []
    for each in overlaps.values():
        shared = f"shares {phrases.names(each.shared)}" if each.shared else ""
        possible = f"could by year and design hold {phrases.names(each.possible)}" if each.possible else ""
        text = " and ".join(part for part in (shared, possible) if part) or "can hold none of them"
        sentences.append(f"{phrases.name(each.label)} {text}")
    text = (
        "Priors from other meta-analyses are no independent evidence where these pooled some of the same "
        "trials, "
        f"whose {people} then count twice. Which trials they pooled is not known here trial "
        f"by trial: {'; '.join(sentences)}."
    )
    return [Text(text)]


def _weights(outcome: CountsOutcome, families: PriorFamilies) -> list[Block]:
    """Say how much weight the data leave to the informative part of every robust prior."""
    sentences = []
    for family in families.families:
        if family.part_weight is None:
            continue
        after = [
            f"{numbers.probability(each.part_weight)} "
            f"({outcomes.set_phrase(outcome.trial_set(each.trials), outcome)})"
            for each in family.after
            if each.part_weight is not None
        ]
        sentences.append(
            f"{family.label}: the informative part has a weight of {numbers.probability(family.part_weight)} "
            f"before the data and of {phrases.series(after)} after them."
        )
    return [Text(" ".join(sentences))] if sentences else []


def _width_figure(outcome: CountsOutcome, families: PriorFamilies, key: str) -> Figure:
    results = [outcome.trial_set(curve.trials) for curve in families.curves]
    labels = [outcomes.set_label(result, outcome) for result in results]
    sets = [outcomes.set_phrase(result, outcome) for result in results]
    lines = [f"Line in a band: {sets[0]}."] + [
        f"Line between dashed limits: {phrase}." for phrase in sets[1:]
    ]
    caption = (
        f"{outcomes.title(outcome)}: the estimate against the width of a normal prior on μ around no effect. "
        f"Above: posterior median odds ratio and 95% credible limits; below: {OR_ABOVE}. {' '.join(lines)} "
        "To the left the prior decides, to the right the trials."
    )
    return Figure(
        f"{key}_width",
        caption,
        widths_alternative(families.curves, labels),
        partial(plot_widths, families.curves, labels),
    )


def _width_table(outcome: CountsOutcome, families: PriorFamilies) -> Table:
    first = families.curves[0]
    columns = [Column("SD of the prior"), Column("95% of prior OR")]
    for curve in families.curves:
        label = outcomes.set_label(outcome.trial_set(curve.trials), outcome)
        columns += [Column(f"{label}: OR"), Column(CREDIBLE), Column(OR_ABOVE)]
    rows = []
    for i, width in enumerate(first.widths):
        if width in SHOWN:
            row = [numbers.stated(width), numbers.limits(math.exp(-Z * width), math.exp(Z * width))]
            for curve in families.curves:
                row += [
                    *ratio_cells(Ratio(curve.median[i], curve.lower[i], curve.upper[i])),
                    numbers.probability(curve.prob_or_gt_1[i]),
                ]
            rows.append(tuple(row))
    model = outcome.trial_set(first.trials).posterior.model
    lines = (
        *(details.trials(outcome.trial_set(curve.trials), outcome) for curve in families.curves),
        models.details(model)[0],
        f"Priors: μ ~ normal(0, SD) as in the row, τ ~ {model.tau}.",
        details.CREDIBLE,
    )
    return Table(
        f"{outcomes.title(outcome)}: the estimate against the width of the prior.",
        tuple(columns),
        tuple(rows),
        lines,
    )
