"""Benefit against harm for a report: which outcomes are weighed, at which control risks,
and on which trials.
"""

from collections.abc import Mapping
from dataclasses import replace

from bayes_ivig.analyses.benefit.control_levels import Risks as Stated
from bayes_ivig.analyses.benefit.control_levels import arm_levels, main_risk, stated_levels
from bayes_ivig.analyses.benefit.findings import main_sets
from bayes_ivig.analyses.weighing.benefit_harm import Risks
from bayes_ivig.analyses.weighing.joint import JointRequest, joint_readings, joint_requests
from bayes_ivig.analyses.weighing.readings import Harm, Ways, Weighing, harm_levels, reading_of, weighed_ways
from bayes_ivig.errors import BayesIvigError, DataError, ModelError
from bayes_ivig.results.posterior.control_risk import NotCarried
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.results.reanalysis.harm_readings import HarmComparison, HarmReading
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, SummaryOutcome
from bayes_ivig.results.weighing.benefit_harm import BenefitHarm, Weighed
from bayes_ivig.results.weighing.setting import Setting

type Outcome = CountsOutcome | SummaryOutcome

MOST = 2  # readings of the harm beside every trial set of the benefit


def harm_comparison(
    outcomes: tuple[Outcome, ...], stated: Mapping[str, Stated] | None = None, *, sampled: bool = False
) -> HarmComparison | None:
    """Return a benefit against a harm for a report, or None where the descriptions
    of the data name no such pair.

    The benefit is the first outcome with good events on all its trials and then on its other main trial sets,
    the harm the first one with bad events that can be weighed against it, the ``pair`` of the description
    before others; ``others`` are the further harms. Control risks are those of ``findings``:
    ``stated`` by outcome, else of the control arms. The joint model's answers are those stored; with
    ``sampled`` those not stored are sampled now.
    """
    own = [each for each in outcomes if not each.about.complement_of]
    goods = [each for each in own if isinstance(each, CountsOutcome) and each.about.event == "good"]
    if not goods:
        return None
    pairs = [each.about.pair for each in own if each.about.pair]
    first = (pairs[0].benefit, pairs[0].harm) if pairs else ("", "")
    good, risks = min(goods, key=lambda each: each.name != first[0]), stated or {}
    benefit = good.trial_set("all").posterior
    bads = sorted((each for each in own if each.about.event == "bad"), key=lambda each: each.name != first[1])
    levels = stated_levels(good.name, risks) or arm_levels(benefit.dataset)
    if not levels[1]:
        return None
    harms, refused = [], []
    for bad in bads:
        harm, other = _harm_of(bad), stated_levels(bad.name, risks)
        ways = _possible(benefit, harm, (main_risk(levels[1]), main_risk(other[1]) if other else None))
        if ways:
            harms.append((harm, ways, other or harm_levels(harm, ways[0][0].denominator)))
        elif isinstance(harm, Posterior) and (why := _not_carried(harm)):
            refused.append((bad.name, why))
    if not harms:
        return None
    harm, ways, other = harms[0]
    asked = _joint_requests(benefit, harm, ways[0][1].setting)
    joint = joint_readings(benefit, asked, sampled=sampled)
    readings = tuple(reading_of(*each, benefit, Weighing()) for each in ways)
    return HarmComparison(
        readings=readings,
        risks=_other_risks(levels[1], other[1], ways[0][1]),
        others=tuple(reading_of(*known[0], benefit, Weighing()) for _, known, _ in harms[1:]),
        joint=joint,
        unsampled=len(asked) - len(joint) // 2,
        trial_sets=_by_trials(good, ways, readings),
        benefit=good.name,
        control=(levels[0], other[0]),
        not_weighed=tuple(refused),
    )


def _by_trials(good: CountsOutcome, ways: Ways, readings: tuple[HarmReading, ...]) -> tuple[HarmReading, ...]:
    """Return the first readings of the harm against the benefit of each main trial set,
    all at the same control risks.
    """
    sets, made = main_sets(good), []
    main = ways[0][0]
    pairs = zip(ways, readings, strict=True)
    alike = [
        (weighed_on, own)
        for (each, weighed_on), own in pairs
        if (each.known, each.denominator) == (main.known, main.denominator)
    ]
    for result in sets if len(sets) > 1 else ():
        for weighed_on, own in alike[:MOST]:
            weighed = own.weighed
            if result.trials != own.trials:
                weighed = replace(weighed_on.of_benefit(result.posterior["mu"]), weights=(1.0,)).weighed()
            made.append(replace(own, trials=result.trials, weighed=weighed))
    return tuple(made)


def _joint_requests(benefit: Posterior, harm: Harm, setting: Setting) -> tuple[JointRequest, ...]:
    """Return what to ask of the joint model; nothing where it cannot take these counts or priors."""
    try:
        return joint_requests(benefit, harm, setting)
    except (DataError, ModelError):
        return ()


def _harm_of(outcome: Outcome) -> Harm:
    """Return what a harm is known by: the posterior of all its trials, or its published summary."""
    return outcome if isinstance(outcome, SummaryOutcome) else outcome.trial_set("all").posterior


def _possible(benefit: Posterior, harm: Harm, risks: Risks) -> Ways:
    """Return how a harm can be weighed against the benefit;
    nothing where its description or its summary leaves that open.
    """
    try:
        return weighed_ways(benefit, harm, Weighing(risks))
    except BayesIvigError:
        return []


def _not_carried(harm: Posterior) -> NotCarried | None:
    arms = arm_levels(harm.dataset).arms
    return arms.not_carried if arms else None


def _other_risks(
    levels: Mapping[str, float], other: Mapping[str, float], weighed: BenefitHarm
) -> tuple[tuple[str, Weighed], ...]:
    """Return the main reading at the other control risks of the benefit, then of the harm."""
    own, made = weighed.setting, []
    for side, risks in (("benefit", levels), ("harm", other)):
        for name, risk in risks.items():
            if risk != main_risk(risks):
                at = (risk, own.harm_risk) if side == "benefit" else (own.benefit_risk, risk)
                made.append((f"{name} {side}", replace(weighed.at(*at), weights=(1.0,)).weighed()))
    return tuple(made)
