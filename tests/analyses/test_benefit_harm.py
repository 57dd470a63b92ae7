"""Benefit against harm: arithmetic by hand, limits of the weight, directions and denominators,
the joint model, other tables.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.special import expit, logit

import bayes_ivig as bi
from bayes_ivig.analyses.benefit.findings import findings
from bayes_ivig.analyses.published_summary import readings
from bayes_ivig.analyses.weighing.comparison import harm_comparison
from bayes_ivig.analyses.weighing.readings import harm_readings
from bayes_ivig.inputs.counts.description import About
from bayes_ivig.inputs.paper.claims import Claim, Printed
from bayes_ivig.priors.families import Normal
from bayes_ivig.results.marginals.marginal import DrawsMarginal, PointMarginal
from bayes_ivig.results.marginals.two_risks import DrawnPair
from bayes_ivig.results.posterior.quantity import Quantity
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, SummaryOutcome, TrialSetResult
from bayes_ivig.results.weighing.benefit_harm import BenefitHarm, break_even
from bayes_ivig.results.weighing.setting import Setting

MODEL = bi.Model()
GOOD_BAD = ("good", "bad")
HEADER = "outcome,study,treatment_events,treatment_total,control_events,control_total\n"


def points(odds_ratio: float, other: float, **options) -> BenefitHarm:
    """Two odds ratios known exactly: everything is arithmetic."""
    sides = PointMarginal(np.log(odds_ratio)), PointMarginal(np.log(other))
    return bi.benefit_harm(
        *sides, **{"control_risks": (0.6, 0.2), "events": GOOD_BAD, "among": "events", **options}
    )


@pytest.fixture(scope="module")
def live() -> bi.Posterior:
    return bi.fit(bi.load_dataset("ivig", "live_birth"), MODEL)


@pytest.fixture(scope="module")
def neonatal() -> bi.Posterior:
    return bi.fit(bi.load_dataset("ivig", "neonatal_outcome"), MODEL)


def means(found: BenefitHarm) -> dict[str, float]:
    return {name: each.mean for name, each in found.effects().items()}


def test_people_of_100_are_arithmetic() -> None:
    """Of 100 women 60 have a live birth, 12 of them preterm; an odds ratio of 3 on each step."""
    found = points(3, 3)
    live, preterm = 4.5 / 5.5, 0.75 / 1.75
    expected = {
        "benefit": 100 * live - 60,
        "harm": 100 * live * preterm - 12,
        "spared": 100 * live * (1 - preterm) - 48,
    }
    assert means(found) == pytest.approx(expected, abs=1e-6)
    states = found.states()
    assert {name: before for name, (before, _) in states.items()} == pytest.approx(
        {"unharmed": 48, "harmed": 12, "without": 40}
    )
    assert sum(amount.mean for _, amount in states.values()) == pytest.approx(100, abs=1e-6)
    assert states["without"][1].mean == pytest.approx(100 * (1 - live), abs=1e-6)
    assert found.net(0.5).mean == pytest.approx(expected["benefit"] - 0.5 * expected["harm"], abs=1e-6)
    assert found.break_even.weight == pytest.approx(expected["benefit"] / expected["harm"], abs=1e-6)


def test_every_way_to_count_and_both_directions_of_both_outcomes() -> None:
    p, q = 4.5 / 5.5, 0.75 / 1.75
    part = {"all": (1, 1), "events": (0.6, p), "nonevents": (0.4, 1 - p)}
    for good in ("good", "bad"):
        for bad in ("good", "bad"):
            for among, (before, after) in part.items():
                found = points(3, 3, events=(good, bad), among=among)
                gain = (p - 0.6) * (1 if good == "good" else -1)
                harmed = after * q - before * 0.2 if bad == "bad" else after * (1 - q) - before * 0.8
                assert found.benefit.mean == pytest.approx(100 * gain, abs=1e-6)
                assert found.harm.mean == pytest.approx(100 * harmed, abs=1e-6)
                assert found.net(0.3).mean == pytest.approx(100 * (gain - 0.3 * harmed), abs=1e-6)
                chained = (among, good) in (("events", "good"), ("nonevents", "bad"))
                assert (found.spared is not None) == chained
                total = sum(amount.mean for _, amount in found.states().values())
                assert (abs(total - 100) < 1e-6) == chained
                assert found.relative.harm == pytest.approx(1.0 if bad == "bad" else 0.0)


def test_a_weight_of_nothing_and_a_weight_without_end(live: bi.Posterior, neonatal: bi.Posterior) -> None:
    found = bi.benefit_harm(live, neonatal, weights=[0], control_risks=(None, 0.05))
    assert found.setting.among == "events"
    assert found.at_weight(0).probability == pytest.approx(live["mu"].prob_above(0.0), abs=1e-9)
    assert found.at_weight(1e9).probability == pytest.approx(float(found.harm.prob_below(0.0)), abs=1e-6)
    assert found.at_weight(1).net.mean == pytest.approx(found.effects()["spared"].mean)
    assert list(found.table().index) == [0]


def test_the_joint_table_is_a_product_of_independent_margins(
    live: bi.Posterior, neonatal: bi.Posterior
) -> None:
    table = bi.benefit_harm(live, neonatal, control_risks=(None, 0.05)).relative
    good, bad = live["mu"].prob_above(0.0), neonatal["mu"].prob_above(0.0)
    assert (table.benefit, table.harm, table.both) == pytest.approx((good, bad, good * bad), abs=1e-8)
    cells = (table.both, table.benefit_without_harm, table.harm_without_benefit, table.neither)
    assert sum(cells) == pytest.approx(1, abs=1e-12)
    assert table.neither == pytest.approx((1 - good) * (1 - bad), abs=1e-8)


def test_default_control_risks_are_medians_over_control_arms(
    live: bi.Posterior, neonatal: bi.Posterior
) -> None:
    obstetric = bi.fit(bi.load_dataset("ivig", "obstetric_complication"), bi.Model())
    found = bi.benefit_harm(live, obstetric, among="all")
    medians = [bi.control_risk(each.dataset).levels()["median"] for each in (live, obstetric)]
    assert (found.setting.benefit_risk, found.setting.harm_risk) == pytest.approx(tuple(medians))
    with pytest.raises(bi.errors.ModelError, match="the control arms of the harm cannot carry one"):
        bi.benefit_harm(live, neonatal)
    found = bi.benefit_harm(live, neonatal, control_risks=(None, 0.05))
    other = found.at(0.5, 0.2)
    assert means(other) == pytest.approx(means(bi.benefit_harm(live, neonatal, control_risks=(0.5, 0.2))))
    assert other.setting.benefit_risk == 0.5


@pytest.mark.parametrize(
    ("benefit", "harm", "weight", "positive"),
    [(2, 4, 0.5, "below"), (-2, -4, 0.5, "above"), (2, -1, None, "always"), (-2, 1, None, "never"),
     (2, 0, None, "always"), (0, 1, None, "never"), (0, -1, None, "always"), (0, 0, None, "never")],
)  # fmt: skip
def test_break_even(benefit: float, harm: float, weight: float | None, positive: str) -> None:
    found = break_even(benefit, harm)
    assert (found.weight, found.positive) == (weight, positive)


# One joint posterior


def drawn(rho: float, size: int = 100_000) -> DrawnPair:
    z = np.random.default_rng(4).multivariate_normal([0, 0], [[1, rho], [rho, 1]], size).T.reshape(2, 4, -1)
    return DrawnPair(0.6 + 0.5 * z[0], 0.4 + 0.7 * z[1], (0.6, 0.15))


SETTING = Setting("Live birth", "Preterm birth", "good", "bad", "events", 0.6, 0.15, "women")


def test_without_correlation_a_joint_posterior_is_two_independent_ones() -> None:
    own = drawn(0.0)
    joint = BenefitHarm(SETTING, own, (0.0, 0.5, 1.0))
    sides = DrawsMarginal(own.first), DrawsMarginal(own.second)
    alone = bi.benefit_harm(
        *sides, control_risks=(0.6, 0.15), events=GOOD_BAD, among="events", weights=(0.0, 0.5, 1.0)
    )
    curves = joint.table(), alone.table()
    off = np.abs(curves[0]["prob_net_benefit"] - curves[1]["prob_net_benefit"]) / curves[0]["prob_mcse"]
    assert off.max() < 4
    assert abs(joint.relative.both - alone.relative.both) < 4 * joint.relative.mcse
    value, error = joint.correlation
    assert abs(value) < 4 * error
    assert (alone.dependence, alone.correlation, alone.relative.mcse) == ("independent", (0.0, None), None)
    assert set(curves[0]) - set(curves[1]) == {"prob_mcse", "net_mcse"}


def test_correlation_moves_what_is_joint_and_not_the_margins() -> None:
    tied, free = (BenefitHarm(SETTING, drawn(rho), (1.0,)) for rho in (0.9, 0.0))
    assert tied.correlation[0] == pytest.approx(0.9, abs=0.01)
    assert tied.relative.benefit == pytest.approx(free.relative.benefit, abs=0.01)
    assert tied.relative.both > free.relative.both + 0.05
    assert tied.benefit.mean == pytest.approx(free.benefit.mean, abs=0.2)


class Kept:
    """Draws that an engine left behind."""

    def __init__(self, draws: DrawnPair) -> None:
        self.draws = {"mu": draws.first, "mu_preterm": draws.second}

    def marginal(self, name: str) -> DrawsMarginal:
        return DrawsMarginal(self.draws[name])


def sampled(withheld: str = "") -> bi.Posterior:
    """What a fit of a joint model returns, its draws made here."""
    dataset = bi.Dataset((bi.Study("A", 30, 41, 24, 42),), "mine", "live_birth")
    harm = Quantity("mu_preterm", "preterm if live", "log odds ratio", "odds ratio", withheld)
    model, answers = bi.models.JointOutcome(live_risk=0.5), Kept(drawn(0.5, 20_000))
    return bi.Posterior(
        dataset, model, "nuts", (), ("A",), answers, None, bi.Diagnostics("nuts", (), ()), quantities=(harm,)
    )


def test_a_joint_model_is_weighed_as_its_own_answers_are() -> None:
    posterior = sampled()
    found = bi.benefit_harm(posterior, control_risks=(None, 0.2))
    assert (found.setting.benefit_risk, found.setting.harm_risk, found.setting.among) == (0.5, 0.2, "events")
    term = bi.models.term_live_birth(posterior, live_risk=0.5, preterm_risk=0.2)
    assert found.spared.mean == pytest.approx(100 * term.risk_difference_term.mean)
    assert found.net(0.5).interval() == pytest.approx(
        tuple(100 * x for x in term.net_benefit(0.5).interval())
    )
    assert found.at_weight(0.5).mcse > 0
    assert found.informed
    assert not bi.benefit_harm(sampled("prior only")).informed
    with pytest.raises(bi.errors.ModelError, match="counts the second outcome among the events of the first"):
        bi.benefit_harm(posterior, among="all")
    with pytest.raises(bi.errors.ModelError, match="give it alone"):
        bi.benefit_harm(posterior["mu"], posterior)


# What is refused


def test_nothing_is_guessed(live: bi.Posterior) -> None:
    bare = live["mu"]
    with pytest.raises(bi.errors.ModelError, match=r"(?s)the benefit: nothing says .*the harm: nothing says"):
        bi.benefit_harm(bare, bare)
    with pytest.raises(bi.errors.ModelError, match="whom the harm is counted among does not follow"):
        bi.benefit_harm(bare, bare, events=GOOD_BAD)
    with pytest.raises(bi.errors.ModelError, match="give the control risk of the benefit"):
        bi.benefit_harm(bare, bare, events=GOOD_BAD, among="all")
    with pytest.raises(bi.errors.ModelError, match="its description says 'good'"):
        bi.benefit_harm(live, bare, events=("bad", "bad"), among="all")
    with pytest.raises(bi.errors.ModelError, match="among is the text 'event'"):
        points(2, 2, among="event")
    with pytest.raises(bi.errors.ModelError, match="give the harm's posterior too"):
        bi.benefit_harm(live)
    with pytest.raises(bi.errors.ModelError, match="benefit is the text 'live'"):
        bi.benefit_harm("live", live)  # type: ignore[arg-type]


@pytest.mark.parametrize("weight", [-0.1, float("nan"), float("inf"), True, "1"])
def test_impossible_weights(weight) -> None:
    with pytest.raises(bi.errors.ModelError, match=r"weight: found|weights\[0\] is"):
        points(2, 2, weights=[weight])
    with pytest.raises(bi.errors.ModelError, match=r"weight: found|weight is"):
        points(2, 2).net(weight)


@pytest.mark.parametrize("risk", [0, 1, -0.2, "half", True])
def test_impossible_risks(risk) -> None:
    with pytest.raises(bi.errors.ModelError, match=r"control risk of the harm|control_risks\[1\] is"):
        points(2, 2, control_risks=(0.5, risk))
    with pytest.raises(bi.errors.ModelError, match="none given"):
        points(2, 2, weights=[])


def test_more_people_with_the_harm_than_with_the_event(live: bi.Posterior) -> None:
    many = replace(live.dataset, about=About(event="bad", denominator="live births"), outcome="preterm_birth")
    with pytest.raises(bi.errors.DataError, match="Branch 2000: treatment arm: 7 people"):
        bi.benefit_harm(live, bi.fit(replace(many, studies=tuple(many.studies)), MODEL), among="nonevents")


def test_a_summary_takes_the_control_arms_that_are_known(live: bi.Posterior) -> None:
    """The same median as a summary of findings has; with no control arm known, none is made up."""
    printed = {"estimate": "2.00", "ci_lower": "1.00", "ci_upper": "4.00"}
    claim = Claim("preterm_birth", "OR", **{name: Printed(text) for name, text in printed.items()})
    about = About(event="bad", denominator="live births")
    header = ("study", "treatment_events", "treatment_total", "control_events", "control_total")
    rows = (header, ("a", "", "20", "4", "20"), ("b", "", "20", "", "25"), ("c", "", "20", "1", "30"))
    known = SummaryOutcome(
        "preterm_birth", about, claim, Normal(0, 2.82), readings(claim, Normal(0, 2.82)), rows
    )
    (found,) = harm_readings(live, known)
    arms = bi.Dataset((bi.Study("a", 0, 0, 4, 20), bi.Study("c", 0, 0, 1, 30)))
    assert found.weighed.setting.harm_risk == pytest.approx(bi.control_risk(arms).levels()["median"])
    (row,) = findings([known])
    assert 1000 * found.weighed.setting.harm_risk == pytest.approx(row.row("median")["control_per_1000"])
    with pytest.raises(bi.errors.ModelError, match="a published summary has no control arms"):
        harm_readings(live, replace(known, partial=()))


# Other people's outcomes


def own(folder: Path, rows: str, sidecar: str) -> Path:
    path = folder / "mine.csv"
    path.write_text(HEADER + rows, encoding="utf-8")
    path.with_suffix(".toml").write_text(sidecar, encoding="utf-8")
    return path


ROWS = (
    'cured,"O\'Brien, <b>1</b>",12,20,8,21\ncured,B,30,41,24,42\nbleeding,"O\'Brien, '
    '<b>1</b>",3,20,1,21\nbleeding,B,9,41,4,42\n'
)
SAME = (
    '[outcomes.cured]\nevent = "good"\ndenominator = "patients"\n[outcomes.bleeding]\nevent = "bad"\n'
    'denominator = "patients"\n'
)


def outcomes(path: Path) -> tuple[CountsOutcome, ...]:
    """What a reanalysis makes of each outcome, as far as it is looked at here."""
    found = []
    for name in ("cured", "bleeding"):
        dataset = bi.load_dataset(path, name)
        pooled = bi.pool(dataset, method="revman-random")
        result = TrialSetResult("all", dataset, pooled, bi.fit(dataset, MODEL), None)
        found.append(CountsOutcome(name, dataset.about, None, "all", pooled, (result,), (), ()))
    return tuple(found)


def test_other_peoples_outcomes(tmp_path: Path) -> None:
    path = own(tmp_path, ROWS, SAME)
    sides = [bi.fit(bi.load_dataset(path, name), MODEL) for name in ("cured", "bleeding")]
    found = bi.benefit_harm(*sides)
    assert (found.setting.among, found.setting.people, found.setting.benefit_title) == (
        "all",
        "patients",
        "Cured",
    )
    risk = found.setting.harm_risk
    gain = np.asarray(sides[1]["mu"].quantile(0.9))
    assert found.harm.quantile(0.9) == pytest.approx(100 * (expit(logit(risk) + gain) - risk), abs=1e-6)
    comparison = harm_comparison(outcomes(path))
    assert comparison.main.setting == found.setting
    assert comparison.main.curve[20] == pytest.approx((1.0, found.at_weight(1.0).probability))
    assert [name for name, _ in comparison.risks] == ["low benefit", "high benefit", "low harm", "high harm"]


@pytest.mark.parametrize(
    "sidecar",
    [
        "",
        SAME.replace('event = "good"\n', ""),
        SAME.replace('event = "bad"\n', ""),
        SAME.replace('"patients"', '"women"', 1),
    ],
)
def test_a_report_without_stated_directions_or_denominators_has_no_such_section(
    tmp_path: Path, sidecar: str
) -> None:
    assert harm_comparison(outcomes(own(tmp_path, ROWS, sidecar))) is None
