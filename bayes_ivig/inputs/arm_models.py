"""Models in which the arms' risks vary between studies by a distribution of their own: stated, never fitted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from bayes_ivig.inputs.model import BASELINES
from bayes_ivig.inputs.stating import Notes, Role, rationale, state
from bayes_ivig.priors.composite import Prior
from bayes_ivig.priors.families import HalfNormal, Normal


@dataclass(frozen=True)
class RandomBaselines:
    """The binomial-normal model with exchangeable baselines: alpha_i ~ Normal(nu, omega^2).

    ``mu`` and ``tau`` are those of ``Model``; ``nu`` is the mean and ``omega`` the SD between studies of the baseline log odds,
    which stand on the ``"control"`` arm or at the ``"midpoint"`` of the two arms' log odds. Borrowing control risks sharpens
    sparse tables, but part of the answer is then no longer protected by randomisation (Senn 2010; Dias & Ades 2016, Res Synth
    Methods 7:23): report it beside the model of independent baselines, not instead. Priors may be given as text. Raises
    ``ModelError``.
    """

    mu: Prior = field(default_factory=lambda: Normal(0, 2.82))
    tau: Prior = field(default_factory=lambda: HalfNormal(0.5))
    nu: Prior = field(default_factory=lambda: Normal(0, 10))
    omega: Prior = field(default_factory=lambda: HalfNormal(2))
    baseline: str = "control"
    name: str = ""
    title: str = ""
    notes: Notes = ()

    KIND: ClassVar[str] = "random_baselines"
    PRIORS: ClassVar[Mapping[str, Role]] = {"mu": "effect", "tau": "spread", "nu": "effect", "omega": "spread"}
    SETTINGS: ClassVar[tuple[str, ...]] = ("baseline",)
    CHOICES: ClassVar[Mapping[str, tuple[str, ...]]] = {"baseline": BASELINES}
    REQUIRED: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        state(self)

    def rationale(self, parameter: str) -> tuple[str, str]:
        """Return why this prior was chosen and who says so, as the model file states them."""
        return rationale(self, parameter)
