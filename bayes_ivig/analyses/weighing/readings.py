"""Benefit against harm in every way that the harm is known:
from counts, reconstructed tables, or the published summary.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bayes_ivig.analyses.benefit.control_levels import (
    Levels,
    arm_levels,
    known_levels,
    main_risk,
    of_denominator,
    reconstructed_levels,
    refusal,
    stated_levels,
)
from bayes_ivig.analyses.benefit.control_levels import Risks as Stated
from bayes_ivig.analyses.benefit.findings import main_sets
from bayes_ivig.analyses.published_summary import readings
from bayes_ivig.analyses.reconstruction.kept_tables import reconstructed_readings
from bayes_ivig.analyses.weighing.benefit_harm import (
    WEIGHTS,
    Risks,
    Side,
    benefit_harm,
    counted_among,
    named_states,
)
from bayes_ivig.analyses.weighing.joint import JointRequest, joint_readings, joint_requests
from bayes_ivig.engines.fitting import fit
from bayes_ivig.errors import BayesIvigError, DataError, ModelError
from bayes_ivig.inputs.counts.case import Source, case_of
from bayes_ivig.inputs.counts.dataset import descriptions, load_dataset
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.inputs.paper.claims import claims_with
from bayes_ivig.priors.families import Flat
from bayes_ivig.results.posterior.control_risk import NotCarried
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.results.reanalysis.harm_readings import HarmComparison, HarmReading, Known
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, SummaryOutcome
from bayes_ivig.results.weighing.benefit_harm import BenefitHarm, Weighed
from bayes_ivig.results.weighing.setting import Among, Setting, checked_among

type Outcome = CountsOutcome | SummaryOutcome
type Harm = Posterior | SummaryOutcome

MOST = 2  # readings of the harm beside every trial set of the benefit


@dataclass(frozen=True)
class Weighing:
    """How readings are weighed: control risks (None for those of the data),
    whom the harm is counted among, weights, level.

    ``weights`` are those of the curve, and ``nets`` those at which the net benefit itself is given.
    """

    control_risks: Risks = (None, None)
    among: Among | None = None
    weights: tuple[float, ...] = WEIGHTS
    nets: tuple[float, ...] = (0.5, 1.0)
    level: float = 0.95


@dataclass(frozen=True, eq=False)
class _Known:
    """One way in which a harm is known."""

    known: Known
    code: str
    tables: int
    side: Side
    denominator: str


def harm_readings(
    benefit: Posterior, harm: Harm, weighing: Weighing | None = None
) -> tuple[HarmReading, ...]:
    """Return the benefit against the harm in every way that the harm is known, all at the same control risks.

    Unless given, control risks are medians over control arms, as in a summary of findings; the harm's is the
    same for all readings with the same denominators. Raises ``DataError`` and ``ModelError``, also for a
    summary that is no odds ratio, and where no control risk is known.
    """
    stated = weighing or Weighing()
    return tuple(
        _reading(each, weighed, benefit, stated) for each, weighed in _weighed(benefit, harm, stated)
    )


def harm_source(source: Source, outcome: str, model: Model, studies: tuple[str, ...] | None = None) -> Harm:
    """Return what a source knows of a harm: the posterior of its counts,
    else its published summary with every reading.

    ``studies`` keeps those of the counts that are named. Raises ``DataError`` for an outcome that is not
    there, or of which only some counts are known and no summary, and for no study left.
    """
    case = case_of(source)
    about = descriptions(case).get(outcome)
    if about is None or not about.partial:
        dataset = load_dataset(case, outcome)
        if studies is not None:
            kept = [name for name in dataset.study_names if name in studies]
            if not kept:
                raise DataError(
                    f"{dataset.label}: none of its studies is among those "
                    f"of the benefit: {', '.join(studies)}"
                )
            dataset = dataset.trials(kept)
        return fit(dataset, model)
    claims = {claim.outcome: claim for claim in claims_with(case)}
    if outcome not in claims:
        raise DataError(
            f"{source}: {outcome}: its counts are known only in part, and no published summary goes with them"
        )
    prior = model.mu if claims[outcome].measure == "OR" else Flat()
    possible = reconstructed_readings(case, about, claims[outcome], model)
    return SummaryOutcome(
        outcome, about, claims[outcome], prior, readings(claims[outcome], prior), (), *possible
    )


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
    first = next(
        ((each.about.pair.benefit, each.about.pair.harm) for each in own if each.about.pair), ("", "")
    )
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
        harms += [(harm, ways, other or _harm_levels(harm, ways[0][0].denominator))] if ways else []
        refused += (
            [(bad.name, why)]
            if not ways and isinstance(harm, Posterior) and (why := _not_carried(harm))
            else []
        )
    if not harms:
        return None
    harm, ways, other = harms[0]
    asked = _joint_requests(benefit, harm, ways[0][1].setting)
    joint = joint_readings(benefit, asked, sampled=sampled)
    readings = tuple(_reading(*each, benefit, Weighing()) for each in ways)
    return HarmComparison(
        readings=readings,
        risks=_other_risks(levels[1], other[1], ways[0][1]),
        others=tuple(_reading(*known[0], benefit, Weighing()) for _, known, _ in harms[1:]),
        joint=joint,
        unsampled=len(asked) - len(joint) // 2,
        trial_sets=_by_trials(good, ways, readings),
        benefit=good.name,
        control=(levels[0], other[0]),
        not_weighed=tuple(refused),
    )


def _by_trials(
    good: CountsOutcome, ways: "list[tuple[_Known, BenefitHarm]]", readings: tuple[HarmReading, ...]
) -> tuple[HarmReading, ...]:
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


def _possible(benefit: Posterior, harm: Harm, risks: Risks) -> "list[tuple[_Known, BenefitHarm]]":
    """Return how a harm can be weighed against the benefit;
    nothing where its description or its summary leaves that open.
    """
    try:
        return _weighed(benefit, harm, Weighing(risks))
    except BayesIvigError:
        return []


def _reading(each: _Known, weighed: BenefitHarm, benefit: Posterior, stated: Weighing) -> HarmReading:
    return HarmReading(
        each.known,
        each.code,
        each.tables,
        benefit.dataset.selection,
        weighed.weighed(stated.level, stated.nets),
    )


def _weighed(benefit: Posterior, harm: Harm, weighing: Weighing) -> list[tuple[_Known, BenefitHarm]]:
    """Return every way in which the harm is known, weighed against the benefit."""
    if weighing.among is not None:
        checked_among(weighing.among)
    ways, title = _ways(harm), _title(harm)
    name = harm.name if isinstance(harm, SummaryOutcome) else harm.dataset.outcome
    states = named_states(benefit.dataset.about, benefit.dataset.outcome, name)
    event = harm.about.event if isinstance(harm, SummaryOutcome) else None
    pairs = []
    for each in ways:
        among = weighing.among if each.known == "counts" else _counted(benefit, each, weighing.among)
        if among is None and each.known != "counts":
            continue
        made = benefit_harm(
            benefit,
            each.side,
            control_risks=(weighing.control_risks[0], _harm_risk(harm, ways, each, weighing)),
            weights=weighing.weights,
            among=among,
            events=(None, event),
        )
        called = replace(made.setting, harm_title=title or made.setting.harm_title, states=states)
        pairs.append((each, replace(made, setting=called)))
    if not pairs:
        raise ModelError(
            f"among: {title} is counted among {_whom(ways)}, and not as among={weighing.among!r} says"
        )
    return pairs


def _whom(ways: tuple[_Known, ...]) -> str:
    return " or ".join(dict.fromkeys(each.denominator for each in ways))


def _ways(harm: Harm) -> tuple[_Known, ...]:
    """Return every way in which a harm is known, those with its own denominators first."""
    if isinstance(harm, Posterior):
        return (_Known("counts", "", 0, harm, harm.dataset.about.denominator),)
    if harm.claim.measure != "OR":
        raise ModelError(
            f"{harm.name}: the published summary is of {harm.claim.measure}, "
            "and an odds ratio is needed to weigh it"
        )
    ways = [
        _Known("reconstructed", reading.code, reading.tables, each, each.denominators)
        for reading in harm.reconstructed
        if not reading.narrowed
        for each in reading.posteriors
    ]
    summary = [
        _Known("summary", reading.code, 0, reading.marginal, harm.about.denominator)
        for reading in harm.readings
    ]
    own = [each for each in ways if each.denominator == harm.about.denominator]
    return (*own, *summary, *(each for each in ways if each.denominator != harm.about.denominator))


def _counted(benefit: Posterior, way: _Known, among: Among | None) -> Among | None:
    """Return whom this way counts the harm among; None leaves it out, where something else was asked for."""
    dataset = benefit.dataset
    try:
        own = counted_among(dataset.outcome, dataset.about, way.denominator)
    except ModelError:
        if among is None:
            raise
        return among
    return own if among in (None, own) else None


def _harm_risk(harm: Harm, ways: tuple[_Known, ...], way: _Known, weighing: Weighing) -> float:
    """Return the harm's control risk in one way of knowing it;
    one that was given is of the first way's denominators.

    Raises ``ModelError`` where there are no control arms: a summary alone has none.
    """
    given = weighing.control_risks[1]
    if given is not None and (weighing.among is not None or way.denominator == ways[0].denominator):
        return given
    levels = _harm_levels(harm, way.denominator)
    if why := refusal(levels):
        raise ModelError(
            f"control_risks: the control arms of the harm cannot carry one ({why}); give its control risk"
        )
    if not levels.risks:
        raise ModelError(
            "control_risks: a published summary has no control arms; give the control risk of the harm"
        )
    return main_risk(levels.risks)


def _harm_levels(harm: Harm, denominator: str) -> Levels:
    """Return low, median and high control risk of a harm, as a summary of findings has them."""
    if isinstance(harm, Posterior):
        return arm_levels(harm.dataset)
    tables = of_denominator(harm, denominator)
    return reconstructed_levels(tables) if tables else known_levels(harm)


def _not_carried(harm: Posterior) -> NotCarried | None:
    arms = arm_levels(harm.dataset).arms
    return arms.not_carried if arms else None


def _title(harm: Harm) -> str:
    about, name = (
        (harm.about, harm.name)
        if isinstance(harm, SummaryOutcome)
        else (harm.dataset.about, harm.dataset.outcome)
    )
    text = name.replace("_", " ")
    return about.outcome_title or text[:1].upper() + text[1:]


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
