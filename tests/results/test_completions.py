"""Keys between brackets are offered by Tab: asked of IPython's own completer."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from IPython.core.completer import IPCompleter, provisionalcompleter

import bayes_ivig as bi

sys.path.append(str(Path(__file__).parents[1] / "reporting"))  # of the examples of every result

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def named() -> dict[str, Any]:
    import result_examples as examples

    post = examples.posterior()
    return {
        "post": post, "benefits": examples.example("Benefits"), "series": post.leave_one_out(),
        "contrast": examples.example("Contrast"), "influence": post.influence(),
        "scaling": examples.example("PowerScaling"), "errors": examples.example("MonteCarloErrors"),
        "check": examples.example("PosteriorCheck"), "prior": examples.example("PriorCheck"),
        "calibration": examples.example("Calibration"), "standing": examples.example("Standing"),
        "reanalysis": two_outcomes(examples.example("Reanalysis")),
    }  # fmt: skip


def two_outcomes(reanalysis: bi.Reanalysis) -> bi.Reanalysis:
    """A reanalysis of two outcomes with names."""
    outcomes = tuple(replace(reanalysis.outcomes[0], name=name) for name in ("live_birth", "loss"))
    return replace(reanalysis, outcomes=outcomes)


def offered(named: dict[str, Any], line: str) -> set[str]:
    """What Tab offers at the end of a line."""
    completer = IPCompleter(namespace=named, use_jedi=False)
    with provisionalcompleter():
        found = [each.text for each in completer.completions(line, len(line))]
    return {each.removesuffix("]").strip("\"'") for each in found}


@pytest.mark.parametrize(
    ("line", "keys"),
    [
        ('post["', {"mu", "tau", "theta_new"}),
        ("post['t", {"tau", "theta_new"}),
        ('post.theta["', {"A", "B", "C"}),
        ('post.diagnostics["error.m', {"error.mu"}),
        ('benefits["', {"mu ~ normal(0, 1)", "mu ~ normal(0, 2)"}),
        ('series["', {"A", "B", "C"}),
        ('contrast.mu["', {"a", "b"}),
        ('contrast.differences["', {"a"}),
        ('contrast.differences["a", "', {"b"}),
        ('influence["', {"A", "B", "C"}),
        ('scaling["', {"mu", "tau", "theta_new"}),
        ('errors["mu", "', {"mean", "q2.5"}),
        ('check["A", "', {"treatment", "control"}),
        ('prior["pooled', {"pooled odds ratio"}),
        ('calibration["th', {"theta_1", "theta_new"}),
        ('reanalysis["', {"live_birth", "loss"}),
        ('standing["rank', {"rank_pooled_or", "rank_or_median"}),
    ],
)
def test_tab_offers_keys(named, line: str, keys: set[str]) -> None:
    assert offered(named, line) == keys


def test_what_is_offered_can_be_asked(named) -> None:
    for key in offered(named, 'post["'):
        assert named["post"][key].median is not None
    for study in offered(named, 'post.theta["'):
        assert named["post"].theta[study].median is not None
    for outcome in offered(named, 'reanalysis["'):
        assert named["reanalysis"][outcome] is named["reanalysis"].outcome(outcome)


def test_the_studies_cannot_be_set(named) -> None:
    with pytest.raises(AttributeError):
        named["post"].theta = {}
    assert (bi.Posterior.theta.__doc__ or "").startswith("Marginals of the studies")
