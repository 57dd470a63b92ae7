"""``value_of_information``: what it is worth to know more before one treats, and which size of trial pays."""

import math
from dataclasses import dataclass
from typing import ClassVar, Literal, Unpack

import numpy as np

from bayes_ivig.analyses.next_trial.plan import Planned, Sizes
from bayes_ivig.analyses.next_trial.to_come import ToCome, to_come
from bayes_ivig.engines.next_trial.foreseen import Foreseen, foreseen
from bayes_ivig.engines.next_trial.worth import Stake, risk_gain
from bayes_ivig.errors import ModelError
from bayes_ivig.kinds.checked import checked
from bayes_ivig.measures import OR
from bayes_ivig.results.next_trial.value import TrialValue, ValueOfInformation
from bayes_ivig.results.posterior.posterior import Posterior

LONGEST = 1_000  # years
LARGEST_AMOUNT = 10**15  # of a cost, of people, and of what an event is worth
SETTINGS = (
    "cost", "worth", "population", "horizon", "discount", "cost_per_person", "fixed_cost", "allocation",
    "dropout", "draws", "seed",
)  # fmt: skip
PER_SPREAD = 0.25  # least standard error that trials are foreseen for, in half widths of the prediction


class Stakes(Sizes, total=False):
    """Options of ``value_of_information``, by keyword."""

    event: Literal["good", "bad"] | None
    cost: float
    worth: float
    population: float | None
    horizon: float
    discount: float
    cost_per_person: float
    fixed_cost: float


@dataclass(frozen=True)
class AtStake(Planned):
    """A trial to come with what hangs on it, checked when built; raises ``ModelError``."""

    ASKED: ClassVar[str] = "value_of_information"
    event: Literal["good", "bad"] | None = None
    cost: float = 0.0
    worth: float = 1.0
    population: float | None = None
    horizon: float = 1.0
    discount: float = 0.0
    cost_per_person: float = 0.0
    fixed_cost: float = 0.0
    draws: int = 1_000

    def _problems(self) -> dict[str, bool]:
        costs = {"cost_per_person": self.cost_per_person, "fixed_cost": self.fixed_cost}
        people, dear = self.population, any(costs.values())
        amounts = costs | {"cost": self.cost, "worth": self.worth, "population": people or 0.0}
        return super()._problems() | {
            **{
                f"{name}: found {value!r}; give a number below {LARGEST_AMOUNT:,}": abs(value)
                >= LARGEST_AMOUNT
                for name, value in amounts.items()
            },
            **{f"{name}: found {value!r}; give 0 or more": value < 0 for name, value in costs.items()},
            f"worth: found {self.worth!r}; what one event is worth lies above 0": self.worth <= 0,
            f"population: found {people!r}; people a year lie above 0": people is not None and people <= 0,
            f"horizon: found {self.horizon!r}; years lie above 0, up to {LONGEST:,}": (
                not 0 < self.horizon <= LONGEST
            ),
            f"discount: found {self.discount!r}; a yearly rate lies from 0 to below 1, such as 0.035": (
                not 0 <= self.discount < 1
            ),
            "population: found none; what a trial costs is set against what it is worth to all: give the "
            "people affected a year, such as 1000": dear and people is None,
            "cost_per_person: not with standard_errors, which do not say how many people there are; give "
            "fixed_cost": bool(self.errors) and self.cost_per_person > 0,
        }

    @property
    def people(self) -> float | None:
        """Those affected within the horizon, of each year discounted to today as if at its end."""
        if self.population is None:
            return None
        whole = math.floor(self.horizon)
        years = sum((1 + self.discount) ** -year for year in range(1, whole + 1))
        years += (self.horizon - whole) * (1 + self.discount) ** -(whole + 1)
        return self.population * years

    def costs(self, people: int) -> float:
        """Return what a trial of so many people costs."""
        return self.fixed_cost + self.cost_per_person * people


@checked
def value_of_information(posterior: Posterior, **stakes: Unpack[Stakes]) -> ValueOfInformation:
    """Return what it is worth to know more before one of two decisions: to treat, or not to treat.

    Treating one person has the net benefit worth x (p1 - p0) - cost, or worth x (p0 - p1) - cost where the
    event is bad, with p0 the control risk and p1 = expit(logit p0 + effect). Today's decision is the one that
    is better on average; the value of learning is how much better on average the decision taken after it is.
    Perfect information (EVPI, and EVPPI of one thing alone) is summed over the posterior's grid. A trial
    (EVSI) is imagined as ``next_trial`` does: all tables that it may find, or ``draws`` of them with a
    Monte Carlo standard error; it tells of effects alone, not of the population's control risk. By keyword:

    - ``per_arm``, ``standard_errors``, ``allocation``, ``dropout``, ``draws`` (1000), ``seed``: as
      ``next_trial``.
    - ``control_risk``: what ``control_risk(dataset)`` returns (the default), or a risk taken as known.
    - ``quantity``: the effect that people treated have: ``"mu"``, or ``"theta_new"`` of a setting of its own.
    - ``event``: ``"good"`` or ``"bad"``; the dataset's own unless given.
    - ``cost``: what treating one person costs (0), a harm weighed against the event included.
    - ``worth``: what one event is worth in the unit of all costs (1: the unit is the event).
    - ``population``, ``horizon``, ``discount``: people affected a year, for how many years (1), the yearly
      rate of discount (0), of each year as if at its end.
    - ``cost_per_person``, ``fixed_cost``: what a trial costs for each participant, and besides (0).

    The expected net benefit of sampling (ENBS) is the value for all people less what the trial costs. Raises
    ``ModelError`` as ``next_trial`` does, where the measure is not the odds ratio, where it is not known
    whether an event is good or bad, and for costs and people that are none. (Raiffa & Schlaifer 1961, Applied
    Statistical Decision Theory; Claxton 1999, J Health Econ 18:341.)

    >>> import bayes_ivig as bi
    >>> post = bi.fit(bi.load_dataset("ivig", "live_birth"))
    >>> value = bi.planning.value_of_information(post, per_arm=[50], population=1000, fixed_cost=1)
    >>> value.sizes[0].evsi < value.endless.evsi < value.evppi["mu"] <= value.evpi
    True
    """
    plan = AtStake(**stakes)  # type: ignore[arg-type]
    if posterior.measure != OR:
        raise ModelError(
            f"value_of_information: risks follow from an odds ratio; found the {posterior.measure.name}; "
            "fit the odds ratio"
        )
    trials, event = to_come(posterior, plan, risks=True), _event(posterior, plan)
    sign = plan.worth if event == "good" else -plan.worth
    stake = Stake(trials.answers, risk_gain(trials.stated_control, sign, plan.cost), plan.quantity)
    ahead = _ahead(trials, plan, stake)
    rows = [_of_estimate(ahead, plan, stake, error) for error in plan.errors]
    rows = rows or [_of_people(ahead, trials, stake, people) for people in plan.sizes]
    return ValueOfInformation(
        posterior=posterior,
        quantity=plan.quantity,
        event=event,
        control=trials.whence,
        today=stake.today,
        perfect=stake.perfect(),
        sizes=tuple(rows),
        endless=_trial((None, None, None), (stake.endless(ahead), 0.0, True), plan, None),
        people=plan.people,
        settings=tuple((name, getattr(plan, name)) for name in SETTINGS),
    )


def _event(posterior: Posterior, plan: AtStake) -> Literal["good", "bad"]:
    """Return whether an event is good or bad; raises ``ModelError`` where nobody says so."""
    event = plan.event or posterior.dataset.about.event
    if event is None:
        raise ModelError(
            "value_of_information: it is not stated whether an event is good or bad; give event='good' or "
            "event='bad', or state it beside the table"
        )
    return event


def _ahead(trials: ToCome, plan: AtStake, stake: Stake) -> Foreseen:
    """Return what is foreseen of trials of every size that is asked, as finely as the most precise asks."""
    least = min(plan.errors) if plan.errors else trials.smallest_error(max(plan.sizes))
    low, high = trials.posterior["theta_new"].interval(0.68)
    return foreseen(trials.answers, np.empty(0), min(least, PER_SPREAD * (high - low) / 2), stake.worth)


def _of_estimate(ahead: Foreseen, plan: AtStake, stake: Stake, error: float) -> TrialValue:
    """Return what an estimate with a standard error is worth."""
    value = stake.of_estimate(ahead, error)
    return _trial((None, None, error), (value, 0.0, True), plan, plan.costs(0))


def _of_people(ahead: Foreseen, trials: ToCome, stake: Stake, people: int) -> TrialValue:
    """Return what so many people in each arm are worth."""
    plan = trials.plan
    assert isinstance(plan, AtStake)
    rng, treated = np.random.default_rng([plan.seed, people, 1]), plan.treated(people)
    value = stake.of_people(ahead, trials.size(people), trials.stated_control, plan.draws, rng)
    return _trial((treated, people, None), value, plan, plan.costs(treated + people))


def _trial(
    size: tuple[int | None, int | None, float | None],
    value: tuple[float, float, bool],
    plan: AtStake,
    cost: float | None,
) -> TrialValue:
    """Return the value of a trial beside its cost: for one person, and for all of them where these are
    known.
    """
    evsi, error, every = value
    all_of_them = None if plan.people is None else plan.people * evsi
    net = None if all_of_them is None or cost is None else all_of_them - cost
    return TrialValue(*size, every, evsi, error, all_of_them, None if net is None else cost, net)
