"""Benefit against harm in every way that the harm is known: from counts, reconstructed tables, or the published summary."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from bayes_ivig.analyses.baseline_risk import control_risk
from bayes_ivig.analyses.benefit_harm import WEIGHTS, Risks, Side, benefit_harm, control_shares, counted_among, reconstructed_risk
from bayes_ivig.analyses.joint_harm import joint_readings, joint_requests
from bayes_ivig.analyses.published_summary import readings
from bayes_ivig.analyses.reconstruction.readings import reconstructed_readings
from bayes_ivig.engines.fitting import fit
from bayes_ivig.errors import BayesIvigError, DataError, ModelError
from bayes_ivig.inputs.claims import claims_path, read_claims
from bayes_ivig.inputs.dataset import descriptions, load_dataset
from bayes_ivig.inputs.joint_model import JointOutcome
from bayes_ivig.inputs.model import Model
from bayes_ivig.priors.families import Flat
from bayes_ivig.results.benefit_harm import BenefitHarm, Weighed
from bayes_ivig.results.control_risk import ControlRisk
from bayes_ivig.results.harm_readings import HarmComparison, HarmReading, Known
from bayes_ivig.results.posterior import Posterior
from bayes_ivig.results.reanalysis import CountsOutcome, SummaryOutcome
from bayes_ivig.results.reconstruction_posterior import ReconstructionPosterior
from bayes_ivig.results.weighing import Among, Setting, checked_among

type Outcome = CountsOutcome | SummaryOutcome
type Harm = Posterior | SummaryOutcome

PAIR = JointOutcome().outcomes
OTHER_RISKS = (("low", 0.1), ("high", 0.9))  # quantiles over the control arms, or over reconstructed tables


@dataclass(frozen=True)
class Weighing:
    """How readings are weighed: control risks (None for those of the data), whom the harm is counted among, weights, level.

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


def harm_readings(benefit: Posterior, harm: Harm, weighing: Weighing | None = None) -> tuple[HarmReading, ...]:
    """Return the benefit against the harm in every way that the harm is known, all at the same control risks.

    Unless given, the harm's control risk is a typical study's, or the mean share of the control arms over the reconstructed
    tables of all readings with the same denominators. Raises ``DataError`` and ``ModelError``, also for a summary that is no
    odds ratio, and where no control risk is known.
    """
    stated = weighing or Weighing()
    return tuple(_reading(each, found, benefit, stated) for each, found in _weighed(benefit, harm, stated))


def harm_source(source: str | Path, outcome: str, model: Model, studies: tuple[str, ...] | None = None) -> Harm:
    """Return what a source knows of a harm: the posterior of its counts, else its published summary with every reading.

    ``studies`` keeps those of the counts that are named. Raises ``DataError`` for an outcome that is not there, or of which
    only some counts are known and no summary, and for no study left.
    """
    about = descriptions(source).get(outcome)
    if about is None or not about.partial:
        dataset = load_dataset(source, outcome)
        if studies is not None:
            kept = [name for name in dataset.study_names if name in studies]
            if not kept:
                raise DataError(f"{dataset.label}: none of its studies is among those of the benefit: {', '.join(studies)}")
            dataset = dataset.trials(kept)
        return fit(dataset, model)
    path = claims_path(source)
    claims = {claim.outcome: claim for claim in read_claims(path)} if path else {}
    if outcome not in claims:
        raise DataError(f"{source}: {outcome}: its counts are known only in part, and no published summary goes with them")
    prior = model.mu if claims[outcome].measure == "OR" else Flat()
    possible = reconstructed_readings(source, about, claims[outcome], model)
    return SummaryOutcome(outcome, about, claims[outcome], str(prior), readings(claims[outcome], prior), (), *possible)


def harm_comparison(outcomes: tuple[Outcome, ...]) -> HarmComparison | None:
    """Return a benefit against a harm for a report, or None where the descriptions of the data name no such pair.

    The benefit is the first outcome with good events, live birth before others, on all its trials; the harm the first one with
    bad events that can be weighed against it, preterm birth before others, and ``others`` are the further ones.
    """
    own = [each for each in outcomes if not each.about.complement_of]
    goods = [each for each in own if isinstance(each, CountsOutcome) and each.about.event == "good"]
    if not goods:
        return None
    benefit = min(goods, key=lambda each: each.name != PAIR[0]).trial_set("all").posterior
    bads = sorted((each for each in own if each.about.event == "bad"), key=lambda each: each.name != PAIR[1])
    harms = [each if isinstance(each, SummaryOutcome) else each.trial_set("all").posterior for each in bads]
    if not harms or not any(study.control_total for study in benefit.dataset.studies):
        return None
    arms = control_risk(benefit.dataset)
    risks = float(np.asarray(arms.risk().quantile(0.5))), None
    found = [(each, ways) for each in harms if (ways := _possible(benefit, each, risks))]
    if not found:
        return None
    harm, ways = found[0]
    return HarmComparison(
        readings=tuple(_reading(*each, benefit, Weighing()) for each in ways),
        risks=_other_risks(arms, harm, ways[0][1]),
        others=tuple(_reading(*ways[0], benefit, Weighing()) for _, ways in found[1:]),
        joint=_stored_joint(benefit, harm, ways[0][1].setting),
    )


def _stored_joint(benefit: Posterior, harm: Harm, setting: Setting) -> tuple[HarmReading, ...]:
    """Return what is stored of the joint model; nothing where it cannot take these counts or priors."""
    try:
        return joint_readings(benefit, joint_requests(benefit, harm, setting))
    except BayesIvigError:
        return ()


def _possible(benefit: Posterior, harm: Harm, risks: Risks) -> "list[tuple[_Known, BenefitHarm]]":
    """Return how a harm can be weighed against the benefit; nothing where its description or its summary leaves that open."""
    try:
        return _weighed(benefit, harm, Weighing(risks))
    except BayesIvigError:
        return []


def _reading(each: _Known, found: BenefitHarm, benefit: Posterior, stated: Weighing) -> HarmReading:
    return HarmReading(each.known, each.code, each.tables, benefit.dataset.selection, found.weighed(stated.level, stated.nets))


def _weighed(benefit: Posterior, harm: Harm, weighing: Weighing) -> list[tuple[_Known, BenefitHarm]]:
    """Return every way in which the harm is known, weighed against the benefit."""
    if weighing.among is not None:
        checked_among(weighing.among)
    ways, title = _ways(harm), _title(harm)
    event = harm.about.event if isinstance(harm, SummaryOutcome) else None
    first, second = weighing.control_risks
    found = []
    for each in ways:
        among = weighing.among if each.known == "counts" else _counted(benefit, each, weighing.among)
        if among is None and each.known != "counts":
            continue
        made = benefit_harm(
            benefit,
            each.side,
            control_risks=(first, _harm_risk(ways, each.denominator) if second is None else second),
            weights=weighing.weights,
            among=among,
            events=(None, event),
        )
        found.append((each, replace(made, setting=replace(made.setting, harm_title=title or made.setting.harm_title))))
    if not found:
        raise ModelError(f"among: {title} is counted among {_whom(ways)}, and not as among={weighing.among!r} says")
    return found


def _whom(ways: tuple[_Known, ...]) -> str:
    return " or ".join(dict.fromkeys(each.denominator for each in ways))


def _ways(harm: Harm) -> tuple[_Known, ...]:
    """Return every way in which a harm is known, those with its own denominators first."""
    if isinstance(harm, Posterior):
        return (_Known("counts", "", 0, harm, harm.dataset.about.denominator),)
    if harm.claim.measure != "OR":
        raise ModelError(
            f"{harm.name}: the published summary is of {harm.claim.measure}, and an odds ratio is needed to weigh it"
        )
    found = [
        _Known("reconstructed", reading.code, reading.tables, each, each.denominators)
        for reading in harm.reconstructed
        if not reading.narrowed
        for each in reading.posteriors
    ]
    summary = [_Known("summary", reading.code, 0, reading.marginal, harm.about.denominator) for reading in harm.readings]
    own = [each for each in found if each.denominator == harm.about.denominator]
    return (*own, *summary, *(each for each in found if each.denominator != harm.about.denominator))


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


def _tables(harm: SummaryOutcome | tuple[_Known, ...], denominator: str) -> list[ReconstructionPosterior]:
    ways = harm if isinstance(harm, tuple) else _ways(harm)
    return [each.side for each in ways if isinstance(each.side, ReconstructionPosterior) and each.denominator == denominator]


def _harm_risk(ways: tuple[_Known, ...], denominator: str) -> float | None:
    """Return the mean control risk of the reconstructed tables with these denominators; None for counts, which have their own.

    Raises ``ModelError`` where neither is there: a summary alone has no control arms.
    """
    if ways[0].known == "counts":
        return None
    tables = _tables(ways, denominator)
    if not tables:
        raise ModelError("control_risks: a published summary has no control arms; give the control risk of the harm")
    return sum(reconstructed_risk(each) for each in tables) / len(tables)


def _title(harm: Harm) -> str:
    about, name = (harm.about, harm.name) if isinstance(harm, SummaryOutcome) else (harm.dataset.about, harm.dataset.outcome)
    text = name.replace("_", " ")
    return about.outcome_title or text[:1].upper() + text[1:]


def _other_risks(arms: ControlRisk, harm: Harm, found: BenefitHarm) -> tuple[tuple[str, Weighed], ...]:
    """Return the main reading at a low and a high control risk of the benefit, then of the harm."""
    own = found.setting
    made = []
    for side, levels in (("benefit", arms.levels()), ("harm", _levels(harm))):
        for name in ("low", "high"):
            risks = (levels[name], own.harm_risk) if side == "benefit" else (own.benefit_risk, levels[name])
            made.append((f"{name} {side}", replace(found.at(*risks), weights=(1.0,)).weighed()))
    return tuple(made)


def _levels(harm: Harm) -> dict[str, float]:
    """Return a low and a high control risk of a harm: over control arms, or over reconstructed tables."""
    if isinstance(harm, Posterior):
        return control_risk(harm.dataset).levels()
    shares = np.concatenate([control_shares(each) for each in _tables(harm, harm.about.denominator)])
    return {name: float(np.quantile(shares, share)) for name, share in OTHER_RISKS}
