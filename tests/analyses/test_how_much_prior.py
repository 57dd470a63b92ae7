"""How much prior a conclusion takes: every prior it names, and every table,
against a plain fit of the same question.
"""

import math
from dataclasses import replace

import numpy as np
import pytest

import bayes_ivig as bi
from bayes_ivig.results.tipping.how_much_prior import HowMuchPrior

pytestmark = pytest.mark.slow

LIVE = bi.load_dataset("ivig", "live_birth")
AWKWARD = bi.Dataset(
    (
        bi.Study("O'Brien, <b>1</b>", 0, 10, 3, 12),
        bi.Study("</script>", 5, 5, 2, 9),
        bi.Study("nobody", 3, 9, 0, 0),
        bi.Study("no events", 0, 20, 0, 22),
        bi.Study("n" * 200, 9, 30, 4, 31),
    )
)


@pytest.fixture(scope="module")
def published() -> HowMuchPrior:
    return bi.tipping.how_much_prior(bi.fit(LIVE.trials("published"), bi.Model()))


@pytest.fixture(scope="module")
def every() -> HowMuchPrior:
    return bi.tipping.how_much_prior(bi.fit(LIVE, bi.Model()))


def chance(dataset: bi.Dataset, line: bi.tipping.Conclusion, **priors: str) -> float:
    return line.chance(bi.fit(dataset, bi.Model(**priors)))


def test_where_it_holds_a_sceptic_and_a_spread_undo_it(published: HowMuchPrior) -> None:
    assert published.holds and published.advocate is None and published.tau is not None
    dataset = LIVE.trials("published")
    for point, name, holds in ((published.mu, "mu", "above"), (published.tau, "tau", "below")):
        (turn,) = point.turns
        assert turn.holds == holds
        assert chance(dataset, published.conclusion, **{name: point.prior(turn.scale)}) == pytest.approx(
            0.975, abs=1e-5
        )
        beyond = chance(dataset, published.conclusion, **{name: point.prior(turn.scale * 1.1)})
        assert (beyond >= 0.975) == (holds == "above")
    assert published.mu.chance == pytest.approx(chance(dataset, published.conclusion), abs=1e-9)


def test_where_it_does_not_hold_an_advocate_is_asked(every: HowMuchPrior) -> None:
    """No scepticism and no tau prior helps; the widest prior that reaches the conclusion
    by itself is found.
    """
    assert not every.holds
    assert every.mu.turns == () and every.tau is not None and every.tau.turns == ()
    assert every.advocate is not None
    (turn,) = every.advocate.turns
    prior = every.advocate.prior(turn.scale)
    stated = bi.priors.parse_prior(prior)
    assert 1 - float(stated.cdf(np.array(0.0))) == pytest.approx(0.975, abs=1e-6)  # its text has six digits
    assert chance(LIVE, every.conclusion, mu=prior) == pytest.approx(0.975, abs=1e-5)
    assert chance(LIVE, every.conclusion, mu=every.advocate.prior(0.8 * turn.scale)) > 0.975
    assert every.advocate.family == "normal(1.96 scale, scale)"


@pytest.mark.parametrize(("counts", "holds"), [((300, 600, 240, 600), True), ((260, 600, 240, 600), False)])
def test_one_normal_trial_agrees_with_the_closed_form(counts: tuple[int, int, int, int], holds: bool) -> None:
    """Under a flat prior and a common effect both are the same question (Matthews 2001
    and 2018, Held 2019).
    """
    posterior = bi.fit(bi.Dataset((bi.Study("one", *counts),)), bi.Model("normal", "common", mu="flat()"))
    found = bi.tipping.how_much_prior(posterior, pooled=bi.pool(posterior.dataset, method="fixed"))
    assert found.holds is holds
    assert found.tau is None and found.grid is None
    rows = found.table().set_index("question")
    kind = "sceptical" if holds else "advocating"
    exact, closed = rows.loc[f"{kind} mu"], rows.loc[f"{kind} mu, closed form"]
    for name in ("scale", "or_range", "persons"):
        assert exact[name] == pytest.approx(closed[name], rel=2e-4)
    assert exact["holds"] == closed["holds"] == ("above" if holds else "below")
    assert bi.priors.parse_prior(exact["prior"]).quantile(np.array(0.5)) == pytest.approx(
        float(bi.priors.parse_prior(closed["prior"]).quantile(np.array(0.5))), rel=2e-4, abs=1e-9
    )


def test_another_line_is_measured_from_there() -> None:
    """The conclusion OR < 0.8 with 0.9 is that of OR > 1.25 on the complement, in every part."""
    line, mirror = bi.tipping.Conclusion(1.25, 0.9), bi.tipping.Conclusion(0.8, 0.9, "below")
    dataset, model = LIVE.trials("published"), bi.Model("hypergeometric")
    one = bi.tipping.how_much_prior(bi.fit(dataset, model), line)
    other = bi.tipping.how_much_prior(bi.fit(dataset.complement(), model), mirror)
    assert one.level == other.level == pytest.approx(0.8)
    assert one.mu.centre == pytest.approx(math.log(1.25)) and other.mu.centre == pytest.approx(
        -math.log(1.25)
    )
    assert one.mu.crossings == pytest.approx(other.mu.crossings, rel=1e-3) and one.mu.crossings
    assert one.credibility is not None and other.credibility is not None
    assert one.credibility.scepticism_limit == pytest.approx(other.credibility.scepticism_limit, rel=1e-9)
    assert one.fragility.events == other.fragility.events
    assert one.grid is not None and other.grid is not None
    assert one.grid.chances == pytest.approx(other.grid.chances, abs=1e-3)
    assert one.grid.limits == pytest.approx(1 / other.grid.limits, rel=2e-3)
    plain = bi.fit(dataset, replace(model, mu=one.mu.prior(one.mu.crossings[0])))
    assert plain["mu"].prob_above(math.log(1.25)) == pytest.approx(0.9, abs=1e-5)


def test_the_two_pictures_turn_on_one_line(published: HowMuchPrior) -> None:
    """The interval of level 2p - 1 excludes the line exactly where the probability is p or more."""
    grid = published.grid
    assert grid is not None and grid.reference == (2.82, 0.5)
    assert np.array_equal(grid.limits >= 1, grid.chances >= 0.975)
    assert 0 < np.count_nonzero(grid.limits >= 1) < grid.limits.size


def test_awkward_trials(published: HowMuchPrior) -> None:
    found = bi.tipping.how_much_prior(bi.fit(AWKWARD, bi.Model(tau="half_cauchy(0.3)")))
    assert found.grid is not None and found.grid.reference is None
    assert np.isfinite(found.grid.chances).all()
    assert set(found.table()["question"]) >= {"advocating mu"}
    for move in found.fragility.moves:
        assert move.study != "nobody"
    alone = bi.tipping.how_much_prior(bi.fit(bi.Dataset((bi.Study("tiny", 1, 2, 1, 2),)), bi.Model()))
    assert alone.credibility is None and alone.missing == "no side"
    assert alone.table().columns.tolist() == published.table().columns.tolist()


@pytest.mark.parametrize(
    ("conclusion", "missing"),
    [
        (bi.tipping.Conclusion(1, 0.4), "no level"),
        (bi.tipping.Conclusion(3, 0.9), "other side"),
        (bi.tipping.Conclusion(1, 0.9, "below"), "other side"),
    ],
)
def test_where_there_is_no_closed_form_the_reason_is_kept(
    conclusion: bi.tipping.Conclusion, missing: str
) -> None:
    found = bi.tipping.how_much_prior(
        bi.fit(bi.Dataset((bi.Study("a", 9, 15, 6, 15),)), bi.Model("hypergeometric")), conclusion
    )
    assert found.credibility is None and found.missing == missing
    assert not any("closed" in question for question in found.table()["question"])


def test_no_events_have_no_pooled_estimate() -> None:
    empty = bi.Dataset((bi.Study("a", 0, 10, 0, 12), bi.Study("b", 0, 9, 0, 12)))
    assert bi.tipping.how_much_prior(bi.fit(empty, bi.Model())).missing == "no estimate"


@pytest.mark.parametrize("effects", ["student_t(4)", "common"])
def test_weights_and_other_effects_are_asked_as_plain_fits_answer(effects: str) -> None:
    posterior = bi.fit(LIVE.trials("published"), bi.Model(effects=effects)).weighted({"Mahmoud 2004": 0.5})
    point = bi.tipping.tipping_point(posterior)
    for scale in (*point.crossings, float(point.scales[10])):
        plain = point.conclusion.chance(posterior.under(mu=point.prior(scale)))
        expected = 0.975 if scale in point.crossings else point.chances[10]
        assert plain == pytest.approx(expected, abs=1e-5)
    assert point.crossings


def test_what_cannot_be_asked_is_refused() -> None:
    class Sampled:
        pass

    posterior = replace(bi.fit(LIVE, bi.Model()), answers=Sampled(), engine="nuts")
    with pytest.raises(bi.errors.ModelError, match="fit with Quadrature"):
        bi.tipping.how_much_prior(posterior)
    with pytest.raises(bi.errors.ModelError, match="increase"):
        bi.tipping.tipping_grid(bi.fit(LIVE, bi.Model()), mu_scales=[1, 0.5])
    with pytest.raises(bi.errors.ModelError, match="some of mu, tau, theta_new"):
        bi.checks.power_scaling(bi.fit(LIVE, bi.Model()), ["alpha"])


def test_some_quantities_are_those_of_all() -> None:
    posterior = bi.fit(LIVE, bi.Model())
    assert bi.checks.power_scaling(posterior, ["tau"]).rows == (bi.checks.power_scaling(posterior)["tau"],)


def test_an_outlier_made_by_more_events_can_turn_it_too() -> None:
    """Events of the favoured kind count: they move the pooled odds ratio up, but the spread as well."""
    alike = bi.Dataset(
        (bi.Study("a", 30, 60, 20, 60), bi.Study("b", 31, 60, 21, 60), bi.Study("small", 4, 8, 3, 8))
    )
    found = bi.tipping.bayesian_fragility(
        bi.fit(alike, bi.Model(tau="half_normal(2)")), bi.tipping.Conclusion(1, 0.88)
    )
    ways = {(move.study, move.arm, move.events) for move in found.tried}
    assert {np.sign(events) for *_, events in ways} == {-1, 1}
    for move in found.tried:
        studies = tuple(
            bi.Study(
                s.name,
                *(
                    np.add(
                        s.counts,
                        [
                            move.events * (move.arm == "treatment"),
                            0,
                            move.events * (move.arm == "control"),
                            0,
                        ],
                    )
                ).tolist(),
            )
            if s.name == move.study
            else s
            for s in alike.studies
        )
        plain = bi.fit(bi.Dataset(studies), bi.Model(tau="half_normal(2)"))["mu"].prob_above(0.0)
        assert move.chance == pytest.approx(plain, abs=1e-4)
        assert (move in found.moves) == ((plain >= 0.88) != found.holds)


def test_an_estimate_that_is_1_but_for_noise_has_no_closed_form(published: HowMuchPrior) -> None:
    """Two huge trials that mirror each other pool to a log odds ratio of 1e-16: 16 / SD^2 divided by 0."""
    for estimate in (1e-16, -1e-16, 0.0):
        noise = replace(published.pooled, estimate=estimate, standard_error=20.0)
        answer = bi.tipping.how_much_prior(published.posterior, published.conclusion, pooled=noise)
        assert (answer.credibility, answer.missing) == (None, "no side")
        assert "is that odds ratio itself" in " ".join(bi.text(answer).split())
        assert not answer.table()["question"].str.contains("closed form").any()
