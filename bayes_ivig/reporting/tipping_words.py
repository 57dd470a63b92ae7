"""How much prior a conclusion takes, in words: rows and sentences that the terminal and the report share."""

import math
from dataclasses import dataclass

from bayes_ivig.inputs.study import Study
from bayes_ivig.reporting import words
from bayes_ivig.reporting.fit_text import probability
from bayes_ivig.results.credibility import Credibility
from bayes_ivig.results.fragility import Move
from bayes_ivig.results.how_much_prior import HowMuchPrior
from bayes_ivig.results.power_scaling import THRESHOLD, Diagnosis, Sensitivity
from bayes_ivig.results.tipping import WIDEST_LOG, Crossing, TippingPoint, Z

DIAGNOSES: dict[Diagnosis, str] = {
    "none": "the priors matter little",
    "prior-data conflict": "priors and data both matter, and may be in conflict",
    "strong prior or weak likelihood": "the priors matter, the data hardly: strong priors, or few data",
}
MISSING = {
    "no estimate": "the pooled estimate does not exist",
    "other side": "the pooled estimate lies on the other side of the line",
    "no level": "it is for conclusions of a probability above one half",
}
FAR = 2.0  # times as sensitive to one prior as to the other


@dataclass(frozen=True)
class Symbols:
    """How the two parameters are written: Greek in a report, spelt in a terminal."""

    mu: str = "mu"
    tau: str = "tau"


def event(result: HowMuchPrior) -> str:
    """Return what the conclusion is about, such as ``OR > 1``."""
    return f"OR {'>' if result.conclusion.side == 'above' else '<'} {words.threshold(result.conclusion.odds_ratio)}"


def line(result: HowMuchPrior) -> str:
    """Return the conclusion, such as ``P(OR > 1) of 0.975 or more``."""
    return f"P({event(result)}) of {result.conclusion.probability:g} or more"


def state(result: HowMuchPrior) -> str:
    """Return whether the conclusion holds under the stated priors."""
    holds = "reached" if result.holds else "not reached"
    return f"{words.chance(event(result), result.chance)} under the stated priors: {line(result)} is {holds}."


def prior_rows(result: HowMuchPrior, symbols: Symbols) -> list[tuple[str, str, str, str, str]]:
    """Return what was varied, the prior at which it turns, where it is reached, odds ratios and weight of that prior."""
    rows = []
    asked = [(f"sceptical prior of {symbols.mu}", result.mu), (f"advocating prior of {symbols.mu}", result.advocate)]
    for label, point in [*asked, (f"prior of {symbols.tau}", result.tau)]:
        if point is not None:
            rows += [(label, *_turn(point, turn)) for turn in point.turns] or [(label, *_never(point))]
    closed = _closed(result)
    return [*rows, closed] if closed else rows


def _turn(point: TippingPoint, turn: Crossing) -> tuple[str, str, str, str]:
    where = "wider" if turn.holds == "above" else "narrower"
    if point.parameter == "tau":
        return f"half_normal({turn.scale:.3g})", where, words.NONE, words.NONE
    centre = point.centre + point.lean * turn.scale
    return _normal(centre, turn.scale), where, _range(centre, turn.scale), persons(turn.scale)


def _never(point: TippingPoint) -> tuple[str, str, str, str]:
    low, high = (f"{point.scales[i]:.3g}" for i in (0, -1))
    reached = bool(point.chances[0] >= point.conclusion.probability)
    return (
        f"none, {'SD' if point.parameter == 'mu' else 'scale'} {low} to {high}",
        "always" if reached else "never",
        words.NONE,
        words.NONE,
    )


def _closed(result: HowMuchPrior) -> tuple[str, str, str, str, str] | None:
    """Return the row of the closed form, its prior that of the pooled estimate's own mean."""
    found = result.credibility
    if found is None:
        return None
    centre = result.mu.centre
    if found.sceptical_sd is not None:
        sd, kind, where = found.sceptical_sd, "sceptical", "wider"
    else:
        assert found.advocacy_limit is not None
        centre, sd = centre + found.advocacy_limit / 2, abs(found.advocacy_limit) / (2 * result.conclusion.z)
        kind, where = "advocating", "narrower"
    return f"{kind} prior, pooled estimate alone", _normal(centre, sd), where, _range(centre, sd), persons(sd)


def _normal(centre: float, sd: float) -> str:
    return f"normal({0.0 if abs(centre) < 5e-13 else centre:.3g}, {sd:.3g})"


def _range(centre: float, sd: float) -> str:
    low, high = (math.exp(max(min(centre + sign * Z * sd, WIDEST_LOG), -WIDEST_LOG)) for sign in (-1, 1))
    return words.limits(low, high)


def persons(sd: float) -> str:
    """Return the weight of a normal prior of that SD in persons of two equal arms at a risk of one half."""
    value = 16 / sd**2
    return "< 1" if value < 0.95 else f"{value:,.0f}" if value >= 9.5 else f"{value:.1f}"


def closed_sentence(result: HowMuchPrior) -> str:
    """Return what the closed-form analysis of credibility says of the pooled estimate."""
    found = result.credibility
    if found is None:
        return f"There is no closed form beside it: {MISSING[result.missing]}."
    level = f"{100 * result.level:.4g}%"
    if found.sceptical_sd is not None:
        told = f"The pooled estimate alone excludes the line at {level}"
    else:
        told = f"The pooled estimate alone does not exclude the line at {level}"
    return f"{told}; {_intrinsic(found, level)}."


def _intrinsic(found: Credibility, level: str) -> str:
    credible = "intrinsically credible" if found.intrinsically_credible else "not intrinsically credible"
    return f"it is {credible} at {level} ({words.equals('P', words.p_value(found.intrinsic_p))} for intrinsic credibility)"


def power_rows(result: HowMuchPrior, symbols: Symbols) -> list[tuple[str, str, str, str, str, str]]:
    """Return per quantity the sensitivities to both priors, to each, and to the likelihood, and what they say."""
    labels = {"mu": symbols.mu, "tau": symbols.tau, "theta_new": "effect in a new study"}
    return [
        (labels.get(row.quantity, row.quantity), *_sensitivities(row), DIAGNOSES[row.diagnosis] + _through(row, symbols))
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
        words.NONE if value is None or not math.isfinite(value) else f"{value:.2f}"
        for value in (row.prior, row.prior_mu, row.prior_tau, row.likelihood)
    )
    return prior, mu, tau, likelihood


def sensitivity() -> str:
    """Return what a power-scaling sensitivity is."""
    return (
        "answers to: power-scaling sensitivity, how far the posterior moves as a part of the model is given more weight; "
        f"{THRESHOLD:g} or more counts (Kallioinen et al. 2024)"
    )


def fragility_sentence(result: HowMuchPrior) -> str:
    """Return how few events carry the conclusion."""
    found = result.fragility
    turned = f"{line(result)} is {'no longer' if result.holds else ''} reached".replace("is  ", "is ")
    if found.events is None:
        return f"No number of events moved in one arm of one trial turns it: {line(result)}."
    ways = len(found.moves)
    events = f"{words.small(found.events)} event{'' if found.events == 1 else 's'}"
    several = "in one way" if ways == 1 else f"in {words.small(ways)} ways"
    rest = "" if found.exhaustive else " Of numbers that large not all were tried."
    return f"{words.first_upper(turned)} after {events} moved in one arm of one trial, {several}, and with no fewer.{rest}"


def fragility_rows(result: HowMuchPrior) -> list[tuple[str, str, str, str]]:
    """Return the ways: the trial, its arm, the arm as it is and as it would be, the probability then; furthest first."""
    about = result.posterior.dataset.about
    studies = {study.name: study for study in result.posterior.dataset.studies}
    arms = {"treatment": about.treatment, "control": about.control}
    return [
        (move.study, arms[move.arm], _moved(studies[move.study], move), probability(move.chance))
        for move in result.fragility.moves
    ]


def _moved(study: Study, move: Move) -> str:
    r1, n1, r0, n0 = study.counts
    events, total = (r1, n1) if move.arm == "treatment" else (r0, n0)
    return f"{events}/{total} to {events + move.events}/{total}"


def definitions(result: HowMuchPrior, symbols: Symbols) -> list[str]:
    """Return what the rows of priors mean."""
    mu, tau, at = symbols.mu, symbols.tau, words.threshold(result.conclusion.odds_ratio)
    lines = [
        f"turns at: the prior under which P({event(result)}) is {result.conclusion.probability:g}, everything else as stated; "
        "reached if: a prior of that kind must be wider or narrower",
        f"sceptical priors of {mu}: normal around an odds ratio of {at}, as likely above as below",
    ]
    if result.advocate is not None:
        lines.append(
            f"advocating priors of {mu}: normal, each giving P({event(result)}) = {result.conclusion.probability:g} itself"
        )
    if result.tau is not None:
        lines.append(f"priors of {tau}: half-normal")
    return [
        *lines,
        "persons: weight of a prior in persons of two equal arms at a risk of one half, (4 / SD) squared",
        f"pooled estimate alone: analysis of credibility in closed form, {words.method(result.pooled)}, taken as normal",
    ]
