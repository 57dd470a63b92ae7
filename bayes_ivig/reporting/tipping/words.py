"""How much prior it takes to cross a stated line of probability:
rows and sentences that terminal and report share.
"""

import math
from dataclasses import dataclass

from bayes_ivig.measures import OR, Measure
from bayes_ivig.priors.composite import Prior
from bayes_ivig.priors.families import HalfNormal, Normal
from bayes_ivig.reporting.wording import classical, effects, numbers, phrases
from bayes_ivig.reporting.wording.digits import significant
from bayes_ivig.results.checks.power_scaling import DISTANCE, THRESHOLD, Diagnosis, Sensitivity
from bayes_ivig.results.tipping.credibility import Credibility
from bayes_ivig.results.tipping.how_much_prior import HowMuchPrior
from bayes_ivig.results.tipping.points import WIDEST_LOG, Crossing, TippingPoint, Z

DIAGNOSES: dict[Diagnosis, str] = {
    "none": "the priors matter little",
    "prior-data conflict": "priors and data both matter, and may be in conflict",
    "strong prior or weak likelihood": "the priors matter, the data hardly: strong priors, or few data",
}
MISSING = {
    "no estimate": "the pooled estimate does not exist",
    "no side": "the pooled estimate is that {name} itself",
    "other side": "the pooled estimate lies on the other side of that {name}",
    "no level": "it is for lines of a probability above one half",
}
UNIT = 1e-9
FAR = 2.0  # times as sensitive to one prior as to the other

type PriorRow = tuple[str, Prior | str, str, str, str]


@dataclass(frozen=True)
class Symbols:
    """How the two parameters are written: Greek in a report, spelt in a terminal."""

    mu: str = "mu"
    tau: str = "tau"


def event(result: HowMuchPrior) -> str:
    """Return what the line is about, such as ``OR > 1``."""
    conclusion = result.conclusion
    return effects.beyond_three(conclusion.of, conclusion.value, ">" if conclusion.side == "above" else "<")


def line(result: HowMuchPrior) -> str:
    """Return the line, such as ``P(OR > 1) ≥ 0.975``."""
    return f"P({event(result)}) ≥ {numbers.stated(result.conclusion.probability)}"


def favoured(result: HowMuchPrior) -> str:
    """Return what the side of the line stands for: a benefit, harm, or,
    where nobody says which, its effects.
    """
    return {None: event(result), True: "a benefit", False: "harm"}[_beneficial(result)]


def _beneficial(result: HowMuchPrior) -> bool | None:
    """Whether effects on that side favour the treatment;
    None where it is not stated, or where the line is not at no effect.
    """
    good = result.posterior.dataset.about.event
    if good is None or result.conclusion.modelled != 0.0:
        return None
    return (result.conclusion.side == "above") == (good == "good")


def convention(result: HowMuchPrior) -> str:
    """Return what the line is, why it is there, and which direction it is about."""
    about, rest = result.posterior.dataset.about, 1 - result.conclusion.probability
    why = f"it leaves {numbers.threshold(rest)} to the other side" + (
        ", as a two-sided test at 0.05 does" if abs(rest - 0.025) < UNIT else ""
    )
    text = f"The line {line(result)} is a convention ({why}), and nothing is decided by it here."
    beneficial = _beneficial(result)
    if beneficial is None:
        return text
    speaks = f"in favour of {about.treatment}" if beneficial else f"against {about.treatment}"
    return (
        f"{text} {'An event' if result.conclusion.of.of_events else 'More'} is {about.event}, so "
        f"{event(result)} speaks {speaks}: "
        f"the line is one for {favoured(result)}."
    )


def state(result: HowMuchPrior) -> str:
    """Return whether the line is reached under the stated priors."""
    holds = "reached" if result.holds else "not reached"
    return (
        f"{numbers.chance(event(result), result.chance)} under the stated priors, "
        f"so the line {line(result)} is {holds}."
    )


def meaning(result: HowMuchPrior) -> str:
    """Return what it would take to cross the line by the prior of the effect alone, and by moving events."""
    fewest = None if result.fragility is None else result.fragility.events
    events = (
        ""
        if fewest is None
        else f"{phrases.small(fewest)} event{'' if fewest == 1 else 's'} moved in one arm of one trial"
    )
    other = "moved events" if result.fragility else "one of tau"
    if result.holds:
        turn = result.mu.turns[-1] if result.mu.turns else None
        side = "narrower" if turn and turn.holds == "above" else "wider"
        prior = (
            f"a sceptical prior {side} than SD {numbers.prior_scale(turn.scale)} ({_weight(result.mu, turn)})"
            if turn
            else ""
        )
        ways = [way for way in (prior, _tau(result), events) if way]
        return (
            f"It takes {' or '.join(ways)} to miss it."
            if ways
            else f"Neither a sceptical prior nor {other} undo it."
        )
    advocate = result.advocate
    turn = advocate.turns[-1] if advocate is not None and advocate.turns else None
    prior = ""
    if advocate is not None and turn is not None:
        prior = f"a prior that itself expects {favoured(result)} ({_weight(advocate, turn)})"
    ways = [way for way in (prior, events) if way]
    return (
        f"It takes {' or '.join(ways)} to reach it."
        if ways
        else f"No prior asked about{', and no moved events,' if result.fragility else ''} reach it."
    )


def _tau(result: HowMuchPrior) -> str:
    """Return the prior of tau at which the line is no longer reached; empty where there is none."""
    if result.tau is None or not result.tau.turns:
        return ""
    turn = result.tau.turns[-1]
    return (
        f"a prior of τ {'wider' if turn.holds == 'below' else 'narrower'} than half-normal with scale "
        f"{numbers.prior_scale(turn.scale)}"
    )


def _weight(point: TippingPoint, turn: Crossing) -> str:
    """Return what a prior says before the data, and how many persons it is worth."""
    centre = point.centre + point.lean * turn.scale
    measure = point.conclusion.of
    said = f"95% of its {measure.plural} {_range(centre, turn.scale, measure)}"
    return f"{said}, the weight of {persons(turn.scale)} persons" if measure is OR else said


def prior_rows(result: HowMuchPrior, symbols: Symbols) -> list[PriorRow]:
    """Return what was varied, the prior at which it turns (or between which scales it does not), where the
    line is reached, and odds ratios and weight of that prior.
    """
    rows: list[PriorRow] = []
    asked = [
        (f"sceptical prior of {symbols.mu}", result.mu),
        (f"prior of {symbols.mu} that expects {favoured(result)}", result.advocate),
    ]
    for label, point in [*asked, (f"prior of {symbols.tau}", result.tau)]:
        if point is not None:
            rows += [(label, *_turn(point, turn)) for turn in point.turns] or [(label, *_never(point))]
    closed = _closed(result)
    return [*rows, closed] if closed else rows


def _turn(point: TippingPoint, turn: Crossing) -> tuple[Prior, str, str, str]:
    where = "wider" if turn.holds == "above" else "narrower"
    if point.parameter == "tau":
        return HalfNormal(significant(turn.scale, 3)), where, numbers.NONE, numbers.NONE
    centre = point.centre + point.lean * turn.scale
    return _normal(centre, turn.scale), where, *_says(centre, turn.scale, point.conclusion.of)


def _never(point: TippingPoint) -> tuple[str, str, str, str]:
    low, high = (numbers.prior_scale(point.scales[i]) for i in (0, -1))
    reached = bool(point.conclusion.reached(point.chances[0]))
    return (
        f"no {'SD' if point.parameter == 'mu' else 'scale'} from {low} to {high}",
        "always" if reached else "never",
        numbers.NONE,
        numbers.NONE,
    )


def _closed(result: HowMuchPrior) -> PriorRow | None:
    """Return the row of the closed form, its prior that of the pooled estimate's own mean."""
    closed = result.credibility
    if closed is None:
        return None
    centre = result.mu.centre
    if closed.sceptical_sd is not None:
        sd, kind, where = closed.sceptical_sd, "sceptical prior", "wider"
    else:
        assert closed.advocacy_limit is not None
        centre, sd = (
            centre + closed.advocacy_limit / 2,
            abs(closed.advocacy_limit) / (2 * result.conclusion.z),
        )
        kind, where = f"prior that expects {favoured(result)}", "narrower"
    return (
        f"{kind}, pooled estimate alone",
        _normal(centre, sd),
        where,
        *_says(centre, sd, result.conclusion.of),
    )


def _normal(centre: float, sd: float) -> Normal:
    """Return a prior to three figures, as it is shown."""
    return Normal(0.0 if abs(centre) < 5e-13 else significant(centre, 3), significant(sd, 3))


def _says(centre: float, sd: float, measure: Measure) -> tuple[str, str]:
    """Return the effects that a prior expects, and its weight where persons are a measure of it."""
    return _range(centre, sd, measure), persons(sd) if measure is OR else numbers.NONE


def _range(centre: float, sd: float, measure: Measure = OR) -> str:
    ends = [centre + sign * Z * sd for sign in (-1, 1)]
    if not measure.log:
        return effects.limits(measure, *ends)
    low, high = (math.exp(max(min(end, WIDEST_LOG), -WIDEST_LOG)) for end in ends)
    return numbers.limits(low, high)


def persons(sd: float) -> str:
    """Return the weight of a normal prior of that SD in persons of two equal arms at a risk of one half."""
    value = 16 / sd**2
    return numbers.persons(value)


def closed_sentence(result: HowMuchPrior) -> str:
    """Return what the closed-form analysis of credibility says of the pooled estimate."""
    closed = result.credibility
    if closed is None:
        return f"There is no closed form beside it: {_missing(result)}."
    conclusion = result.conclusion
    level, at = (
        numbers.level(result.level, 4),
        f"{conclusion.of.one} of {numbers.threshold(conclusion.value)}",
    )
    if closed.sceptical_sd is None:
        return f"The pooled estimate alone does not exclude {at} at {level}."
    return f"The pooled estimate alone excludes {at} at {level}; {_intrinsic(closed, level)}."


def _missing(result: HowMuchPrior) -> str:
    return MISSING[result.missing].format(name=result.conclusion.of.name)


def _intrinsic(closed: Credibility, level: str) -> str:
    found_so, is_so = (
        ("conflicts", "is") if closed.intrinsically_credible else ("does not conflict", "is not")
    )
    return (
        f"it {found_so} at {level} with the sceptical prior that would just undo it, so it {is_so} "
        f"intrinsically credible ({numbers.equals('P', numbers.p_value(closed.intrinsic_p))}; Held 2019)"
    )


def power_rows(result: HowMuchPrior, symbols: Symbols) -> list[tuple[str, str, str, str, str, str]]:
    """Return per quantity the sensitivities to both priors, to each, and to the likelihood,
    and what they say.
    """
    labels = {"mu": symbols.mu, "tau": symbols.tau, "theta_new": "effect in a new study"}
    return [
        (
            labels.get(row.quantity, row.quantity),
            *_sensitivities(row),
            DIAGNOSES[row.diagnosis] + _through(row, symbols),
        )
        for row in result.power.rows
    ]


def _through(row: Sensitivity, symbols: Symbols) -> str:
    """Return which of two priors matters, where one does far more than the other."""
    if row.diagnosis == "none" or row.prior_tau is None:
        return ""
    if row.prior_tau > FAR * row.prior_mu:
        return f"; above all the prior of {symbols.tau}"
    return f"; above all the prior of {symbols.mu}" if row.prior_mu > FAR * row.prior_tau else ""


def _sensitivities(row: Sensitivity) -> tuple[str, str, str, str]:
    prior, mu, tau, likelihood = (
        numbers.NONE if value is None or not math.isfinite(value) else numbers.plain(value)
        for value in (row.prior, row.prior_mu, row.prior_tau, row.likelihood)
    )
    return prior, mu, tau, likelihood


def sensitivity() -> str:
    """Return what a power-scaling sensitivity is."""
    return (
        "answers to: power-scaling sensitivity, how far the posterior moves as a prior, or the likelihood, "
        f"is raised to a power a little above or below 1 ({DISTANCE}); {numbers.stated(THRESHOLD)} or more "
        "counts as an influence (Kallioinen et al. 2024)"
    )


def definitions(result: HowMuchPrior, symbols: Symbols) -> list[str]:
    """Return what the rows of priors mean."""
    mu, tau, measure = symbols.mu, symbols.tau, result.conclusion.of
    at = f"{measure.one} of {numbers.threshold(result.conclusion.value)}"
    lines = [
        f"turns at: the prior under which P({event(result)}) is "
        f"{numbers.stated(result.conclusion.probability)}, everything else as stated; reached if: a prior of "
        "that kind must be wider or narrower",
        f"sceptical priors of {mu}: normal around {at}, as likely above as below",
    ]
    if result.advocate is not None:
        lines.append(
            f"priors of {mu} that expect {favoured(result)}: normal, each with P({event(result)}) = "
            f"{numbers.stated(result.conclusion.probability)} itself"
        )
    if result.tau is not None:
        lines.append(f"priors of {tau}: half-normal")
    persons_are = (
        "persons: weight of a prior in persons of two equal arms at a risk of one half, (4 / SD) squared"
    )
    return [
        *lines,
        *([persons_are] if measure is OR else []),
        "pooled estimate alone: the same asked of the estimate without the model, in closed form (analysis "
        f"of credibility, Matthews 2018); {classical.method(result.pooled)}, taken as normal",
    ]
