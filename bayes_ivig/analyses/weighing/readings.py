"""Benefit against harm in every way that the harm is known:
from counts, reconstructed tables, or the published summary.
"""

from dataclasses import dataclass, replace

from bayes_ivig.analyses.benefit.control_levels import (
    Levels,
    arm_levels,
    known_levels,
    main_risk,
    of_denominator,
    reconstructed_levels,
    refusal,
)
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
from bayes_ivig.engines.fitting import fit
from bayes_ivig.errors import DataError, ModelError
from bayes_ivig.inputs.counts.case import Source, case_of
from bayes_ivig.inputs.counts.dataset import descriptions, load_dataset
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.inputs.paper.claims import claims_with
from bayes_ivig.priors.scale_free import Flat
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.results.reanalysis.harm_readings import HarmReading, Known
from bayes_ivig.results.reanalysis.reanalysis import SummaryOutcome
from bayes_ivig.results.weighing.benefit_harm import BenefitHarm
from bayes_ivig.results.weighing.setting import Among, checked_among

type Harm = Posterior | SummaryOutcome


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
class KnownHarm:
    """One way in which a harm is known."""

    known: Known
    code: str
    tables: int
    side: Side
    denominator: str


type Ways = list[tuple[KnownHarm, BenefitHarm]]


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
        reading_of(each, weighed, benefit, stated) for each, weighed in weighed_ways(benefit, harm, stated)
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


def reading_of(each: KnownHarm, weighed: BenefitHarm, benefit: Posterior, stated: Weighing) -> HarmReading:
    """Return one way of knowing the harm with the numbers of what is weighed."""
    return HarmReading(
        each.known,
        each.code,
        each.tables,
        benefit.dataset.selection,
        weighed.weighed(stated.level, stated.nets),
    )


def weighed_ways(benefit: Posterior, harm: Harm, weighing: Weighing) -> Ways:
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


def _whom(ways: tuple[KnownHarm, ...]) -> str:
    return " or ".join(dict.fromkeys(each.denominator for each in ways))


def _ways(harm: Harm) -> tuple[KnownHarm, ...]:
    """Return every way in which a harm is known, those with its own denominators first."""
    if isinstance(harm, Posterior):
        return (KnownHarm("counts", "", 0, harm, harm.dataset.about.denominator),)
    if harm.claim.measure != "OR":
        raise ModelError(
            f"{harm.name}: the published summary is of {harm.claim.measure}, "
            "and an odds ratio is needed to weigh it"
        )
    ways = [
        KnownHarm("reconstructed", reading.code, reading.tables, each, each.denominators)
        for reading in harm.reconstructed
        if not reading.narrowed
        for each in reading.posteriors
    ]
    summary = [
        KnownHarm("summary", reading.code, 0, reading.marginal, harm.about.denominator)
        for reading in harm.readings
    ]
    own = [each for each in ways if each.denominator == harm.about.denominator]
    return (*own, *summary, *(each for each in ways if each.denominator != harm.about.denominator))


def _counted(benefit: Posterior, way: KnownHarm, among: Among | None) -> Among | None:
    """Return whom this way counts the harm among; None leaves it out, where something else was asked for."""
    dataset = benefit.dataset
    try:
        own = counted_among(dataset.outcome, dataset.about, way.denominator)
    except ModelError:
        if among is None:
            raise
        return among
    return own if among in (None, own) else None


def _harm_risk(harm: Harm, ways: tuple[KnownHarm, ...], way: KnownHarm, weighing: Weighing) -> float:
    """Return the harm's control risk in one way of knowing it;
    one that was given is of the first way's denominators.

    Raises ``ModelError`` where there are no control arms: a summary alone has none.
    """
    given = weighing.control_risks[1]
    if given is not None and (weighing.among is not None or way.denominator == ways[0].denominator):
        return given
    levels = harm_levels(harm, way.denominator)
    if why := refusal(levels):
        raise ModelError(
            f"control_risks: the control arms of the harm cannot carry one ({why}); give its control risk"
        )
    if not levels.risks:
        raise ModelError(
            "control_risks: a published summary has no control arms; give the control risk of the harm"
        )
    return main_risk(levels.risks)


def harm_levels(harm: Harm, denominator: str) -> Levels:
    """Return low, median and high control risk of a harm, as a summary of findings has them."""
    if isinstance(harm, Posterior):
        return arm_levels(harm.dataset)
    tables = of_denominator(harm, denominator)
    return reconstructed_levels(tables) if tables else known_levels(harm)


def _title(harm: Harm) -> str:
    about, name = (
        (harm.about, harm.name)
        if isinstance(harm, SummaryOutcome)
        else (harm.dataset.about, harm.dataset.outcome)
    )
    text = name.replace("_", " ")
    return about.outcome_title or text[:1].upper() + text[1:]
