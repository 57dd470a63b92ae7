"""The summary of findings against plain fits and closed forms."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import special

from bayes_ivig import Dataset, Model, Study, benefit, control_risk, fit, load_dataset
from bayes_ivig.analyses.benefit.findings import findings
from bayes_ivig.analyses.published_summary import readings
from bayes_ivig.analyses.reconstruction.posterior import reconstruction_posterior
from bayes_ivig.errors import ModelError
from bayes_ivig.frequentist.pooling import pool
from bayes_ivig.inputs.counts.description import About
from bayes_ivig.inputs.counts.partial import PartialStudy, PartialTable
from bayes_ivig.inputs.judgements.judged import ImportantDifference, Judgements
from bayes_ivig.inputs.paper.claims import Claim, Printed
from bayes_ivig.priors.families import Normal
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, SummaryOutcome, TrialSetResult
from bayes_ivig.results.reconstruction.posterior import ReconstructedReading

LIVE = load_dataset("ivig", "live_birth")


def counted(dataset: Dataset) -> CountsOutcome:
    """An outcome with its trial sets fitted, as a reanalysis has it."""
    sets = {name: dataset.trials(name) for name in dataset.trial_sets}
    results = [
        TrialSetResult(name, part, pool(part, method="revman-random"), fit(part, Model()), None)
        for name, part in sets.items()
    ]
    return CountsOutcome(
        dataset.outcome, dataset.about, None, "all", results[0].pooled, tuple(results), (), ()
    )


def summarised(partial: tuple[tuple[str, ...], ...] = (), **options) -> SummaryOutcome:
    numbers = {"estimate": "2.00", "ci_lower": "1.00", "ci_upper": "4.00"}
    claim = Claim("loss", "OR", **{key: Printed(text) for key, text in numbers.items()})
    return SummaryOutcome(
        "loss",
        About(event="bad"),
        claim,
        Normal(0, 2.82),
        readings(claim, Normal(0, 2.82)),
        partial,
        **options,
    )


OUTCOME = counted(LIVE)


def test_rows_are_plain_fits_at_the_control_risks_of_all_trials() -> None:
    found = {each.trials: each for each in findings([OUTCOME], important_difference=50)}
    assert list(found) == ["all", "published", "randomised_apl"]
    levels = control_risk(LIVE).levels()
    for name, each in found.items():
        mu = OUTCOME.trial_set(name).posterior["mu"]
        row = each.row("median")
        assert row["control_per_1000"] == pytest.approx(1000 * levels["median"])
        assert row["treated_per_1000"] == pytest.approx(
            1000 * special.expit(special.logit(levels["median"]) + mu.quantile(0.5))
        )
        assert each.odds_ratio.upper == pytest.approx(math.exp(mu.quantile(0.975)))
        assert each.sides == (mu.prob_above(0.0), mu.prob_below(0.0))
        more = special.logit(levels["median"] + 0.05) - special.logit(levels["median"])
        assert each.important_sides[0] == pytest.approx(mu.prob_above(more), abs=1e-9)
    assert (found["published"].studies, found["published"].people) == (6, 317)
    written = found["all"].to_dict()
    assert written["important"]["scale"] == "events per 1000" and written["important"]["zone"] is None
    assert [each["control_risk"] for each in written["absolute"]] == ["low", "median", "high"]


def test_without_a_difference_the_zone_of_odds_ratios_decides() -> None:
    first = findings([OUTCOME])[0]
    mu = OUTCOME.trial_set("all").posterior["mu"]
    assert first.important_sides == (mu.prob_above(math.log(1.25)), mu.prob_below(-math.log(1.25)))
    assert first.to_dict()["important"]["zone"] == [0.8, 1.25]


def test_stated_risks_and_what_has_no_row() -> None:
    stated = findings([OUTCOME], baseline_risks={"live_birth": {"ours": 0.6, "theirs": 0.3}})
    assert {each.control for each in stated} == {"stated"} and stated[0].main == "ours"
    assert findings([OUTCOME], baseline_risks={"live_birth": 0.6})[0].row("stated")["control_per_1000"] == 600
    assert findings([counted(load_dataset("ivig", "miscarriage"))]) == ()
    with pytest.raises(ModelError, match="strictly between 0 and 1"):
        findings([OUTCOME], baseline_risks={"live_birth": 60})
    with pytest.raises(ModelError, match="per 1000 people"):
        findings([OUTCOME], important_difference=-1)
    (silent,) = findings(
        [counted(Dataset((Study("a", 3, 9, 0, 9), Study("b", 0, 0, 2, 9))))], important_difference=50
    )
    assert (silent.control, silent.studies, silent.people) == ("control arms", 1, 18)
    assert silent.sides == silent.important_sides == (None, None)
    assert silent.to_dict()["important"]["prob_benefit"] is None


def test_a_published_summary_with_and_without_known_control_arms() -> None:
    (alone,) = findings([summarised()], important_difference=50)
    assert (alone.effects, alone.main, alone.to_dict()["important"]["scale"]) == ({}, None, "odds ratio")
    assert (alone.known_from, alone.control, alone.reading) == ("published summary", "unknown", "as printed")
    header = ("study", "treatment_events", "treatment_total", "control_events", "control_total")
    partial = (header, ("a", "", "20", "4", "20"), ("b", "", "20", "", "25"), ("c", "2", "9", "0", "0"))
    (known,) = findings([summarised(partial)])
    levels = control_risk(Dataset((Study("a", 0, 0, 4, 20),))).levels()
    assert known.control == "known control arms"
    assert known.row("median")["control_per_1000"] == pytest.approx(1000 * levels["median"])
    assert known.sides[0] == known.marginal.prob_below(0.0)


def test_reconstructed_counts_take_their_own_average_control_arms() -> None:
    table = PartialTable(
        (PartialStudy("a", (3, 3), 20, (2, 4), 20), PartialStudy("b", (1, 2), 30, (5, 5), 30))
    )
    events = np.array([[[3, 2], [1, 5]], [[3, 4], [2, 5]], [[3, 4], [1, 5]]])
    posterior = reconstruction_posterior((table, events))
    reading = ReconstructedReading("interval", "", 3, (posterior,))
    narrower = ReconstructedReading("interval", "heterogeneity_p", 3, (posterior,))
    (row,) = findings([summarised(reconstructed=(reading, narrower), possible=3)])
    arms = control_risk(Dataset((Study("a", 0, 0, 3, 20), Study("b", 0, 0, 5, 30)))).levels()
    assert (row.known_from, row.control, row.studies, row.people) == (
        "reconstructed counts",
        "reconstructed control arms",
        2,
        100,
    )
    assert row.row("high")["control_per_1000"] == pytest.approx(1000 * arms["high"])
    assert row.prob_or_gt_1 == posterior.averaged().prob_above(0.0)


def entered(scale: str, size: float) -> CountsOutcome:
    stated = Judgements(important_difference=ImportantDifference(size, scale))
    return counted(replace(LIVE, about=replace(LIVE.about, judgements=stated)))


def test_a_smallest_important_odds_ratio_entered_for_an_outcome_takes_the_place_of_the_threshold() -> None:
    (row, *_) = findings([entered("odds_ratio", 0.5)], important_difference=50)
    assert row.zone == pytest.approx((0.5, 2.0))
    assert row.important_difference is None  # what was entered for the outcome overrules what is for all
    mu = fit(LIVE, Model())["mu"]
    assert row.important.above == pytest.approx(mu.prob_above(math.log(2)), abs=1e-12)
    assert row.important.below == pytest.approx(mu.prob_below(-math.log(2)), abs=1e-12)


def test_events_per_1000_entered_for_an_outcome_overrule_those_for_all() -> None:
    (row, *_) = findings([entered("events_per_1000", 30.0)], important_difference=50)
    (other, *_) = findings([counted(LIVE)], important_difference=30)
    (asked, *_) = findings([counted(LIVE)], important_difference=50)
    assert row.important_difference == 30
    assert row.important == other.important
    assert row.important != asked.important


def test_benefit_takes_what_was_entered_unless_asked_otherwise() -> None:
    posterior = fit(entered("events_per_1000", 30.0).trial_set("all").dataset, Model())
    assert benefit(posterior).important_difference == 30
    assert benefit(posterior, important_difference=20).important_difference == 20
    relative = fit(entered("odds_ratio", 2.0).trial_set("all").dataset, Model())
    assert benefit(relative).limits == ((0.5, 2.0),)
    assert benefit(relative).important_difference is None
    assert "as entered for the outcome" in " ".join(benefit(relative).text().split())
    assert benefit(relative, zone=1.25).limits == ((0.8, 1.25),)
