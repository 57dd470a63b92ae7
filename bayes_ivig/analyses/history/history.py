"""``history``: the answer after each trial, what was foretold of the next one, and what that did."""

from dataclasses import dataclass
from typing import TypedDict, Unpack

import numpy as np
from scipy import special

from bayes_ivig.analyses.history.operating import operating, require_drawable
from bayes_ivig.analyses.next_trial.asked import Asked, answers_of, lines_of
from bayes_ivig.analyses.trials.one_by_one import require_few
from bayes_ivig.engines.fitting import fit
from bayes_ivig.engines.further.foretold import estimate_of, foretold
from bayes_ivig.engines.grid.answers import GridAnswers
from bayes_ivig.engines.next_trial.outcomes import Lines
from bayes_ivig.errors import DataError, ModelError
from bayes_ivig.inputs.characteristics.covariates import number_of
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.model.files import TwoArm, two_arm_of
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.ranges import Count, Level, Seed
from bayes_ivig.results.history.history import BENEFIT, HARM, NEITHER, Arrival, History, Look
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.results.posterior.series import arrivals
from bayes_ivig.results.thresholds import reaches

FIRST = "no trial before it"
SILENT = "says nothing under this likelihood"
MOST_SIMULATIONS = 10_000


class Options(TypedDict, total=False):
    """Options of ``history``, by keyword."""

    line: Level
    level: Level
    simulations: Count
    seed: Seed


@dataclass(frozen=True)
class Choices:
    """The options, checked when built; raises ``ModelError``."""

    line: float = 0.975
    level: float = 0.95
    simulations: int = 0
    seed: int = 1

    def __post_init__(self) -> None:
        """Refuse lines that two conclusions reach at once, and simulations that nobody waits for."""
        if not self.line > 0.5:
            raise ModelError(f"history: line: found {self.line!r}; it lies above 0.5, such as 0.975")
        if self.simulations > MOST_SIMULATIONS:
            raise ModelError(
                f"history: simulations: found {self.simulations:,}; at most {MOST_SIMULATIONS:,}, of which "
                "each is a whole history"
            )


@checked
def history(
    dataset: Dataset, model: TwoArm | None = None, *, by: str | None = "year", **options: Unpack[Options]
) -> History:
    """Return how an answer came about: after each trial, in the order of a column, the effect, tau,
    P(benefit) and the prediction; before each, what the trials until then foretold of it.

    Trials with the same value in ``by`` come in at one look; without a column (None) every trial has a look
    of its own, in the order of the table. Of every trial but the first the predictive distribution of its
    result says how surprising it was: the probability of a smaller effect, half of an equal one included, the
    effect drawn from the prediction (theta_new). Of counts that is of the events under treatment given both
    margins, noncentral hypergeometric; of an estimate, of its value. Over many trials of the model such
    probabilities are uniform (Dawid 1984, J R Stat Soc A 147:278), up to what the total of events tells of
    the effect under a likelihood that has a baseline. The interval foretold, and the chances of reaching the
    line, take the trial as an estimate with the standard error that it turned out to have. By keyword:

    - ``line``: the posterior probability from which a benefit counts as shown (0.975), a harm from that of
      the opposite. Posteriors do not pay for looking often, but how often a line is ever reached grows:
    - ``simulations``: how many histories with trials of these sizes are simulated and fitted, under the
      priors of the model and under no effect, for the probability that a line is reached at any look (0).
    - ``level`` of all limits, ``seed`` of what is simulated.

    Raises ``DataError`` for a column that is not there, ``ModelError`` for other kinds of models.

    >>> import bayes_ivig as bi
    >>> found = bi.history(bi.load_dataset("ivig", "live_birth"))
    >>> [(look.at, look.k, round(look.benefit, 2)) for look in found.looks][:4]
    [('2000', 2, 1.0), ('2001', 4, 0.99), ('2003', 5, 0.91), ('2004', 6, 0.89)]
    """
    choices = Choices(**options)
    require_few(dataset)
    stated = two_arm_of(model)
    if not isinstance(stated, Model):
        raise ModelError(
            f"history: not for a model of the family {stated.KIND}; give one of two arms, such as Model()"
        )
    if choices.simulations:
        require_drawable(stated)
    steps = looks_of(dataset, by)
    whole = fit(dataset, stated)
    answers_of(whole, "history", people=False)
    lines = lines_of(whole, "history", Asked(None, choices.line, choices.level))
    looks: list[Look] = []
    before: Posterior | None = None
    seen: tuple[str, ...] = ()
    for at, names in steps:
        seen = (*seen, *names)
        after, why = _posterior(whole, seen)
        arrived = tuple(_arrival(before, whole, name, lines) for name in names)
        looks.append(_look((at, arrived), after, lines, why))
        before = after
    simulated = choices.simulations, choices.seed
    return History(
        posterior=whole,
        by=by or "",
        line=choices.line,
        level=choices.level,
        looks=tuple(looks),
        operating=operating(whole, steps, lines, simulated) if choices.simulations else (),
        settings=(("simulations", str(choices.simulations)), ("seed", str(choices.seed))),
    )


def looks_of(dataset: Dataset, by: str | None) -> list[tuple[str, tuple[str, ...]]]:
    """Return the trials that come in at each look, by the value that they have in common, or their name."""
    names = arrivals(dataset, by, None)
    if by is None:
        return [(name, (name,)) for name in names]
    values = dict(zip(dataset.study_names, dict(dataset.columns)[by], strict=True))
    looks: list[tuple[str, tuple[str, ...]]] = []
    for name in names:
        value = values[name].strip()
        if looks and _alike(looks[-1][0], value):
            looks[-1] = (looks[-1][0], (*looks[-1][1], name))
        else:
            looks.append((value, (name,)))
    return looks


def _alike(one: str, other: str) -> bool:
    numbers = number_of(one), number_of(other)
    return one == other or (None not in numbers and numbers[0] == numbers[1])


def _posterior(whole: Posterior, names: tuple[str, ...]) -> tuple[Posterior | None, str]:
    """Return the posterior of some trials, or None and why there is none."""
    try:
        return whole.trials(names), ""
    except (DataError, ModelError) as error:
        return None, str(error)


def _look(which: tuple[str, tuple[Arrival, ...]], after: Posterior | None, lines: Lines, why: str) -> Look:
    at, arrived = which
    if after is None:
        return Look(at, arrived, 0, None, None, None, None, "", why)
    tail = (1 - lines.level) / 2
    own = after.measure.own_values
    lower, median, upper = own(np.asarray(after["mu"].quantile([tail, 0.5, 1 - tail]))).tolist()
    low, high = own(np.asarray(after["theta_new"].quantile([tail, 1 - tail]))).tolist()
    benefit = float(after["mu"].prob_above(0.0) if lines.above else after["mu"].prob_below(0.0))
    conclusion = next(
        (name for name, p in ((BENEFIT, benefit), (HARM, 1 - benefit)) if reaches(p, lines.line)), NEITHER
    )
    tau = float(after["tau"].quantile(0.5))
    return Look(at, arrived, after.k, (lower, median, upper), tau, benefit, (low, high), conclusion)


def _arrival(before: Posterior | None, whole: Posterior, name: str, lines: Lines) -> Arrival:
    """Return one trial beside what the posterior before it foretold."""
    if name not in whole.studies:
        return Arrival(name, None, None, None, None, None, SILENT)
    if before is None:
        y, error = estimate_of(whole, name)
        return Arrival(name, None, None, None, _own(whole, y, error, lines), None, FIRST)
    assert isinstance(before.answers, GridAnswers)
    found = foretold(before.answers, whole, name, lines)
    lower, median, upper = whole.measure.own_values(np.array(found.limits)).tolist()
    observed = _own(whole, found.estimate, found.error, lines)
    return Arrival(name, (lower, median, upper), found.reached, found.harm, observed, found.below, found.note)


def _own(whole: Posterior, y: float, error: float, lines: Lines) -> tuple[float, float, float]:
    """Return a trial's own estimate between its Wald limits, on the measure's own scale."""
    reach = float(special.ndtri((1 + lines.level) / 2)) * error
    lower, middle, upper = whole.measure.own_values(np.array([y - reach, y, y + reach])).tolist()
    return lower, middle, upper
