"""A model in which trials are published more or less readily by their p-value: stated, never fitted."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from bayes_ivig.errors import ModelError, quoted, report_all
from bayes_ivig.inputs.estimates.measured import coded_measure
from bayes_ivig.inputs.model.direction import DIRECTIONS, SIGNS
from bayes_ivig.inputs.model.stated_model import (
    Notes,
    Role,
    StatedPrior,
    closed,
    rationale,
    state,
    unless_stated,
)
from bayes_ivig.inputs.model.two_arm import REFERENCE, Model
from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.one_line import short_repr
from bayes_ivig.likelihoods.registry import DEFAULT, GIVEN_EVENTS, NAMES, OF_ESTIMATES
from bayes_ivig.measures import OR

type Weights = str | tuple[float, ...]
if TYPE_CHECKING:
    from bayes_ivig.inputs.model.stated_model import Field

    type StatedSteps = Field[Sequence[float] | float, tuple[float, ...]]
    type StatedWeights = Field[str | float | Sequence[float], Weights]
else:
    type StatedSteps = tuple[float, ...]
    type StatedWeights = Weights

UNIFORM, CUMULATIVE = "uniform", "cumulative_dirichlet(1)"
SIDES = ("one", "two")
TESTS = ("wald", "score", "fisher")
HELD = tuple(name for name in NAMES if name != DEFAULT)  # likelihoods that say how probable an interval is
LARGEST_WEIGHT = 1e6
BINOMIAL = (
    "likelihood: found 'binomial'; the probability of an interval of the p-value would need the distribution "
    "of each trial's events in all, which a binomial likelihood leaves to its baseline prior. Use "
    "'hypergeometric', which is given them and exact, or 'normal'"
)


@checked_methods
@dataclass(frozen=True)
class Selection:
    """Publication that depends on the p-value: a trial whose p-value lies in interval j of a few was
    published with weight omega_j, relative to the most significant ones, whose weight is 1.

    ``steps`` are the cuts between the intervals; a p-value at a cut belongs to the more significant one.
    ``side`` says whether p-values are ``"one"``-sided, in favour of ``direction`` (``"above"`` no effect or
    ``"below"`` it; blank is towards benefit, as the description of the data says), or ``"two"``-sided.
    ``weights`` are ``"uniform"`` on (0, 1), each on its own, ``"cumulative_dirichlet(1)"``, which never rise
    with the p-value (Bartos et al. 2023, Res Synth Methods 14:99), or fixed: a number above 0 for each later
    interval. ``test`` is that of the p-value: ``"wald"``, of the log odds ratio, 0.5 added to every cell of a
    table with a zero cell; ``"score"``, Pearson's without correction; ``"fisher"``, the exact one. Under the
    hypergeometric likelihood the probability of an interval is that of all tables with the trial's margins
    whose p-value lies in it; under the normal one it is that of a normal estimate (Vevea & Hedges 1995,
    Psychometrika 60:419). Selection acts on trials as they are drawn, their own effects included. The other
    fields are those of ``Model``. Raises ``ModelError``.

    >>> import bayes_ivig as bi
    >>> model = bi.models.Selection(steps=(0.025, 0.5), direction="above")
    >>> model.intervals, model.weights
    (3, 'uniform')
    """

    steps: StatedSteps = unless_stated(lambda: (0.025,))
    side: str = "one"
    direction: str = ""
    weights: StatedWeights = unless_stated(lambda: UNIFORM)
    test: str = "wald"
    likelihood: str = GIVEN_EVENTS
    effects: str = "random"
    mu: StatedPrior = unless_stated(lambda: REFERENCE["mu"])
    tau: StatedPrior = unless_stated(lambda: REFERENCE["tau"])
    name: str = ""
    title: str = ""
    notes: Notes = ()
    measure: str = ""

    __repr__ = short_repr

    KIND: ClassVar[str] = "selection"
    PRIORS: ClassVar[Mapping[str, Role]] = {"mu": "effect", "tau": "spread"}
    SETTINGS: ClassVar[tuple[str, ...]] = (
        "steps", "side", "direction", "weights", "test", "likelihood", "effects", "measure",
    )  # fmt: skip
    CHOICES: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "side": SIDES, "direction": DIRECTIONS, "test": TESTS,
    }  # fmt: skip
    REQUIRED: ClassVar[tuple[str, ...]] = ("steps", "side", "weights", "likelihood")

    def __post_init__(self) -> None:
        steps, wrong_steps = _steps(self.steps)
        object.__setattr__(self, "steps", steps)
        weights, wrong_weights = _weights(self.weights, len(steps))
        object.__setattr__(self, "weights", weights)
        problems = [wrong_steps, wrong_weights, _unfit_likelihood(self.likelihood)]
        texts = isinstance(self.side, str) and isinstance(self.direction, str)
        if texts and self.side == "two" and self.direction in SIGNS:
            problems.append('direction: two-sided p-values have none; leave it out, or state side="one"')
        try:
            settled = self._plain(GIVEN_EVENTS if problems[2] else self.likelihood)
        except ModelError as error:
            problems += [closed(key, getattr(self, key), allowed) for key, allowed in self.CHOICES.items()]
            report_all([problem for problem in (*problems, *str(error).splitlines()) if problem], ModelError)
            raise
        for field in ("measure", "mu", "tau"):
            object.__setattr__(self, field, getattr(settled, field))
        state(self, *problems)
        object.__setattr__(self, "likelihood", settled.likelihood)

    def _plain(self, likelihood: str) -> Model:
        """Return the model without selection, which on another measure than the odds ratio is normal."""
        stated = self.measure if isinstance(self.measure, str) and self.measure else OR.code
        if likelihood == GIVEN_EVENTS and coded_measure(stated)[0] != OR.code:
            likelihood = OF_ESTIMATES
        return Model(likelihood, effects=self.effects, mu=self.mu, tau=self.tau, measure=self.measure)

    @property
    def two_arm(self) -> Model:
        """The model that this one becomes where every trial is published."""
        return self._plain(self.likelihood)

    @property
    def intervals(self) -> int:
        """How many intervals of the p-value there are."""
        return len(self.steps) + 1

    @property
    def fixed(self) -> tuple[float, ...] | None:
        """The weights of all intervals, 1 before the stated ones; None where they have a prior."""
        return None if isinstance(self.weights, str) else (1.0, *self.weights)

    def rationale(self, parameter: str) -> tuple[str, str]:
        """Return why this prior was chosen and who says so, as the model file states them."""
        return rationale(self, parameter)


def _unfit_likelihood(stated: object) -> str:
    return BINOMIAL if isinstance(stated, str) and stated == DEFAULT else closed("likelihood", stated, HELD)


def _steps(stated: object) -> tuple[tuple[float, ...], str]:
    """Return the cuts as a tuple, and what is wrong with them."""
    cuts = _floats(stated)
    if cuts is None or not cuts:
        return (0.025,), f"steps: found {quoted(stated)}; give p-values between 0 and 1, such as (0.025, 0.5)"
    rising = all(low < high for low, high in zip((0.0, *cuts), (*cuts, 1.0), strict=True))
    if not rising:
        return (0.025,), f"steps: found {quoted(stated)}; cuts of a p-value rise, each between 0 and 1"
    return cuts, ""


def _weights(stated: object, steps: int) -> tuple[Weights, str]:
    """Return the weights as their name or as a tuple, and what is wrong with them."""
    if isinstance(stated, str):
        text = "".join(stated.split())
        allowed = (
            f'weights: found {quoted(stated)}; allowed are "{UNIFORM}", "{CUMULATIVE}" and fixed numbers'
        )
        return text, "" if text in (UNIFORM, CUMULATIVE) else allowed
    fixed = _floats(stated)
    if fixed is None or len(fixed) != steps or not all(0 < w <= LARGEST_WEIGHT for w in fixed):
        later = "one number" if steps == 1 else f"{steps} numbers"
        return UNIFORM, (
            f"weights: found {quoted(stated)}; with {steps} cut{'s' * (steps > 1)} give {later} above 0, the "
            "weight of each interval after the most significant one, whose weight is 1"
        )
    return fixed, ""


def _floats(stated: object) -> tuple[float, ...] | None:
    """Return one number or several as floats, None for anything else."""
    several: Any = stated if isinstance(stated, Sequence) and not isinstance(stated, str) else (stated,)
    try:
        numbers = tuple(float(value) for value in several if not isinstance(value, bool | str))
    except (TypeError, ValueError):
        return None
    return numbers if len(numbers) == len(several) and all(map(math.isfinite, numbers)) else None
