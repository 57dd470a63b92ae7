"""The published tables of priors: complete, readable, and equal to what their papers print."""

import csv
import itertools

import numpy as np
import pytest
from scipy import integrate

from bayes_ivig import resources
from bayes_ivig.errors import ModelError
from bayes_ivig.priors.composite import LibraryPrior, OnTau2, resolved
from bayes_ivig.priors.families import HalfNormal, StudentT
from bayes_ivig.priors.libraries import cochrane, turner2015
from bayes_ivig.priors.made_for import made_for
from bayes_ivig.priors.parsing import parse_prior
from bayes_ivig.priors.skewed import InverseGamma, LogNormal


def rows(name: str) -> list[dict[str, str]]:
    with (resources.folder("data") / "priors" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


TURNER = list(dict.fromkeys((row["outcome"], row["comparison"]) for row in rows("turner2015")))
COCHRANE = [row for row in rows("cochrane") if row["measure"] == "log OR"]
OTHER_SCALES = [row for row in rows("cochrane") if row["measure"] != "log OR"]


def check(prior: LibraryPrior) -> None:
    """One entry prints its name, reads it back, and is a density."""
    assert parse_prior(str(prior)) == prior
    assert prior.source
    assert prior.proper
    edges = np.asarray(prior.quantile(np.array([1e-7, 0.01, 0.2, 0.5, 0.8, 0.99, 0.9999, 1 - 1e-7])))
    pieces = [
        integrate.quad(lambda x: float(np.exp(prior.logpdf(x))), a, b)[0]
        for a, b in itertools.pairwise(edges)
    ]
    assert sum(pieces) == pytest.approx(1, abs=1e-6)
    assert prior.quantile(prior.cdf(0.4)) == pytest.approx(0.4)
    assert prior.sample(np.random.default_rng(1), 3).shape == (3,)


@pytest.mark.parametrize(("outcome", "comparison"), TURNER)
def test_every_turner_entry(outcome: str, comparison: str) -> None:
    prior = turner2015(outcome, comparison)
    assert isinstance(prior.prior, OnTau2)
    assert prior.support[0] == 0
    check(prior)


def test_turner_is_complete() -> None:
    assert len(TURNER) == 16 * 5  # outcome types times comparisons
    assert len(rows("turner2015")) == 2 * len(TURNER)


@pytest.mark.parametrize("row", COCHRANE, ids=lambda row: f"{row['area']} {row['parameter']}")
def test_every_cochrane_entry_on_the_log_odds_ratio(row: dict[str, str]) -> None:
    prior = cochrane(row["area"], row["parameter"])
    assert prior.source == row["source"]
    assert prior.support[0] == (0 if row["parameter"] == "tau" else -np.inf)
    check(prior)


@pytest.mark.parametrize(
    "row", OTHER_SCALES, ids=lambda row: f"{row['area']} {row['parameter']} {row['measure']}"
)
def test_priors_on_another_scale_are_given_and_say_what_they_were_made_for(row: dict[str, str]) -> None:
    prior = cochrane(row["area"], row["parameter"], row["measure"])
    assert made_for(prior) == row["measure"].removeprefix("log ")
    assert made_for(parse_prior(str(prior))) == made_for(prior)
    check(prior)


# What the papers print


def test_turner_quantiles_as_printed() -> None:
    """Turner et al. 2015, Table IV: the surgical / device related entry, as tau."""
    prior = turner2015("surgical / device related success / failure", "pharmacological vs. placebo / control")
    np.testing.assert_allclose(prior.quantile([0.025, 0.5, 0.975]), [0.06234, 0.34301, 1.88734], atol=5e-6)


def test_entries_as_printed() -> None:
    assert resolved(turner2015("obstetric outcomes", "pharmacological vs. placebo / control")) == OnTau2(
        LogNormal(-3.52, 1.74)
    )
    assert resolved(cochrane("Cochrane", "mu")) == StudentT(4, 0, 0.58)
    assert resolved(cochrane("Cochrane", "tau")) == InverseGamma(1.77, 0.55)
    assert HalfNormal(1) == resolved(HalfNormal(1))


def test_a_topic_without_a_prior_on_this_scale_is_refused() -> None:
    topics = {
        parameter: {row["area"] for row in COCHRANE if row["parameter"] == parameter}
        for parameter in ("mu", "tau")
    }
    (lacking,) = topics["mu"] - topics["tau"]
    with pytest.raises(ModelError, match="has no prior for tau on log OR in the published table"):
        cochrane(lacking, "tau")
