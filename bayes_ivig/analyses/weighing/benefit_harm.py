"""``benefit_harm``: what two outcomes of the same people weigh against each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from bayes_ivig.analyses.benefit.control_levels import arm_levels, main_risk, reconstructed_levels, refusal
from bayes_ivig.errors import DataError, ModelError, report_all
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.description import About, Event
from bayes_ivig.inputs.model.joint import JointOutcome
from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.ranges import Listed
from bayes_ivig.results.marginals.marginal import DrawsMarginal, Marginal
from bayes_ivig.results.marginals.two_risks import DrawnPair, IndependentPair
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.results.reconstruction.posterior import ReconstructionPosterior
from bayes_ivig.results.weighing.benefit_harm import BenefitHarm
from bayes_ivig.results.weighing.setting import Among, Setting, checked_among, checked_risk, checked_weight

type Side = Annotated[
    Posterior | ReconstructionPosterior | Marginal,
    "what fit or reconstruction_posterior returns, or a marginal of a log odds ratio",
]
type Risks = tuple[float | None, float | None]
type Events = tuple[Event | None, Event | None]

# 0 to 2: from a harm that does not count to one as bad as two benefits are good
WEIGHTS = tuple(i / 20 for i in range(41))
EVENTS: tuple[Event, ...] = ("good", "bad")
WHOM = {
    "all": "everybody",
    "events": "those with the benefit's event",
    "nonevents": "those without the benefit's event",
}


@dataclass(frozen=True, eq=False)
class _Outcome:
    """One side: its log odds ratio, and what is known of its outcome."""

    name: str
    marginal: Marginal
    about: About | None
    dataset: Dataset | None
    denominator: str
    outcome: str = ""
    tables: ReconstructionPosterior | None = None


@checked
def benefit_harm(
    benefit: Side,
    harm: Side | None = None,
    *,
    control_risks: Risks = (None, None),
    weights: Listed[float] | None = None,
    among: Among | None = None,
    events: Events = (None, None),
) -> BenefitHarm:
    """Weigh one outcome against another: P(benefit and no harm), net benefit by weight,
    both in people of 100.

    ``benefit`` and ``harm`` are posteriors, posteriors over reconstructed tables, or marginals of log odds
    ratios (such as that of ``"theta_new"``), taken as independent and integrated exactly; or ``benefit``
    alone is a posterior of a ``JointOutcome`` model, whose draws carry the dependence. ``control_risks`` are
    taken as known, of the benefit's event among all and of the harm's among those it is counted among; unless
    given, the median over control arms (``control_risk(dataset).levels()``), those reconstructed being
    averaged over the tables, or the joint model's own. ``weights`` (0 or more) say how many benefits one harm
    outweighs. ``among`` says whom the harm is counted among: ``"all"``, the benefit's ``"events"`` (preterm
    births among live births) or its ``"nonevents"``; unless given, the ``denominator`` of both descriptions
    must tell. ``events`` says good or bad of each side where no description does. Raises ``DataError`` and
    ``ModelError``; nothing about direction or denominators is guessed.

    >>> import bayes_ivig as bi
    >>> post = bi.fit(bi.load_dataset("ivig", "live_birth"))
    >>> harm = bi.fit(bi.load_dataset("my.csv"))
    >>> found = bi.benefit_harm(post, harm, control_risks=(0.5, 0.1), among="all", events=("good", "bad"))
    >>> found
    BenefitHarm: P(benefit) = 0.886, P(harm) = 0.005, P(both) = 0.005
    """
    stated = tuple(checked_weight(weight) for weight in (WEIGHTS if weights is None else weights))
    if not stated:
        raise ModelError("weights: none given; each says how many benefits one harm outweighs, such as 0.5")
    if among is not None:
        checked_among(among)
    if harm is None:
        return _joint(benefit, control_risks, stated, among, events)
    sides = _outcome(benefit, "benefit"), _outcome(harm, "harm")
    good, bad = _directions(sides, events)
    _check_apart(*sides)
    counted = among or counted_among(sides[0].outcome, sides[0].about or About(), sides[1].denominator)
    _check_people(*sides, counted)
    first, second = (_risk(side, risk) for side, risk in zip(sides, control_risks, strict=True))
    titles = _title(sides[0]), _title(sides[1])
    states = named_states(sides[0].about, sides[0].outcome, sides[1].outcome)
    people = sides[0].denominator or "people"
    setting = Setting(*titles, good, bad, counted, first, second, people, states)
    informed = not (isinstance(harm, Posterior) and harm.learnt_nothing)
    return BenefitHarm(
        setting, IndependentPair(sides[0].marginal, sides[1].marginal, (first, second)), stated, informed
    )


def named_states(about: About | None, benefit: str, harm: str) -> tuple[str, ...]:
    """Return what becomes of people under two outcomes, by name, where their description has words for it."""
    return about.pair.states(benefit, harm) if about is not None and about.pair else ()


def _joint(
    posterior: Side, control_risks: Risks, weights: tuple[float, ...], among: Among | None, events: Events
) -> BenefitHarm:
    """Weigh the two steps of a joint model: its first is live birth among all,
    its second preterm birth among live births.
    """
    model = getattr(posterior, "model", None)
    if not isinstance(posterior, Posterior) or not isinstance(model, JointOutcome):
        raise ModelError(
            "benefit_harm: give the harm's posterior too, or as the only one that of a JointOutcome model"
        )
    if among not in (None, "events"):
        raise ModelError(
            f"among: found {among!r}; a JointOutcome model counts the second outcome among the events "
            "of the first"
        )
    about = posterior.dataset.about
    side = _Outcome("benefit", posterior["mu"], about, posterior.dataset, about.denominator)
    (good,) = _directions([side], [events[0] or about.event or "good"])
    bad: Event = events[1] or "bad"
    own = (model.live_risk, model.preterm_risk)
    risks = tuple(
        checked_risk(default if risk is None else risk, name)
        for risk, default, name in zip(control_risks, own, ("benefit", "harm"), strict=True)
    )
    titles = about.outcome_title or _words(model.outcomes[0]), _words(model.outcomes[1])
    people, states = about.denominator or "people", named_states(about, *model.outcomes)
    setting = Setting(*titles, good, bad, "events", risks[0], risks[1], people, states)
    draws = [posterior[name] for name in ("mu", "mu_preterm")]
    assert isinstance(draws[0], DrawsMarginal)
    assert isinstance(draws[1], DrawsMarginal)
    informed = not any(one.withheld for one in posterior.quantities if one.name == "mu_preterm")
    return BenefitHarm(
        setting, DrawnPair(draws[0].draws, draws[1].draws, (risks[0], risks[1])), weights, informed
    )


def _outcome(side: Side, name: str) -> _Outcome:
    """Return what is known of one side; raises ``ModelError`` for what is no posterior
    of a log odds ratio.
    """
    if isinstance(side, Posterior):
        if isinstance(side.model, JointOutcome):
            raise ModelError(
                f"{name}: a posterior of a JointOutcome model holds both outcomes; "
                "give it alone, as the first argument"
            )
        about = side.dataset.about
        return _Outcome(name, side["mu"], about, side.dataset, about.denominator, side.dataset.outcome)
    if isinstance(side, ReconstructionPosterior):
        return _Outcome(name, side.averaged(), None, None, side.denominators, side.partial.outcome, side)
    if isinstance(side, Marginal):
        return _Outcome(name, side, None, None, "")
    kind = type(side).__name__
    raise ModelError(
        f"{name}: found a {kind}; give what fit or reconstruction_posterior returns, "
        "or a marginal of a log odds ratio"
    )


def _title(side: _Outcome) -> str:
    if side.tables is not None:
        return _words(side.tables.partial.outcome) or side.name
    if side.about is None or side.dataset is None:
        return side.name
    return side.about.outcome_title or _words(side.dataset.outcome) or side.name


def _words(name: str) -> str:
    text = name.replace("_", " ")
    return text[:1].upper() + text[1:]


def _directions(sides: Sequence[_Outcome], events: Sequence[Event | None]) -> list[Event]:
    """Return good or bad for each side, as its description or the caller says; all problems at once."""
    problems: list[str] = []
    directions: list[Event] = []
    for side, given in zip(sides, events, strict=True):
        stated = side.about.event if side.about else None
        if given is not None and given not in EVENTS:
            problems.append(f"events: found {given!r} for the {side.name}; an event is good or bad")
        elif given is not None and stated is not None and given != stated:
            problems.append(
                f"events: {given!r} for the {side.name} ({_title(side)}), but its description says {stated!r}"
            )
        elif given is None and stated is None:
            where = (
                f"{side.dataset.label}: the sidecar does not say"
                if side.dataset
                else f"the {side.name}: nothing says"
            )
            problems.append(
                f'{where} if an event is good or bad; state event = "good" or "bad" there, '
                'or give events=("good", "bad")'
            )
        directions.append(given or stated or "good")
    report_all(problems, ModelError)
    return directions


def counted_among(outcome: str, about: About, denominator: str) -> Among:
    """Return whom a harm with this ``denominator`` is counted among,
    seen from the benefit's ``outcome`` and description.

    Raises ``ModelError`` where the descriptions do not tell.
    """
    counted = _plain(denominator)
    if counted and counted == _plain(about.denominator):
        return "all"
    if counted and counted in (_plain(outcome), _plain(about.outcome_title)):
        return "events"
    if counted and counted == _plain(about.complement_of):
        return "nonevents"
    stated = f"harm: {denominator or 'not stated'}; benefit: {about.denominator or 'not stated'}"
    choices = ", ".join(f"{code!r} for {whom}" for code, whom in WHOM.items())
    raise ModelError(
        f"among: whom the harm is counted among does not follow from the denominators ({stated}); say "
        f"{choices}; or state in the sidecar the same denominator for both, "
        "or the benefit's outcome as the denominator of the harm"
    )


def _check_apart(benefit: _Outcome, harm: _Outcome) -> None:
    """Raise ``ModelError`` where both sides are one outcome, or one counted from the other:
    these are not independent.
    """
    if benefit.dataset is None or harm.dataset is None:
        return
    names = benefit.dataset.outcome, harm.dataset.outcome
    mirrored = {side.about.complement_of for side in (benefit, harm) if side.about} & {
        name for name in names if name
    }
    if benefit.dataset == harm.dataset or mirrored:
        how = "is counted from the other" if mirrored else "is the other"
        raise ModelError(
            f"benefit_harm: {_title(benefit)} against {_title(harm)}: one {how}; "
            "an outcome cannot be weighed against itself"
        )


def _check_people(benefit: _Outcome, harm: _Outcome, among: Among) -> None:
    """Raise ``DataError`` where an arm counts the harm among more people than can be there."""
    if benefit.dataset is None or harm.dataset is None or among == "all":
        return
    counted = {study.name: study.counts for study in benefit.dataset.studies}
    problems = []
    for study in harm.dataset.studies:
        for arm, place in (("treatment", 0), ("control", 2)):
            events, total = counted.get(study.name, study.counts)[place : place + 2]
            there = events if among == "events" else total - events
            if study.name in counted and study.counts[place + 1] > there:
                whom = WHOM[among]
                problems.append(
                    f"{harm.dataset.label}: {study.name}: {arm} arm: {study.counts[place + 1]} people, but "
                    f"the harm is said to be counted among {whom}, "
                    f"and {benefit.dataset.label} has {there} of these"
                )
    report_all(problems, DataError)


def _plain(text: str) -> str:
    """Return a denominator fit to be compared: ``live_births`` is ``live birth``."""
    return text.replace("_", " ").strip().lower().removesuffix("s")


def _risk(side: _Outcome, given: float | None) -> float:
    """Return the control risk that was given, or the median over the control arms,
    counted or reconstructed.
    """
    if given is not None:
        return checked_risk(given, side.name)
    if side.tables is not None:
        levels = reconstructed_levels([side.tables])
    elif side.dataset is not None:
        levels = arm_levels(side.dataset)
    else:
        raise ModelError(
            f"control_risks: a bare marginal has no control arms; give the control risk of the {side.name}"
        )
    if not levels.risks:
        why = (
            f"the control arms of the {side.name} cannot carry one ({refusal(levels)})" if levels.arms else ""
        )
        why = why or f"no control arm of the {side.name} has anybody in it"
        raise ModelError(f"control_risks: {why}; give its control risk")
    return main_risk(levels.risks)
