"""Monte Carlo errors: of independent draws as textbooks have them, of every number that is reported,
and of repeated runs.
"""

import numpy as np
import pytest
from scipy import stats

import bayes_ivig as bi
from bayes_ivig.measures import OR
from bayes_ivig.results.draws.monte_carlo import monte_carlo_errors
from bayes_ivig.results.marginals.marginal import DrawsMarginal, PointMarginal

TABLE = bi.Dataset(
    (
        bi.Study("A, B", 15, 38, 29, 40),
        bi.Study("C", 5, 7, 6, 8),
        bi.Study("D", 29, 50, 17, 49),
        bi.Study("E", 9, 30, 8, 31),
    ),
    "four",
)


class Made(bi.Posterior):
    """A posterior that is nothing but its marginals."""

    names, studies, quantities, engine = ("mu", "tau", "theta_new"), (), (), "nuts"
    theta: dict[str, object] = {}  # noqa: RUF012 - never changed
    measure = OR

    def __init__(self, **marginals: object) -> None:
        vars(self).update(marginals=marginals)

    def __getitem__(self, name: str) -> object:
        return self.marginals[name]


def test_independent_draws_in_closed_form() -> None:
    draws = np.random.default_rng(4).normal(1.0, 2.0, (4, 2500))
    found = monte_carlo_errors(
        Made(mu=DrawsMarginal(draws), tau=PointMarginal(0.0), theta_new=DrawsMarginal(draws)),
        thresholds=(1.0, 2.0),
    )
    size = draws.size
    assert found["mu", "mean"] == pytest.approx(2 / np.sqrt(size), rel=0.06)
    assert found["mu", "sd"] == pytest.approx(2 / np.sqrt(2 * size), rel=0.1)
    for p in (0.025, 0.5, 0.975):
        at = stats.norm(1, 2).ppf(p)
        assert found["mu", f"q{100 * p:g}"] == pytest.approx(
            np.sqrt(p * (1 - p) / size) / stats.norm(1, 2).pdf(at), rel=0.2
        )
    share = stats.norm(1, 2).sf(np.log(2))
    assert found["mu", "or>2"] == pytest.approx(np.sqrt(share * (1 - share) / size), rel=0.06)
    assert {row.quantity for row in found.rows} == {"mu", "theta_new"}  # tau is a point
    table = found.table().set_index(["quantity", "number"])
    assert table.loc[("mu", "or>2"), "value"] == pytest.approx(share, abs=0.02)


def test_a_probability_of_none_still_has_an_error() -> None:
    draws = np.random.default_rng(4).normal(-50.0, 1.0, (4, 1000))
    found = monte_carlo_errors(
        Made(mu=DrawsMarginal(draws), tau=PointMarginal(0.0), theta_new=DrawsMarginal(draws))
    )
    assert found["mu", "or>1"] == pytest.approx(1 / 4000, rel=0.15) == found["mu", "or<1"]


def test_the_exact_engine_has_none() -> None:
    with pytest.raises(bi.errors.ModelError, match="draws nothing; the bounds of its numerical error"):
        monte_carlo_errors(bi.fit(TABLE, bi.Model(likelihood="normal", effects="common")))


@pytest.mark.mcmc
def test_every_reported_number_has_its_error_and_repeats_within_it() -> None:
    """Two seeds: numbers differ from the exact ones by no more than four of their stated errors."""
    model = bi.Model()
    exact = bi.fit(TABLE, model)
    for seed in (1, 2):
        sampled = bi.fit(TABLE, model, engine=bi.NUTS(draws=1000, tune=500, seed=seed))
        found = monte_carlo_errors(sampled, level=0.9, thresholds=(1.0, 1.25))
        quantities = ["mu", "tau", "theta_new", *(f"theta[{name}]" for name in TABLE.study_names)]
        assert list(dict.fromkeys(row.quantity for row in found.rows)) == quantities
        for row in found.rows:
            name = row.quantity.removeprefix("theta[").removesuffix("]")
            marginal = exact.theta[name] if name in TABLE.study_names else exact[name]
            expected = {
                "mean": lambda m: m.mean, "sd": lambda m: m.sd, "q5": lambda m: m.quantile(0.05),
                "q50": lambda m: m.quantile(0.5), "q95": lambda m: m.quantile(0.95),
                "or>1": lambda m: m.prob_above(0.0), "or<1": lambda m: m.prob_below(0.0),
                "or>1.25": lambda m: m.prob_above(np.log(1.25)),
                "or<0.8": lambda m: m.prob_below(-np.log(1.25)),
            }[row.number](marginal)  # fmt: skip
            assert row.mcse > 0
            assert row.value == pytest.approx(expected, abs=4.5 * row.mcse), (seed, row)


@pytest.mark.parametrize(
    ("arguments", "words"), [({"level": 0}, "level is 0"), ({"thresholds": (0.8,)}, "threshold 0.8")]
)
def test_impossible_questions(arguments: dict[str, object], words: str) -> None:
    with pytest.raises(bi.errors.ModelError, match=words):
        monte_carlo_errors(bi.fit(TABLE, bi.Model(likelihood="normal", effects="common")), **arguments)
