"""Families of priors before and after the data, and the width curve:
every number against the prior or a plain fit.
"""

import math
from dataclasses import replace

import numpy as np
import pytest

from bayes_ivig import Model, fit, load_dataset
from bayes_ivig.analyses.priors.families import OWN, WIDTHS, prior_families
from bayes_ivig.analyses.priors.strength import conflict
from bayes_ivig.priors import mixture_weights, parse_prior
from bayes_ivig.priors.libraries import rows
from bayes_ivig.results.reanalysis.prior_families import PriorFamilies

LIVE = load_dataset("ivig", "live_birth")
MODEL = Model()
CLOSE = 1e-3


@pytest.fixture(scope="module")
def found() -> PriorFamilies:
    families = prior_families(LIVE, MODEL, ("published", "all"))
    assert families is not None
    return families


def test_before_is_the_prior_itself(found: PriorFamilies) -> None:
    assert found.families[0].label == OWN
    for family in found.families:
        prior = parse_prior(str(family.prior))  # what its text makes is what was fitted
        limits = np.asarray(prior.quantile(np.array([0.025, 0.975])))
        shown = (family.before_lower, family.before_upper)
        assert shown == pytest.approx(tuple(limits if family.of_tau else np.exp(limits)), rel=1e-9)
        if family.of_tau:
            assert family.before_prob is None
        else:
            assert family.before_prob == pytest.approx(1 - float(prior.cdf(0.0)))


@pytest.mark.parametrize(
    "label", ["Sceptical", "Optimistic, moderate", "Kofod 2025, robust", "Turner, obstetric outcomes"]
)
@pytest.mark.parametrize("which", [0, 1])
def test_after_is_a_plain_fit(found: PriorFamilies, label: str, which: int) -> None:
    family = next(each for each in found.families if each.label == label)
    after = family.after[which]
    prior = parse_prior(str(family.prior))  # what its text makes is what was fitted
    model = replace(MODEL, tau=prior) if family.of_tau else replace(MODEL, mu=prior)
    trials = LIVE.trials(after.trials)
    mu = fit(trials, model)["mu"]
    logs = np.log([after.or_lower, after.or_median, after.or_upper])
    assert logs == pytest.approx(mu.quantile([0.025, 0.5, 0.975]), abs=CLOSE * mu.sd)
    assert after.prob_or_gt_1 == pytest.approx(mu.prob_above(0.0), abs=CLOSE)
    if family.of_tau:
        assert after.conflict_p is None
    else:
        assert after.conflict_p == pytest.approx(
            float(conflict(trials, MODEL, [(prior, MODEL.tau)])[0]), abs=CLOSE
        )
    if "robust" in label:
        assert after.part_weight == pytest.approx(mixture_weights(trials, model)["weight"][0], abs=CLOSE)
    else:
        assert after.part_weight is None


def test_the_curves_are_plain_fits(found: PriorFamilies) -> None:
    for curve in found.curves:
        assert curve.widths == WIDTHS
        for i in (0, 8, len(WIDTHS) - 1):
            mu = fit(LIVE.trials(curve.trials), replace(MODEL, mu=f"normal(0, {WIDTHS[i]})"))["mu"]
            logs = np.log([curve.lower[i], curve.median[i], curve.upper[i]])
            assert logs == pytest.approx(mu.quantile([0.025, 0.5, 0.975]), abs=CLOSE * mu.sd)
            assert curve.prob_or_gt_1[i] == pytest.approx(mu.prob_above(0.0), abs=CLOSE)


def test_the_direction_is_that_of_the_event() -> None:
    bad = load_dataset("ivig", "neonatal_outcome")
    found = prior_families(bad, MODEL, ("all",))
    assert found is not None
    assert found.expected == pytest.approx(math.exp(-0.693))
    labels = {family.label: family for family in found.families}
    assert labels["Optimistic, moderate"].before_prob == pytest.approx(0.15)
    assert "Kofod 2025" not in labels  # of live birth alone
    unstated = replace(bad, about=replace(bad.about, event=None), name="mine")
    other = prior_families(unstated, MODEL, ("all",))
    assert other is not None
    assert other.expected is None
    assert not {"Optimistic, moderate", "Cochrane, pregnancy and childbirth"} & {
        each.label for each in other.families
    }


@pytest.mark.parametrize(
    "model", [Model(effects="common"), Model(effects="student_t(4)"), Model(mu="flat()")]
)
def test_models_they_are_not_made_for(model: Model) -> None:
    assert prior_families(LIVE, model, ("all",)) is None


def test_every_stated_family_is_a_proper_prior_of_its_parameter() -> None:
    for row in rows("families"):
        prior = parse_prior(row["prior"].replace("{expected}", "0.693"))
        assert getattr(Model(**{row["parameter"]: prior}), row["parameter"]) == prior
        assert prior.proper
        assert (prior.support[0] == 0.0) == (row["parameter"] == "tau"), row["label"]
