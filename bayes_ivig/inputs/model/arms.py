"""Models in which the arms' risks vary between studies by a distribution of their own:
stated, never fitted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from bayes_ivig.inputs.model.stated_model import (
    Notes,
    Role,
    StatedCorrelation,
    StatedPrior,
    state,
    unless_stated,
)
from bayes_ivig.inputs.model.two_arm import BASELINES
from bayes_ivig.kinds.one_line import short_repr
from bayes_ivig.priors.correlation import LKJ
from bayes_ivig.priors.families import HalfNormal, Normal

DISPERSIONS = ("common", "by_treatment")


@dataclass(frozen=True)
class RandomBaselines:
    """The binomial-normal model with exchangeable baselines: alpha_i ~ Normal(nu, omega^2).

    ``mu`` and ``tau`` are those of ``Model``; ``nu`` is the mean and ``omega`` the SD between studies of the
    baseline log odds, which stand at the ``"midpoint"`` of the two arms' log odds or on the ``"control"``
    arm. Borrowing control risks sharpens sparse tables, but part of the answer is then no longer protected by
    randomisation (Senn 2010; Dias & Ades 2016, Res Synth Methods 7:23): report it beside the model of
    independent baselines, not instead. Priors may be given as text. Raises ``ModelError``.

    >>> import bayes_ivig as bi
    >>> model = bi.models.RandomBaselines(omega="half_normal(1)")
    >>> str(model.omega)
    'half_normal(1)'
    """

    mu: StatedPrior = unless_stated(lambda: Normal(0, 2.82))
    tau: StatedPrior = unless_stated(lambda: HalfNormal(0.5))
    nu: StatedPrior = unless_stated(lambda: Normal(0, 10))
    omega: StatedPrior = unless_stated(lambda: HalfNormal(2))
    baseline: str = "midpoint"
    name: str = ""
    title: str = ""
    notes: Notes = ()

    __repr__ = short_repr

    KIND: ClassVar[str] = "random_baselines"
    PRIORS: ClassVar[Mapping[str, Role]] = {
        "mu": "effect",
        "tau": "spread",
        "nu": "effect",
        "omega": "spread",
    }
    SETTINGS: ClassVar[tuple[str, ...]] = ("baseline",)
    CHOICES: ClassVar[Mapping[str, tuple[str, ...]]] = {"baseline": BASELINES}
    REQUIRED: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        state(self)


@dataclass(frozen=True)
class Bivariate:
    """The two arms' log odds as a bivariate normal over studies (van Houwelingen,
    Arends & Stijnen 2002, Stat Med 21:589).

    (log odds of control, of treatment) of study i ~ Normal2 with means ``nu_control`` and ``nu_control +
    mu``, SDs ``omega_control`` and ``omega_treatment`` and correlation ``rho``, whose prior is an ``LKJ``.
    The log odds ratio mu is the difference of the means; tau is implied, tau^2 = omega_control^2 +
    omega_treatment^2 - 2 rho omega_control omega_treatment, and has no prior of its own. As with exchangeable
    baselines, part of the answer is not protected by randomisation. Priors may be given as text. Raises
    ``ModelError``.

    >>> import bayes_ivig as bi
    >>> str(bi.models.Bivariate(rho="lkj(2)").rho)
    'lkj(2)'
    """

    mu: StatedPrior = unless_stated(lambda: Normal(0, 2.82))
    nu_control: StatedPrior = unless_stated(lambda: Normal(0, 10))
    omega_control: StatedPrior = unless_stated(lambda: HalfNormal(1))
    omega_treatment: StatedPrior = unless_stated(lambda: HalfNormal(1))
    rho: StatedCorrelation = unless_stated(lambda: LKJ(2))
    name: str = ""
    title: str = ""
    notes: Notes = ()

    __repr__ = short_repr

    KIND: ClassVar[str] = "bivariate"
    PRIORS: ClassVar[Mapping[str, Role]] = {
        "mu": "effect",
        "nu_control": "effect",
        "omega_control": "spread",
        "omega_treatment": "spread",
        "rho": "correlation",
    }
    SETTINGS: ClassVar[tuple[str, ...]] = ()
    CHOICES: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    REQUIRED: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        state(self)


@dataclass(frozen=True)
class BetaBinomial:
    """Beta-binomial counts: each arm's risk is drawn from a beta distribution around its treatment's mean
    risk.

    The mean risk is expit(nu) under control and expit(nu + mu) under treatment, so that exp(mu) is the ratio
    of the odds of the two MEAN risks, an average over the population of studies and not the odds ratio within
    a typical one. ``phi`` is the overdispersion, 1 / (a + b) of the beta distribution; the intraclass
    correlation is phi / (1 + phi). ``dispersion`` is ``"common"`` to both treatments or ``"by_treatment"``,
    each with the prior of phi. Both arms of a study are drawn apart, so that studies without events in either
    arm, and differences between studies, count (Kuss 2015, Stat Med 34:1097); what randomisation protects,
    the comparison within a study, is given up. tau is implied: the SD between studies of the log odds ratio
    of two such arms. Priors may be given as text. Raises ``ModelError``.

    >>> import bayes_ivig as bi
    >>> model = bi.models.BetaBinomial(dispersion="by_treatment")
    >>> str(model.mu), str(model.phi)
    ('normal(0, 2.82)', 'half_normal(0.5)')
    """

    mu: StatedPrior = unless_stated(lambda: Normal(0, 2.82))
    nu: StatedPrior = unless_stated(lambda: Normal(0, 10))
    phi: StatedPrior = unless_stated(lambda: HalfNormal(0.5))
    dispersion: str = "common"
    name: str = ""
    title: str = ""
    notes: Notes = ()

    __repr__ = short_repr

    KIND: ClassVar[str] = "beta_binomial"
    PRIORS: ClassVar[Mapping[str, Role]] = {"mu": "effect", "nu": "effect", "phi": "spread"}
    SETTINGS: ClassVar[tuple[str, ...]] = ("dispersion",)
    CHOICES: ClassVar[Mapping[str, tuple[str, ...]]] = {"dispersion": DISPERSIONS}
    REQUIRED: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        state(self)
