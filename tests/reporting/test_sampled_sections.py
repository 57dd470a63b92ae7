"""Other models and the diagnostics of sampled fits in the report:
from stored answers, without them, and where checks fail.
"""

from dataclasses import replace

import numpy as np
import pytest
from joined import joined
from meaning import drawn_texts, telling, tells
from report_cases import BAD_EVENT, GOOD_EVENT, HOSTILE, THREE, ivig, own

import bayes_ivig as bi
from bayes_ivig.analyses.other_models.bearing import SAMPLED
from bayes_ivig.analyses.other_models.side_by_side import other_models
from bayes_ivig.analyses.other_models.stored_answers import Store
from bayes_ivig.analyses.weighing.benefit_harm import benefit_harm
from bayes_ivig.reporting.document.blocks import Cell, Figure, Items, Page, Section, Table, Text
from bayes_ivig.reporting.document.html import html_of
from bayes_ivig.reporting.other_models.diagnostics_section import diagnostics_section
from bayes_ivig.reporting.other_models.section import other_models_appendix, other_models_section
from bayes_ivig.reporting.other_models.words import model_name
from bayes_ivig.results.reanalysis.harm_readings import HarmComparison, HarmReading
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, Reanalysis

pytestmark = pytest.mark.slow

PUBLISHED = [
    "Heilmann 2001",
    "Mahmoud 2004",
    "Perricone 2008",
    "Stricker 2000",
    "Vaquero 2001",
    "Yamada 2022",
]
SET = f"[trial_sets]\npublished = {PUBLISHED}\n"
BUNDLED = replace(Store.usual(), cache=None)


def filled(whole: Reanalysis, store: Store) -> tuple[Reanalysis, CountsOutcome]:
    """Return the reanalysis with the answers of this store, whatever this computer's cache holds,
    and its one outcome.
    """
    (outcome,) = whole.outcomes
    sets = dict.fromkeys((outcome.published_trials, "all"))
    found = other_models({name: outcome.trial_set(name).posterior for name in sets}, store=store)
    changed = replace(outcome, other_models=found)
    return replace(whole, outcomes=(changed,)), changed


@pytest.fixture(scope="module")
def live() -> tuple[Reanalysis, CountsOutcome]:
    """A user's table that happens to be live birth: the bundled answers are found by content."""
    rows = tuple((study.name, *study.counts) for study in bi.load_dataset("ivig", "live_birth").studies)
    return filled(own(rows, GOOD_EVENT.partition("[")[0] + SET), BUNDLED)


def section_of(outcome: CountsOutcome, key: str) -> Section | None:
    return joined(other_models_section(outcome, key), other_models_appendix(outcome, key))


def blocks(section: Section, kind: type) -> list:
    return [block for block in section.blocks if isinstance(block, kind)]


def table_of(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.cells]


def test_the_table_has_exact_and_stored_models_of_both_trial_sets(live) -> None:
    section = section_of(live[1], "live")
    (table,) = blocks(section, Table)
    rows = table_of(table)
    names = [
        model_name(code)
        for code in ("reference", "control", "hypergeometric", "normal", "student_t", "common", *SAMPLED)
    ]
    assert [row[0] for row in rows] == names * 2
    assert [row[-1] for row in rows] == (["exactly"] * 6 + ["sampled"] * 4) * 2
    normal = bi.fit(bi.load_dataset("ivig", "live_birth"), bi.load_model("normal_normal"))["mu"]
    lower, median, upper = np.exp(normal.quantile([0.025, 0.5, 0.975]))
    assert rows[13][2] == f"{median:.2f}"
    assert [float(limit) for limit in rows[13][3].split(" to ")] == [round(lower, 2), round(upper, 2)]
    assert tells(texts(section), "All nine trials", "ten models", "odds ratio", "1.25", "normal")
    assert "Not sampled" not in texts(section)
    (told,) = blocks(section, Items)
    assert len(told.items) == 9
    assert tells(told.items[5], "\N{GREEK SMALL LETTER NU} ~ normal(0, 10)", "ω ~ half_normal(2)")


def test_a_reference_model_at_the_end_of_the_range_is_said_to_be_and_why(live) -> None:
    # the control arm's is larger still
    assert "No other model gives so" not in texts(section_of(live[1], "live"))
    rows = tuple((study.name, *study.counts) for study in bi.load_dataset("ivig", "live_birth").studies)
    _, outcome = filled(own(rows, GOOD_EVENT.partition("[")[0] + SET, "binomial_control"), Store())
    said = texts(section_of(outcome, "live"))
    assert len(telling(said, "no other model", "large", "reference model")) == 2
    without = [name for name in PUBLISHED if name not in ("Perricone 2008", "Stricker 2000")]
    rest = bi.load_dataset("ivig", "live_birth").trials(without)
    median = np.exp(bi.fit(rest, outcome.trial_set("all").posterior.model)["mu"].quantile(0.5))
    pooled = bi.pool(rest, method="revman-random").ratio.estimate
    assert tells(
        said, "reference model", "3.67", "pooled", "2.86", "without", f"{median:.2f}", f"{pooled:.2f}"
    )
    assert said.count("takes zeros as they are") == 1


def test_designs_by_themselves_stand_beside_the_models_of_designs() -> None:
    outcome = ivig().outcome("live_birth")
    assert isinstance(outcome, CountsOutcome)
    assert outcome.other_models is not None
    section = section_of(outcome, "live")
    said = texts(section)
    randomised = outcome.trial_set("randomised").posterior["mu"]
    alone = f"{np.exp(randomised.quantile(0.5)):.2f} (P(OR > 1) = {randomised.prob_above(0.0):.3f})"
    rows = {row.code: row for row in outcome.other_models.rows if row.trials == "all"}
    regression = f"{rows['meta_regression'].ratio.estimate:.2f}"
    assert tells(said, "randomised (yes)", "by themselves", alone, "meta-regression", regression)
    assert tells(said, "bias model", f"{rows['bias_adjusted'].ratio.estimate:.2f}")
    assert tells(said, "factor", "0.38 to 2.66"), "normal(0, 0.5) on the log scale"
    further = blocks(section, Table)[1]
    assert [row[0] for row in table_of(further)][:2] == [
        "Reference model",
        "Binomial, baseline on the control arm",
    ]
    hypergeometric = bi.fit(
        bi.load_dataset("ivig", "live_birth").trials("randomised"), bi.load_model("hypergeometric_normal")
    )
    row = next(row for row in table_of(further) if row[0] == "Hypergeometric")
    assert row[4] == f"{np.exp(hypergeometric['mu'].quantile(0.5)):.2f}"
    assert row[6] == f"{hypergeometric['mu'].prob_above(0.0):.3f}"


def texts(section: Section) -> str:
    return "\n".join(block.text for block in blocks(section, Text))


def test_the_chart_draws_every_row(live) -> None:
    (figure,) = blocks(section_of(live[1], "live"), Figure)
    assert figure.name == "live_models"
    for label in ("Reference model", "Bivariate, risks of both arms", "1.25 [0.56, 3.18]", "Favours"):
        assert any(label in text for text in drawn_texts(figure.draw())), label
    assert drawn_texts(figure.draw()).count("Exchangeable baselines") == 2


def test_diagnostics_tell_every_fit_and_what_made_it(live) -> None:
    section = diagnostics_section(live[0])
    assert section.key == "diagnostics"
    agreement, checks = blocks(section, Table)
    assert len(checks.rows) == 10
    assert {row[-1] for row in table_of(checks)} == {"passed"}
    assert "Ten fits of this report were sampled" in texts(section)
    assert "every check below was passed" in texts(section)
    assert "Of 14 numbers compared" in texts(section)
    exact, sampled = (float(agreement.cells[1][i].text) for i in (1, 2))
    witness = live[1].other_models.witnesses[1]
    median = next(number for number in witness.numbers if number.number == "mu q50")
    assert (exact, sampled) == (round(median.exact, 3), round(median.sampled, 3))
    first = dict(witness.sampled.diagnostics.numbers)
    row = next(row for row in table_of(checks) if row[0].endswith("all nine trials: reference model"))
    assert row[1:3] == [
        "12,000",
        f"{max(value for name, value in first.items() if name.startswith('rhat')):.3f}",
    ]
    assert row[7] == "0"
    details = "\n".join(checks.details)
    assert tells(details, "4 chains", "3000 draws", "1000 steps", "0.98", "seed 1")
    assert f"PyMC {dict(witness.sampled.made_by)['pymc']}" in details


def test_a_failed_check_is_said_in_both_places(live) -> None:
    whole, outcome = live
    problem = "tau: the chains do not agree, R-hat 1.200 where at most 1.01 is expected; use tighter priors"
    *rest, last = outcome.other_models.rows
    bad = replace(
        last,
        sampled=replace(last.sampled, diagnostics=replace(last.sampled.diagnostics, problems=(problem,))),
    )
    changed = replace(outcome, other_models=replace(outcome.other_models, rows=(*rest, bad)))
    (table,) = blocks(section_of(changed, "live"), Table)
    assert [row[-1] for row in table_of(table)].count("sampled, a check failed") == 1
    section = diagnostics_section(replace(whole, outcomes=(changed,)))
    assert "checks failed for one, see below" in texts(section)
    assert blocks(section, Items)[0].items == (
        f"Survival, all nine trials: beta-binomial, two overdispersions: {problem}.",
    )
    assert [row[-1] for row in blocks(section, Table)[1].cells].count(Cell("failed", "strong")) == 1


def test_without_answers_the_section_says_what_was_not_sampled_and_how_it_would_be() -> None:
    whole, outcome = filled(own(THREE, BAD_EVENT), Store())
    section = section_of(outcome, "death")
    said = texts(section)
    for name in (
        "exchangeable baselines",
        "bivariate, risks of both arms",
        "beta-binomial",
        "--sampled",
        "sampled=True",
    ):
        assert name in said
    (table,) = blocks(section, Table)
    assert "Trials" not in [column.title for column in table.columns], "one trial set needs no column for it"
    assert diagnostics_section(whole) is None


def test_a_mirror_image_has_none() -> None:
    outcome = filled(own(THREE, BAD_EVENT), Store())[1]
    mirrored = replace(outcome, about=replace(outcome.about, complement_of="death"))
    assert section_of(mirrored, "death") is None


def test_one_trial_and_odd_names() -> None:
    one = filled(own((("only", 3, 20, 1, 22),)), Store())[1]
    assert tells(texts(section_of(one, "o")), "Reason", "3 studies")
    _, outcome = filled(
        own(tuple((name, 5 + i, 20 + i, 3 + i, 21 + i) for i, name in enumerate(HOSTILE))), Store()
    )
    gaps = ("yes", "", "no", "no", "")
    result = outcome.trial_set("all")
    dataset = replace(result.posterior.dataset, columns=(("randomised", gaps),))
    found = other_models({"all": replace(result.posterior, dataset=dataset)}, store=Store())
    section = section_of(replace(outcome, other_models=found), "o")
    assert "no value for O'Brien" in texts(section)
    page = html_of(Page("t", "s", (section,)))
    assert "<img src=x" not in page
    assert "<script>alert" not in page


def test_joint_models_of_benefit_and_harm_are_among_the_sampled_fits(live) -> None:
    whole, outcome = live
    harm = own(THREE, BAD_EVENT).outcomes[0].trial_set("all").posterior
    weighed = benefit_harm(
        outcome.trial_set("all").posterior, harm, control_risks=(0.6, 0.2), among="all"
    ).weighed()
    sampled = outcome.other_models.witnesses[0].sampled
    joint = HarmReading("joint", "interval", 7, "all", weighed, (), sampled)
    comparison = HarmComparison((joint,), joint=(joint, replace(joint, known="same table", sampled=None)))
    (_, checks) = blocks(diagnostics_section(replace(whole, harm=comparison)), Table)
    assert len(checks.rows) == 11
    assert tells(table_of(checks)[-1][0], "benefit", "harm", "one model", "reconstructed table")
