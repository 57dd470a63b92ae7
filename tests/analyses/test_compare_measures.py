"""One table of counts on several scales: each row is the fit of its model, told of the same people."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import special, stats

import bayes_ivig as bi
from bayes_ivig.analyses.checks.compare_measures import on_other_measures
from bayes_ivig.inputs.counts.description import About, Event
from bayes_ivig.results.checks.across_measures import MeasureComparison

ROWS = (("A", 5, 40, 12, 41), ("B", 4, 50, 9, 52), ("C", 2, 20, 3, 19))
RISK_DIFFERENCE = bi.Model(measure="RD", mu="normal(0, 0.3)", tau="half_normal(0.1)")
TURNER = 'turner2015("obstetric outcomes", "pharmacological vs. placebo / control")'
LARGE = (60_000, 200_000, 80_000, 200_000)
CLOSED = 1e-3


def table(rows: tuple[tuple[str, int, int, int, int], ...] = ROWS, event: Event | None = "bad") -> bi.Dataset:
    data = bi.Dataset(tuple(bi.Study(*row) for row in rows), "three")
    return replace(data, about=replace(data.about, event=event))


def common(measure: str) -> bi.Model:
    """One effect for all trials, tau being 0, under a prior that says next to nothing."""
    return bi.Model(measure=measure, effects="common", mu="normal(0, 10)")


def ratios(found: MeasureComparison) -> dict[str, tuple[float, float, float]]:
    return {row.measure.code: row.effect(0.95) for row in found.rows}


def test_every_row_is_the_fit_of_its_model_and_is_told_at_one_control_risk() -> None:
    data = table()
    models = [bi.Model(), bi.Model(measure="RR"), RISK_DIFFERENCE]
    found = bi.checks.compare_measures(data, models=models)
    risk = bi.control_risk(data).levels()["median"]
    assert found.control_risk == risk and found.source == "median of the control arms"
    frame = found.table(0.9)
    assert list(frame["measure"]) == ["OR", "RR", "RD"]
    for (_, row), model in zip(frame.iterrows(), models, strict=True):
        posterior = bi.fit(data, model)
        mu, own = posterior["mu"], posterior.measure.own
        assert row["median"] == own(float(mu.quantile(0.5)))
        assert [row["lower"], row["upper"]] == [own(limit) for limit in mu.interval(0.9)]
        assert row["prob_above"] == mu.prob_above(0.0)
        assert row["prob_benefit"] == mu.prob_below(0.0)
        assert row["tau_median"] == posterior["tau"].quantile(0.5)
        effects = posterior.absolute(risk)
        assert row["treated_median"] == 1000 * effects.risk.quantile(0.5)
        assert row["difference_upper"] == effects.per_1000.interval(0.9)[1]
    assert not found.left_out and not found.problems


@pytest.mark.parametrize("measure", ["OR", "RR", "RD"])
def test_a_large_trial_under_one_effect_is_told_as_closed_forms_have_it(measure: str) -> None:
    r1, n1, r0, n0 = LARGE
    p1, p0 = r1 / n1, r0 / n0
    found = bi.checks.compare_measures(
        table((("one", *LARGE),)), models=[common(measure)], control_risk=p0
    ).rows[0]
    middle, error, told = {
        "OR": (
            special.logit(p1) - special.logit(p0),
            math.sqrt(1 / r1 + 1 / (n1 - r1) + 1 / r0 + 1 / (n0 - r0)),
            lambda theta: special.expit(special.logit(p0) + theta),
        ),
        "RR": (
            math.log(p1 / p0),
            math.sqrt(1 / r1 - 1 / n1 + 1 / r0 - 1 / n0),
            lambda theta: p0 * np.exp(theta),
        ),
        "RD": (
            p1 - p0,
            math.sqrt(p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0),
            lambda theta: p0 + theta,
        ),
    }[measure]
    limits = middle + error * stats.norm.ppf([0.5, 0.025, 0.975])
    own = np.exp(limits) if measure != "RD" else limits
    assert found.effect(0.95) == pytest.approx(own, rel=CLOSED)
    assert found.treated(0.95) == pytest.approx(1000 * told(limits), rel=CLOSED)
    assert found.difference(0.95) == pytest.approx(1000 * (told(limits) - p0), rel=CLOSED)
    assert found.prob_impossible == pytest.approx(0, abs=1e-12)


def test_scales_agree_about_a_large_trial_and_its_own_control_risk() -> None:
    models = [common(measure) for measure in ("OR", "RR", "RD")]
    found = bi.checks.compare_measures(table((("one", *LARGE),)), models=models, control_risk=0.4)
    for row in found.rows:
        assert row.treated(0.95) == pytest.approx(found.rows[0].treated(0.95), rel=CLOSED)


def test_swapped_arms_turn_every_effect_over() -> None:
    turned = tuple((name, r0, n0, r1, n1) for name, r1, n1, r0, n0 in ROWS)
    models = [bi.Model(), bi.Model(measure="RR"), RISK_DIFFERENCE]
    one, other = (bi.checks.compare_measures(table(rows), models=models) for rows in (ROWS, turned))
    for row, back in zip(one.rows, other.rows, strict=True):
        middle, lower, upper = row.effect(0.95)
        mirrored = [row.measure.mirrored(value) for value in (middle, upper, lower)]
        assert back.effect(0.95) == pytest.approx(mirrored, rel=1e-4, abs=1e-5)
        assert back.prob_above == pytest.approx(1 - row.prob_above, abs=1e-5)
        assert back.tau(0.95) == pytest.approx(row.tau(0.95), rel=1e-4)
        assert row.prob_benefit == pytest.approx(1 - row.prob_above, abs=1e-9)


def test_effects_that_cannot_be_are_held_at_the_bound_and_counted() -> None:
    found = bi.checks.compare_measures(table(), models=[bi.Model(measure="RR")], control_risk=0.9).rows[0]
    beyond = float(found.posterior["mu"].prob_above(-math.log(0.9)))
    assert found.prob_impossible == beyond > 0.01
    assert found.treated(1 - beyond)[2] == pytest.approx(1000)
    assert bi.checks.compare_measures(table(), control_risk=0.9).rows[0].prob_impossible == 0


def test_the_control_arms_may_carry_their_uncertainty_along() -> None:
    data = table()
    known = bi.control_risk(data)
    found = bi.checks.compare_measures(data, control_risk=known)
    assert found.source == "typical control arm"
    assert found.control_risk == known.risk().quantile(0.5)
    row, effects = found.rows[1], bi.fit(data, bi.Model(measure="RR")).absolute(known)
    assert row.difference(0.8) == (effects.per_1000.quantile(0.5), *effects.per_1000.interval(0.8))
    assert row.prob_impossible is None
    assert "its uncertainty in the limits" in " ".join(found.text().split())


def test_scales_with_default_priors_are_taken_and_the_others_named() -> None:
    found = bi.checks.compare_measures(table())
    assert list(ratios(found)) == ["OR", "RR"]
    assert [code for code, _ in found.left_out] == ["RD"]
    assert found.to_dict()["left_out"][0]["measure"] == "RD"
    assert "RD left out: no default prior" in " ".join(found.text().split())


def test_rates_have_their_ratio_and_tell_no_risk() -> None:
    studies = (
        bi.Study("A", 5, 0, 9, 0, treatment_time=120.5, control_time=130.0),
        bi.Study("B", 12, 0, 20, 0, treatment_time=300.0, control_time=280.0),
    )
    data = bi.Dataset(studies, measure="IRR")
    models = [bi.Model(measure="IRR"), bi.Model(likelihood="conditional_poisson")]
    found = bi.checks.compare_measures(data)
    assert list(ratios(found)) == ["IRR"] and found.control_risk is None and found.no_risk
    both = bi.checks.compare_measures(data, models=models, control_risk=0.2)
    assert [row.model.likelihood for row in both.rows] == ["poisson", "conditional_poisson"]
    assert all(row.absolute is None and row.difference(0.95) is None for row in both.rows)
    assert "incidence rate ratios tell no risk" in both.text()
    assert both.to_dict()["rows"][0]["difference_per_1000"] is None


@pytest.mark.parametrize(("event", "what"), [("good", "above"), ("bad", "below"), (None, "none")])
def test_a_benefit_is_on_the_side_that_the_data_state(event: Event | None, what: str) -> None:
    row = bi.checks.compare_measures(table(event=event), models=[bi.Model(measure="RR")]).rows[0]
    mu = row.posterior["mu"]
    expected = {"above": mu.prob_above(0.0), "below": mu.prob_below(0.0), "none": None}[what]
    assert row.prob_benefit == expected


def test_control_arms_without_events_carry_no_risk_and_say_why() -> None:
    rows = tuple((name, r1, n1, 0, n0) for name, r1, n1, _, n0 in ROWS)
    found = bi.checks.compare_measures(table(rows))
    assert found.control_risk is None and "no events" in found.no_risk
    assert all(row.absolute is None for row in found.rows)
    assert "nothing is told per 1000, for want of a control risk (no events" in " ".join(found.text().split())


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(bi.errors.ModelError, match=r"of 2 trials the estimate is known, not the counts"):
        bi.checks.compare_measures(bi.Effects([0.1, 0.2], [0.3, 0.4], measure="OR"))
    for risk in (0.0, 1.0, 2, -0.1):
        with pytest.raises(bi.errors.ModelError, match=r"control_risk is .*strictly between 0 and 1"):
            bi.checks.compare_measures(table(), control_risk=risk)
    with pytest.raises(bi.errors.ModelError, match="no default prior for mu and tau of a risk difference"):
        bi.checks.compare_measures(table(), models=[bi.Model(measure="RD")])
    with pytest.raises(bi.errors.ModelError, match="measure HR is not what this table gives"):
        bi.checks.compare_measures(table(), models=[bi.Model(measure="HR")])


def test_no_marginal_likelihood_stands_beside_the_rows() -> None:
    found = bi.checks.compare_measures(table(), models=[bi.Model(), bi.Model(likelihood="hypergeometric")])
    assert "marginal" not in str(found.to_dict()) and "elpd" not in str(found.to_dict())
    assert not any("marginal" in name for name in found.table().columns)


def test_the_text_fits_a_terminal_and_names_every_model() -> None:
    found = bi.checks.compare_measures(table(), models=[bi.Model(), RISK_DIFFERENCE])
    lines = found.text(80).splitlines()
    assert max(map(len, lines)) <= 80
    said = " ".join(found.text().split())
    assert "risk difference -0." in said and "mu ~ truncated(normal(0, 0.3), -1, 1)" in said
    assert "no scale is chosen here" in said
    # a likelihood of its own is said of its row
    mixed = bi.checks.compare_measures(table(), models=[bi.Model(likelihood="normal"), bi.Model()]).text()
    assert mixed.count("likelihood:") == 2


def test_a_posterior_stands_beside_itself_on_other_scales_with_its_own_priors() -> None:
    data = table()
    stated = bi.Model(likelihood="hypergeometric", mu="normal(0, 1)", tau="half_normal(0.2)")
    posterior = bi.fit(data, stated)
    found = on_other_measures(posterior)
    assert found.rows[0].posterior is posterior
    other = found.rows[1].model
    assert (other.measure, other.likelihood, str(other.mu)) == ("RR", "binomial", "normal(0, 1)")
    assert str(other.tau) == "half_normal(0.2)"


@pytest.mark.parametrize(
    ("model", "why"),
    [
        (bi.Model(tau=TURNER), "was made for measure OR"),
        (bi.Model(baseline="control"), "baseline: found 'control' with measure RR"),
    ],
)
def test_a_scale_that_the_model_has_no_room_for_is_left_out_with_the_reason(
    model: bi.Model, why: str
) -> None:
    found = on_other_measures(bi.fit(table(), model))
    assert list(ratios(found)) == ["OR"]
    assert found.left_out[0][0] == "RR" and why in found.left_out[0][1]


def test_an_outcome_that_says_nothing_of_itself_is_told_all_the_same() -> None:
    silent = table((("A", 0, 10, 0, 12), ("B", 8, 8, 9, 9)), event=None)
    found = bi.checks.compare_measures(silent)
    assert "Nothing was learnt" in found.text()
    assert found.to_dict()["rows"][0]["learnt_nothing"] is True
    assert About().event is None
