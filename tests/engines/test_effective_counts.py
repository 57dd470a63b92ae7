"""Effective counts that are no whole numbers: as design effects where both can be taken, refused
elsewhere.
"""

import pytest

import bayes_ivig as bi
from bayes_ivig.errors import BayesIvigError
from bayes_ivig.inputs.counts.study import Study

EFFECTS = {"a": 1.6, "b": 2.5}
PLAIN = bi.Dataset((Study("a", 10, 50, 8, 52), Study("b", 4, 30, 9, 40), Study("c", 12, 80, 20, 79)))
DIVIDED = bi.Dataset(
    tuple(
        Study(s.name, *(n / EFFECTS.get(s.name, 1) for n in s.counts), fractional=True) for s in PLAIN.studies
    )
)


@pytest.mark.parametrize("likelihood", ["binomial", "normal"])
def test_divided_counts_are_design_effects(likelihood: str) -> None:
    model = bi.Model(likelihood=likelihood)
    one, other = bi.fit(PLAIN, model, design_effects=EFFECTS), bi.fit(DIVIDED, model)
    for name in ("mu", "tau", "theta_new"):
        assert other[name].quantile([0.025, 0.5, 0.975]) == pytest.approx(
            one[name].quantile([0.025, 0.5, 0.975])
        )


@pytest.mark.parametrize("method", ["mh", "dl", "revman-random"])
def test_they_are_pooled_as_design_effects_are(method: str) -> None:
    one = bi.pool(PLAIN.with_design_effects(EFFECTS), method=method)
    other = bi.pool(DIVIDED, method=method)
    assert (other.estimate, other.ci_lower, other.tau2) == pytest.approx(
        (one.estimate, one.ci_lower, one.tau2)
    )


def test_weights_temper_more_than_effective_counts_do() -> None:
    """A weight tempers all that a trial tells, the spread between studies in it; a design effect its own
    data.
    """
    halved = bi.fit(PLAIN, bi.Model(), design_effects={"a": 2.0})
    weighted = bi.fit(PLAIN, bi.Model(), weights={"a": 0.5})
    assert halved["tau"].mean != pytest.approx(weighted["tau"].mean, rel=1e-3)


def test_who_needs_whole_people_refuses() -> None:
    """With the reason, and what to do."""
    asked = {
        "hypergeometric": lambda: bi.fit(DIVIDED, bi.Model(likelihood="hypergeometric")),
        "glmm": lambda: bi.pool(DIVIDED, method="glmm-cm-el"),
        "NUTS": lambda: bi.fit(DIVIDED, bi.Model(), engine=bi.NUTS(seed=1)),
        "fragility": lambda: bi.classical.fragility(DIVIDED),
        "Bayesian fragility": lambda: bi.tipping.bayesian_fragility(bi.fit(DIVIDED, bi.Model())),
        "check": lambda: bi.checks.check_model(bi.fit(DIVIDED, bi.Model())),
    }
    for name, ask in asked.items():
        with pytest.raises(BayesIvigError) as caught:
            ask()
        said = str(caught.value)
        assert "whole" in said, f"{name}: {said}"


def test_how_much_prior_is_asked_without_moving_events() -> None:
    """The prior at which the conclusion turns is that of the same counts with design effects."""
    one = bi.tipping.how_much_prior(bi.fit(PLAIN, bi.Model(), design_effects=EFFECTS))
    other = bi.tipping.how_much_prior(bi.fit(DIVIDED, bi.Model()))
    assert other.fragility is None
    assert one.conclusion == other.conclusion
    assert other.mu.crossings == pytest.approx(one.mu.crossings, rel=1e-3)
    assert other.mu.crossings or other.advocate.crossings
