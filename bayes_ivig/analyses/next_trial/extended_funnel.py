"""``extended_funnel``: what every result that a new trial may have would make of an answer."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, TypedDict, Unpack

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.analyses.next_trial.asked import Asked, answers_of, control_of, lines_of
from bayes_ivig.engines.next_trial.foreseen import foreseen
from bayes_ivig.engines.next_trial.outcomes import Lines, benefit_after
from bayes_ivig.engines.next_trial.trials import Size, curves
from bayes_ivig.errors import ModelError
from bayes_ivig.frequentist.rules import Rules
from bayes_ivig.frequentist.tables import prepare
from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.ranges import Level, Listed
from bayes_ivig.results.next_trial.extended_funnel import ExtendedFunnel, TrialResult
from bayes_ivig.results.posterior.control_risk import Baseline, ControlRisk
from bayes_ivig.results.posterior.posterior import Posterior

type Array = NDArray[np.float64]
type Pair = Annotated[tuple[float, float], "two numbers such as (1.5, 0.3)"]

CALLER = "extended_funnel"
ACROSS, DOWN = 161, 40  # estimates and standard errors of the picture
FURTHER = 1.1  # times the largest standard error of a trial
WIDE = 0.999  # prediction interval that the picture holds at the least
LARGEST = 150  # people in an arm whose every table is looked at
ALONE = 0.5  # largest standard error where no trial has an estimate


class Choices(TypedDict, total=False):
    """Options of ``extended_funnel``, by keyword."""

    standard_errors: Listed[float] | None
    per_arm: int | None
    allocation: float
    results: Sequence[Pair]
    control_risk: Baseline | None
    quantity: Literal["mu", "theta_new"]
    line: Level


@dataclass(frozen=True)
class Chosen:
    """What was chosen, checked when built; raises ``ModelError``."""

    standard_errors: Sequence[float] | None = None
    per_arm: int | None = None
    allocation: float = 1.0
    results: Sequence[tuple[float, float]] = ()
    control_risk: ControlRisk | float | None = None
    quantity: Literal["mu", "theta_new"] = "mu"
    line: float = 0.975

    def __post_init__(self) -> None:
        """Refuse what no trial has."""
        errors, people = self.standard_errors, self.per_arm
        problems = {
            "give standard_errors or per_arm, not both": errors is not None and people is not None,
            f"standard_errors: found {errors!r}; give two or more above 0, such as [0.1, 0.3, 0.6]": (
                errors is not None and (len(set(errors)) < 2 or not all(0 < s < math.inf for s in errors))
            ),
            f"per_arm: found {people!r}; every pair of counts is looked at, of 1 to {LARGEST} people": (
                people is not None and not 1 <= people <= LARGEST
            ),
            f"allocation: found {self.allocation!r}; people under treatment for each control, 0.1 to 10": (
                not 0.1 <= self.allocation <= 10
            ),
            f"line: found {self.line!r}; it lies above 0.5": not self.line > 0.5,
        }
        for problem, holds in problems.items():
            if holds:
                raise ModelError(f"{CALLER}: {problem}")

    @property
    def arms(self) -> tuple[int, int] | None:
        """People under treatment and control, where trials are known by their events."""
        if self.per_arm is None:
            return None
        return max(1, min(LARGEST, round(self.per_arm * self.allocation))), self.per_arm


@checked
def extended_funnel(posterior: Posterior, **choices: Unpack[Choices]) -> ExtendedFunnel:
    """Return what every result that a new trial may have would make of the answer, to be drawn as a funnel.

    For every estimate and standard error of one trial more, or with ``per_arm`` for every pair of event
    counts of a trial of that size, the posterior is updated exactly: the Bayesian form of the extended funnel
    plot (Langan, Higgins, Gregory & Sutton 2012, J Clin Epidemiol 65:511), which shows where a new trial
    would have to lie to turn a conclusion. By keyword:

    - ``standard_errors``: those of the picture's rows, log scale for ratios; else up to those of the trials.
    - ``per_arm``: people in the control arm (at most 150); ``allocation``: under treatment for each of them.
    - ``results``: new results to lay on the picture: (estimate on the measure's scale, standard error), or
      (events under treatment, events under control).
    - ``control_risk``, ``quantity``, ``line``: as for ``next_trial``.

    Raises ``ModelError`` as ``next_trial`` does, and for results that no such trial has.

    >>> import bayes_ivig as bi
    >>> post = bi.fit(bi.load_dataset("my.csv"))
    >>> funnel = bi.planning.extended_funnel(post, results=[(3.0, 0.2)])
    >>> round(funnel.today, 3), round(funnel.results[0].prob_benefit, 3)
    (0.005, 0.116)
    """
    chosen = Chosen(**choices)  # type: ignore[arg-type]
    return _of_estimates(posterior, chosen) if chosen.arms is None else _of_events(posterior, chosen)


def _of_estimates(posterior: Posterior, chosen: Chosen) -> ExtendedFunnel:
    answers = answers_of(posterior, CALLER, people=False)
    lines = lines_of(posterior, CALLER, Asked(None, chosen.line, 0.95))
    trials, laid = _trials(posterior), [_estimate(posterior, pair) for pair in chosen.results]
    errors = _errors(chosen, trials)
    least, after = min([errors[0], *(s for _, s in laid)]), chosen.quantity != "mu"
    ahead = foreseen(answers, _thresholds(lines), least, after=after)

    def updated(x: Array, error: Array) -> Array:
        logs = -0.5 * ((x[:, None] - ahead.theta) / error[:, None]) ** 2
        return benefit_after(ahead, logs, lines, chosen.quantity)

    low, high = posterior["theta_new"].interval(WIDE)
    reach = [each.x for each in trials] + [x for x, _ in laid]
    x = np.linspace(min([low, *reach]), max([high, *reach]), ACROSS)
    prob = np.stack([updated(x, np.full(ACROSS, error)) for error in errors])
    today = updated(np.zeros(1), np.full(1, math.inf))
    results = _results(laid, updated)
    picture = (x, errors, prob)
    return ExtendedFunnel(
        posterior, chosen.quantity, chosen.line, None, "", *picture, float(today[0]), trials, results
    )


def _of_events(posterior: Posterior, chosen: Chosen) -> ExtendedFunnel:
    answers = answers_of(posterior, CALLER, people=True)
    lines = lines_of(posterior, CALLER, Asked(None, chosen.line, 0.95))
    control, whence = control_of(posterior, CALLER, chosen.control_risk)
    arms = chosen.arms
    assert arms is not None
    size = Size(*arms)
    laid = [_counts(pair, size) for pair in chosen.results]
    after = chosen.quantity != "mu"
    ahead = foreseen(answers, _thresholds(lines), 2 / math.sqrt(min(arms)), after=after)

    def updated(x: Array, y: Array) -> Array:
        return benefit_after(ahead, curves(ahead, (x, y), size, control), lines, chosen.quantity)

    x, y = np.arange(arms[0] + 1.0), np.arange(arms[1] + 1.0)
    prob = np.stack([updated(x, np.full(x.size, events)) for events in y])
    today = benefit_after(ahead, np.zeros((1, ahead.theta.size)), lines, chosen.quantity)
    results = _results(laid, updated)
    return ExtendedFunnel(
        posterior, chosen.quantity, chosen.line, arms, whence, x, y, prob, float(today[0]), (), results
    )


def _results(
    laid: list[tuple[float, float]], updated: Callable[[Array, Array], Array]
) -> tuple[TrialResult, ...]:
    if not laid:
        return ()
    x, y = np.array(laid).T
    chances = updated(x, y).tolist()
    return tuple(
        TrialResult(f"new result {i}" if len(laid) > 1 else "new result", *pair, chance)
        for i, (pair, chance) in enumerate(zip(laid, chances, strict=True), 1)
    )


def _thresholds(lines: Lines) -> Array:
    return np.unique([lines.zero, lines.important])


def _trials(posterior: Posterior) -> tuple[TrialResult, ...]:
    """Return the estimates of the trials, 0.5 added to the cells of those with an empty one."""
    tables = prepare(posterior.dataset, posterior.measure.code, Rules.metafor())
    return tuple(
        TrialResult(name, y, math.sqrt(v), None)
        for name, y, v in zip(tables.names, tables.y.tolist(), tables.v.tolist(), strict=True)
        if math.isfinite(v)
    )


def _errors(chosen: Chosen, trials: tuple[TrialResult, ...]) -> Array:
    """Return the standard errors of the rows, rising."""
    if chosen.standard_errors is not None:
        return np.unique(np.asarray(chosen.standard_errors, dtype=np.float64))
    largest = FURTHER * max((each.y for each in trials), default=ALONE)
    return np.linspace(largest / DOWN, largest, DOWN)


def _estimate(posterior: Posterior, pair: tuple[float, float]) -> tuple[float, float]:
    """Return a new result on the scale of the model."""
    estimate, error = pair
    if not posterior.measure.holds(estimate) or not 0 < error < math.inf:
        raise ModelError(
            f"{CALLER}: results: found {pair!r}; give (estimate, standard error), the estimate as "
            f"{posterior.measure.one} and the standard error above 0, such as (1.5, 0.3)"
        )
    return posterior.measure.modelled(estimate), error


def _counts(pair: tuple[float, float], size: Size) -> tuple[float, float]:
    """Return a new result as events in both arms."""
    for events, people in zip(pair, size, strict=True):
        if not (0 <= events <= people and float(events).is_integer()):
            raise ModelError(
                f"{CALLER}: results: found {pair!r}; give (events under treatment, events under control), "
                f"whole numbers up to {size.treatment} and {size.control}"
            )
    return float(pair[0]), float(pair[1])
