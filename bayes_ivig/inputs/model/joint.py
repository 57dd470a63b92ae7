"""The model of loss, preterm live birth and term live birth together: stated, never fitted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from bayes_ivig.errors import quoted
from bayes_ivig.inputs.model.stated_model import (
    Notes,
    Role,
    StatedCorrelation,
    StatedPrior,
    rationale,
    state,
    unless_stated,
)
from bayes_ivig.inputs.model.two_arm import BASELINES
from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.one_line import short_repr
from bayes_ivig.priors.correlation import LKJ
from bayes_ivig.priors.families import HalfNormal, Normal

EFFECTS = ("correlated", "independent")


@checked_methods
@dataclass(frozen=True)
class JointOutcome:
    """Each pregnancy ends in loss, preterm live birth or term live birth:
    live or not, and preterm or term given live.

    Both steps are binomial-normal models (a continuation ratio): log odds ratios theta_i ~ Normal(mu, tau^2)
    of live birth and theta_preterm_i ~ Normal(mu_preterm, tau_preterm^2) of preterm birth among live births,
    whose correlation between studies is ``rho`` (``effects="correlated"``) or 0 (``"independent"``), with a
    baseline of its own for every study and step, at the ``"midpoint"`` of the two arms' log odds or on the
    ``"control"`` arm.
    A study's second step counts if preterm births are known in both arms; otherwise the first alone does.
    ``outcomes`` name live birth and preterm birth in tables that have several. ``live_risk`` (of live birth
    per pregnancy) and ``preterm_risk`` (of preterm birth per live birth) are those of the control arm at
    which term live birth is answered: its odds ratio depends on them. Among live births the arms are no
    longer randomised against each other where the treatment changes who is born: docs/joint_outcome.md.
    Raises ``ModelError``.

    >>> import bayes_ivig as bi
    >>> model = bi.models.JointOutcome(effects="independent")
    >>> str(model.mu_preterm)
    'normal(0, 2.82)'
    """

    outcomes: Sequence[str] = ("live_birth", "preterm_birth")
    effects: str = "correlated"
    baseline: str = "midpoint"
    live_risk: float = 0.6
    preterm_risk: float = 0.15
    mu: StatedPrior = unless_stated(lambda: Normal(0, 2.82))
    tau: StatedPrior = unless_stated(lambda: HalfNormal(0.5))
    alpha: StatedPrior = unless_stated(lambda: Normal(0, 10))
    mu_preterm: StatedPrior = unless_stated(lambda: Normal(0, 2.82))
    tau_preterm: StatedPrior = unless_stated(lambda: HalfNormal(0.5))
    alpha_preterm: StatedPrior = unless_stated(lambda: Normal(0, 10))
    rho: StatedCorrelation = unless_stated(lambda: LKJ(2))
    name: str = ""
    title: str = ""
    notes: Notes = ()

    __repr__ = short_repr

    KIND: ClassVar[str] = "joint_outcome"
    PRIORS: ClassVar[Mapping[str, Role]] = {
        "mu": "effect", "tau": "spread", "alpha": "baseline",
        "mu_preterm": "effect", "tau_preterm": "spread", "alpha_preterm": "baseline", "rho": "correlation",
    }  # fmt: skip
    SETTINGS: ClassVar[tuple[str, ...]] = ("outcomes", "effects", "baseline", "live_risk", "preterm_risk")
    CHOICES: ClassVar[Mapping[str, tuple[str, ...]]] = {"effects": EFFECTS, "baseline": BASELINES}
    REQUIRED: ClassVar[tuple[str, ...]] = ("live_risk", "preterm_risk")

    def __post_init__(self) -> None:
        problems = []
        names = tuple(self.outcomes) if isinstance(self.outcomes, list | tuple) else ()
        if (
            len(names) != 2
            or not all(isinstance(name, str) and name for name in names)
            or names[0] == names[1]
        ):
            problems.append(
                f"outcomes: found {quoted(self.outcomes)}; it must be two names, of live birth and of "
                "preterm birth"
            )
        object.__setattr__(self, "outcomes", names)
        for key in ("live_risk", "preterm_risk"):
            risk = getattr(self, key)
            if isinstance(risk, bool) or not isinstance(risk, int | float) or not 0 < risk < 1:
                problems.append(
                    f"{key}: found {quoted(risk)}; it must be a risk between 0 and 1, such as 0.6"
                )
        state(self, *problems)

    @property
    def correlated(self) -> bool:
        """Whether study effects on the two steps go together:
        without, the two steps are two separate models.
        """
        return self.effects == "correlated"

    def rationale(self, parameter: str) -> tuple[str, str]:
        """Return why this prior was chosen and who says so, as the model file states them."""
        return rationale(self, parameter)
