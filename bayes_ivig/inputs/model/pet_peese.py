"""Models in which small trials show other effects than large ones: stated, never fitted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from bayes_ivig.inputs.model.direction import DIRECTIONS
from bayes_ivig.inputs.model.stated_model import Notes, Role, StatedPrior, rationale, state, unless_stated
from bayes_ivig.inputs.model.two_arm import BASELINES, REFERENCE, Model, unfit_effects
from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.one_line import short_repr
from bayes_ivig.likelihoods.registry import DEFAULT, NAMES
from bayes_ivig.priors.families import HalfCauchy, Normal
from bayes_ivig.priors.parsing import PriorLike

if TYPE_CHECKING:
    from bayes_ivig.inputs.model.stated_model import Field
    from bayes_ivig.priors.composite import Prior

    type StatedSlope = Field[PriorLike | None, Prior]
else:
    type StatedSlope = PriorLike | None

SLOPES = {"pet": HalfCauchy(1), "peese": HalfCauchy(5)}
FORMS = tuple(SLOPES)


@checked_methods
@dataclass(frozen=True)
class PetPeese:
    """Effects that move with the size of the trial: theta_i = mu + d slope x_i + tau z_i, z_i ~ Normal(0, 1).

    ``form`` says what x_i is: ``"pet"``, the standard error of the trial's estimate, or ``"peese"``, its
    square (Stanley & Doucouliagos 2014, Res Synth Methods 5:60); 0.5 is added to every cell of a table with a
    zero cell. mu is thus the limit of a trial without end. ``slope`` is a positive number, and d its
    direction: 1 where effects above no effect are favoured, -1 where those below are, as ``direction`` says
    (``"above"`` or ``"below"``; blank is towards benefit, as the description of the data says). Where no
    prior of the slope is stated it is half_cauchy(1) for PET and half_cauchy(5) for PEESE (Bartos et al.
    2023, Res Synth Methods 14:99). With few trials mu rests on that prior, and small trials may differ for
    other reasons than publication. The other fields are those of ``Model``. Raises ``ModelError``.

    >>> import bayes_ivig as bi
    >>> model = bi.models.PetPeese("peese", direction="above")
    >>> str(model.slope)
    'half_cauchy(5)'
    """

    form: str = "pet"
    direction: str = ""
    slope: StatedSlope = unless_stated(lambda: None)
    likelihood: str = DEFAULT
    effects: str = "random"
    mu: StatedPrior = unless_stated(lambda: REFERENCE["mu"])
    tau: StatedPrior = unless_stated(lambda: REFERENCE["tau"])
    alpha: StatedPrior = unless_stated(lambda: Normal(0, 10))
    baseline: str = "midpoint"
    name: str = ""
    title: str = ""
    notes: Notes = ()
    measure: str = ""

    __repr__ = short_repr

    KIND: ClassVar[str] = "pet_peese"
    PRIORS: ClassVar[Mapping[str, Role]] = {
        "mu": "effect", "tau": "spread", "alpha": "baseline", "slope": "spread",
    }  # fmt: skip
    SETTINGS: ClassVar[tuple[str, ...]] = (
        "form", "direction", "likelihood", "effects", "baseline", "measure",
    )  # fmt: skip
    CHOICES: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "form": FORMS, "direction": DIRECTIONS, "likelihood": NAMES, "baseline": BASELINES,
    }  # fmt: skip
    REQUIRED: ClassVar[tuple[str, ...]] = ("form",)

    def __post_init__(self) -> None:
        if self.slope is None:
            object.__setattr__(self, "slope", SLOPES.get(str(self.form), SLOPES["pet"]))
        state(self, unfit_effects(self.effects))
        settled = self.two_arm
        for field in ("measure", "mu", "tau", "likelihood"):
            object.__setattr__(self, field, getattr(settled, field))

    @property
    def two_arm(self) -> Model:
        """The model that this one becomes where size does not matter."""
        return Model(
            self.likelihood,
            effects=self.effects,
            mu=self.mu,
            tau=self.tau,
            alpha=self.alpha,
            baseline=self.baseline,
            measure=self.measure,
        )

    def rationale(self, parameter: str) -> tuple[str, str]:
        """Return why this prior was chosen and who says so, as the model file states them."""
        return rationale(self, parameter)
