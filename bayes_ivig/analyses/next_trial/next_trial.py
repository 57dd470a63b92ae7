"""``next_trial``: how large a trial must be to settle an answer, and what it is expected to do to it."""

from dataclasses import dataclass
from typing import Unpack

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bayes_ivig.analyses.next_trial.asked import Asked, lines_of
from bayes_ivig.analyses.next_trial.plan import Plan, Plans
from bayes_ivig.analyses.next_trial.to_come import ToCome, to_come
from bayes_ivig.engines.next_trial.foreseen import Foreseen, foreseen
from bayes_ivig.engines.next_trial.outcomes import (
    Lines,
    averages,
    endless,
    statements,
    thresholds_of,
)
from bayes_ivig.engines.next_trial.several import several
from bayes_ivig.engines.next_trial.trials import estimates, imagined
from bayes_ivig.kinds.checked import checked
from bayes_ivig.results.next_trial.next_trial import AfterTrial, NextTrial
from bayes_ivig.results.posterior.posterior import Posterior

type Array = NDArray[np.float64]

NODES = 120  # quantiles of mu and of a new effect between which distribution functions are read
ENDS = 5e-5


@checked
def next_trial(posterior: Posterior, **plans: Unpack[Plans]) -> NextTrial:
    """Return what one trial more is expected to do to an answer, for each size.

    The trial's effect is drawn from the prediction of the posterior (theta_new) and its control risk from
    what the control arms of the trials say of a new one, then both arms' events; the posterior is updated by
    each table exactly, the trial's baseline integrated over the distribution that its control risk came from.
    Where a trial has at most 4,000 possible tables all of them are added up, weighted by their probability;
    else ``draws`` of them are drawn, with Monte Carlo standard errors. A last row is of a trial without end,
    which shows its own effect: the most that one trial can do. By keyword:

    - ``per_arm``: people randomised to each arm, one number or several (50 to 1000).
    - ``standard_errors``: instead of people, those of the estimate of the trial, for any measure.
    - ``trials``: into how many equal trials they are divided (1), or several such numbers: with heterogeneity
      several small trials tell more of mu than a large one (Roloff, Higgins & Sutton 2013, Stat Med 32:11).
    - ``control_risk``: what ``control_risk(dataset)`` returns (the default), or a risk taken as known.
    - ``allocation``: people under treatment for each under control (1); ``dropout``: share not seen (0).
    - ``quantity``: what is to be settled, ``"mu"`` or ``"theta_new"``, the effect in a setting of its own.
    - ``line``: the posterior probability from which benefit or harm counts as shown (0.975).
    - ``important``: smallest important effect, on the measure's scale; the dataset's own unless given.
    - ``level``, ``draws``, ``seed``.

    Raises ``ModelError`` for posteriors that the exact engine did not compute, for weights, and for people
    where the measure is not the odds ratio. (Assurance: O'Hagan, Stevens & Campbell 2005, Pharm Stat 4:187.)

    >>> import bayes_ivig as bi
    >>> post = bi.fit(bi.load_dataset("ivig", "live_birth"))
    >>> plan = bi.next_trial(post, per_arm=[50])
    >>> round(plan.sizes[0].value["reached"], 2), round(plan.endless.value["reached"], 2)
    (0.01, 0.04)
    """
    plan = Plan(**plans)  # type: ignore[arg-type]
    asked = _asked(posterior, plan)
    if plan.errors:
        rows = [asked.of_estimate(error) for error in plan.errors]
        ahead = asked.ahead(min(plan.errors))
    else:
        rows = [asked.of_people(people, number) for people in plan.sizes for number in plan.numbers]
        ahead = asked.ahead(asked.trials.smallest_error(max(plan.sizes)))
    last = endless(ahead, asked.lines, plan.quantity)
    settings = ("draws", "seed", "allocation", "dropout")
    return NextTrial(
        posterior=posterior,
        quantity=plan.quantity,
        line=plan.line,
        level=plan.level,
        important=posterior.measure.own(asked.lines.important),
        control=asked.trials.whence,
        before=_before(ahead, asked.lines, plan.quantity),
        sizes=tuple(rows),
        endless=AfterTrial(None, None, None, 1, True, last.value, last.error),
        settings=tuple((name, f"{getattr(plan, name):g}") for name in settings),
    )


@dataclass(frozen=True, eq=False)
class _Asked:
    """A posterior with a plan, ready to imagine trials of any size."""

    posterior: Posterior
    plan: Plan
    trials: ToCome
    lines: Lines
    thresholds: Array

    def ahead(self, error: float) -> Foreseen:
        """Return what is foreseen of a trial with this standard error at the least."""
        return foreseen(self.trials.answers, self.thresholds, error, after=self.plan.quantity != "mu")

    def of_estimate(self, error: float) -> AfterTrial:
        """Return what an estimate with a standard error is expected to do."""
        ahead = self.ahead(error)
        means = averages(ahead, estimates(ahead, error), self.lines, self.plan.quantity, 0)
        return AfterTrial(None, None, error, 1, True, means.value, means.error)

    def of_people(self, people: int, number: int) -> AfterTrial:
        """Return what so many people in each arm are expected to do, in a number of equal trials."""
        plan, trials, each = self.plan, self.trials, people // number
        control, size = trials.stated_control, trials.size(each)
        ahead = self.ahead(trials.smallest_error(each))
        rng = np.random.default_rng([plan.seed, people, number])
        arms = plan.treated(each), each, None
        if number == 1:
            found = imagined(ahead, size, control, plan.draws, rng)
            means = averages(ahead, found, self.lines, plan.quantity, plan.draws)
            return AfterTrial(*arms, 1, found.every, means.value, means.error)
        what = (size, number, control)
        means = several(trials.answers, ahead, what, self.lines, plan.quantity, (plan.draws, rng))
        return AfterTrial(*arms, number, False, means.value, means.error)


def _asked(posterior: Posterior, plan: Plan) -> _Asked:
    lines = lines_of(posterior, plan.ASKED, Asked(plan.important, plan.line, plan.level))
    trials = to_come(posterior, plan, risks=not plan.errors)
    return _Asked(posterior, plan, trials, lines, thresholds_of(_nodes(posterior, plan.quantity), lines))


def _nodes(posterior: Posterior, quantity: str) -> Array:
    """Return values between which the distribution function of mu, or of a new effect, is read."""
    p = special.ndtr(np.linspace(special.ndtri(ENDS), special.ndtri(1 - ENDS), NODES))
    return np.asarray(posterior[quantity].quantile(p))


def _before(ahead: Foreseen, lines: Lines, quantity: str) -> dict[str, float]:
    """Return the answer today."""
    today = statements(ahead, ahead.mass[None] / ahead.mass.sum(), lines, quantity)
    kept = ("benefit", "important", "width", "sd_mu", "sd_new")
    return {name: float(today[name][0]) for name in kept}
