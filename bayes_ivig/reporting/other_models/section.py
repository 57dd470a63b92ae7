"""How far an outcome's answer depends on the kind of model:
one table, one picture, and what was not fitted.
"""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from bayes_ivig.reporting.document.blocks import Block, Column, Figure, Items, Section, Table, Text
from bayes_ivig.reporting.document.cells import CREDIBLE, OR_ABOVE, ratio_cells
from bayes_ivig.reporting.document.pointers import appendix_key, pointing
from bayes_ivig.reporting.drawing.rows import Row, row_chart
from bayes_ivig.reporting.other_models.range_words import design_sentences, range_sentences
from bayes_ivig.reporting.other_models.words import explained, model_name
from bayes_ivig.reporting.wording import details, numbers, outcomes, phrases
from bayes_ivig.reporting.wording import two_arm as models
from bayes_ivig.results.other_models.sampled import ModelRow, OtherModels
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome

if TYPE_CHECKING:
    import altair as alt

TITLE = "Sensitivity analysis: other models"
SHARED = (
    "Likelihood and priors are those of the reference model; other models have its priors for the parameters "
    "they share with it."
)
IMPLYING = ("bivariate", "beta_binomial", "beta_binomial_by_treatment")
IMPLIED = (
    "τ: SD between trials of the log odds ratio. Bivariate and beta-binomial models have no prior of it: "
    "it follows from their other parameters, and so does what it is before the data."
)


def other_models_section(outcome: CountsOutcome, key: str) -> Section | None:
    """Return between which numbers the answer lies under other models, exact and sampled;
    None where there is nothing to set beside the reference.
    """
    others = _compared(outcome)
    if others is None:
        return None
    *first, last = range_sentences(outcome, others)
    leads = pointing(last, "every other model", f"{appendix_key(key)}-models")
    return Section(f"{key}-models", TITLE, (*(Text(sentence) for sentence in first), leads))


def other_models_appendix(outcome: CountsOutcome, key: str) -> Section | None:
    """Return every model with its answers; None where there is nothing to set beside the reference."""
    others = _compared(outcome)
    if others is None:
        return None
    title = outcomes.title(outcome)
    figure = Figure(
        f"{key}_models",
        f"{title}: posterior odds ratio under each model (circles: medians; lines: "
        "95% credible intervals), by trial set.",
        f"{title}: intervals of the odds ratio under each model; numbers in the table above.",
        partial(plot_models, outcome),
    )
    blocks: list[Block] = [_table(outcome, others), figure]
    blocks += [Text(sentence) for sentence in design_sentences(outcome, others)]
    blocks += _further(outcome, others)
    different = {row.code: explained(row.code, row.model) for row in others.rows if row.code != "reference"}
    blocks.append(Items(tuple(phrases.first_upper(text) for text in different.values())))
    blocks += [Text(sentence, "note") for sentence in _absent(outcome, others)]
    return Section(f"{key}-models", TITLE, tuple(blocks))


def _compared(outcome: CountsOutcome) -> OtherModels | None:
    """Return the models of an outcome where there are some beside the reference model."""
    others = outcome.other_models
    return None if others is None or len(others.rows) < 2 or outcome.about.complement_of else others


def plot_models(outcome: CountsOutcome) -> "alt.LayerChart":
    """Return one row per model, under a heading for each trial set."""
    assert outcome.other_models is not None
    rows = []
    for trials in dict.fromkeys(row.trials for row in outcome.other_models.rows):
        rows.append(Row(_set(outcome, trials)))
        own = [row for row in outcome.other_models.rows if row.trials == trials]
        rows += [Row(model_name(row.code), posterior=row.ratio) for row in own]
    description = f"{outcomes.title(outcome)}: posterior odds ratio under each model."
    return row_chart(
        rows,
        headings=("Model", "Odds ratio [95% credible]"),
        sides=outcomes.sides(outcome.about),
        description=description,
    )


def _table(outcome: CountsOutcome, others: OtherModels) -> Table:
    """Return all rows, each with its trial set where there are several."""
    sets = tuple(dict.fromkeys(row.trials for row in others.rows))
    several = len(sets) > 1
    rows = tuple(
        (
            model_name(row.code),
            *((_set(outcome, row.trials),) if several else ()),
            *ratio_cells(row.ratio),
            numbers.probability(row.prob_or_gt_1),
            numbers.amount(row.tau),
            _how(row),
        )
        for row in others.rows
    )
    answers = (Column("Posterior OR"), Column(CREDIBLE), Column(OR_ABOVE), Column("τ, median"))
    trials = (Column("Trials", "text"),) if several else ()
    implied = (IMPLIED,) if any(row.code in IMPLYING for row in others.rows) else ()
    lines = (
        *models.details(outcome.sets[0].posterior.model),
        *(details.trials(outcome.trial_set(name), outcome) for name in sets),
        SHARED,
        *implied,
        details.CREDIBLE,
    )
    caption = f"{outcomes.title(outcome)}: the reference model and other models."
    return Table(
        caption, (Column("Model", "text"), *trials, *answers, Column("Computed", "short")), rows, lines
    )


def _further(outcome: CountsOutcome, others: OtherModels) -> list[Block]:
    """Return the exact models on trial sets for which nothing is sampled, one row per model:
    a sentence and a compact table.
    """
    sets = tuple(dict.fromkeys(row.trials for row in others.further))
    if not sets:
        return []
    answers = {(row.code, row.trials): row for row in others.further}
    columns = [Column("Model", "text")]
    for trials in sets:
        columns += [Column(f"{_set(outcome, trials)}: OR"), Column(CREDIBLE), Column(OR_ABOVE)]
    rows = []
    for code in dict.fromkeys(row.code for row in others.further):
        cells = [model_name(code)]
        for trials in sets:
            row = answers.get((code, trials))
            cells += (
                [*ratio_cells(row.ratio), numbers.probability(row.prob_or_gt_1)]
                if row
                else [numbers.NONE] * 3
            )
        rows.append(tuple(cells))
    lines = (
        *models.details(outcome.trial_set(sets[0]).posterior.model),
        *(details.trials(outcome.trial_set(name), outcome) for name in sets),
        "Other models differ from the reference model in one thing; all are computed exactly.",
        details.CREDIBLE,
    )
    caption = f"{outcomes.title(outcome)}: the exact models on the other trial sets."
    found_there = replace(others, rows=others.further)
    sentences = [Text(sentence) for sentence in range_sentences(outcome, found_there)]
    return [*sentences, Table(caption, tuple(columns), tuple(rows), lines)]


def _how(row: ModelRow) -> str:
    if row.sampled is None:
        return "exactly"
    return "sampled" if row.sampled.diagnostics.ok else "sampled, a check failed"


def _absent(outcome: CountsOutcome, others: OtherModels) -> list[str]:
    """Return which models are missing and why: not sampled yet, or not to be had from these trials."""
    sentences = []
    waiting: dict[str, list[str]] = {}
    refused: dict[tuple[str, str], list[str]] = {}
    for each in others.unfitted:
        name = (
            "the reference model by sampling, as a check"
            if each.code == "reference"
            else phrases.lower_first(model_name(each.code))
        )
        if each.reason:
            refused.setdefault((each.trials, each.reason), []).append(name)
        else:
            waiting.setdefault(each.trials, []).append(name)
    for trials, names in waiting.items():
        sentences.append(
            f"Not sampled for {_phrase(outcome, trials)}: {'; '.join(names)}. {phrases.TO_SAMPLE}"
        )
    for (trials, reason), names in refused.items():
        sentences.append(
            f"Not fitted for {_phrase(outcome, trials)}: {'; '.join(names)}. Reason: {phrases.name(reason)}."
        )
    return sentences


def _set(outcome: CountsOutcome, trials: str) -> str:
    return outcomes.set_label(outcome.trial_set(trials), outcome)


def _phrase(outcome: CountsOutcome, trials: str) -> str:
    return outcomes.set_phrase(outcome.trial_set(trials), outcome)
