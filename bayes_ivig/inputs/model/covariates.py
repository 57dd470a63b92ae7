"""Models in which a study's effect depends on what kind of study it is: stated, never fitted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Any, ClassVar

from bayes_ivig.errors import quoted
from bayes_ivig.inputs.model.stated_model import Notes, Role, StatedPrior, rationale, state, unless_stated
from bayes_ivig.inputs.model.two_arm import BASELINES, Model, unfit_effects
from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.one_line import short_repr
from bayes_ivig.likelihoods.registry import DEFAULT, NAMES
from bayes_ivig.priors.families import HalfNormal, Normal, StudentT

type Value = str | float
type References = tuple[tuple[str, Value], ...]
type Units = tuple[tuple[str, float], ...]
if TYPE_CHECKING:
    from bayes_ivig.inputs.model.stated_model import Field

    type StatedReferences = Field[Mapping[str, Value] | Iterable[tuple[str, Value]], References]
    type StatedUnits = Field[Mapping[str, float] | Iterable[tuple[str, float]], Units]
else:
    type StatedReferences = References
    type StatedUnits = Units

SHRINKAGE = ("stated", "learned")
DESIGNS: Mapping[str, tuple[str, ...]] = {"likelihood": NAMES, "baseline": BASELINES}


@checked_methods
@dataclass(frozen=True)
class MetaRegression:
    """Study effects that follow study characteristics: theta_i = mu + x_i beta + tau z_i, z_i ~ Normal(0, 1).

    ``covariates`` name columns of the table; ``"year:design"`` is the interaction of two of them, both of
    which must be named, too. A numeric one is centred at its mean over the studies and
    divided by its SD, a categorical one is coded 0 or 1 for each level but the reference, the first in
    alphabetical order; ``references`` (covariate to value) sets another centre or level, ``units`` (covariate
    to number) another unit than the SD, such as ``{"year": 10}``. ``mu`` is the log
    odds ratio of a study at the references, and its prior is stated there. ``beta`` is the prior of each
    coefficient (per unit, or level against reference) on the log odds ratio scale. ``effects`` is how
    study effects vary around that line, as in ``Model``. With ``shrinkage="learned"``
    the coefficients are multiples of one common scale, ``beta_scale``, which has a prior of its own, and
    ``beta`` is the prior of the multiples: all shrink together as far as the data let them, and a
    heavy-tailed ``beta`` lets one stand out, as a horseshoe does, without its sampling troubles (Piironen &
    Vehtari 2017, Electron J Stat 11:5018). More coefficients than studies are allowed. ``tau`` is the SD of
    log odds ratios that the covariates leave. The other fields are those of ``Model``. Raises ``ModelError``.

    >>> import bayes_ivig as bi
    >>> model = bi.models.MetaRegression(covariates=("year",), beta="normal(0, 0.5)")
    >>> str(model.beta)
    'normal(0, 0.5)'
    """

    covariates: Sequence[str] = ()
    references: StatedReferences = unless_stated(tuple)
    likelihood: str = DEFAULT
    mu: StatedPrior = unless_stated(lambda: Normal(0, 2.82))
    tau: StatedPrior = unless_stated(lambda: HalfNormal(0.5))
    alpha: StatedPrior = unless_stated(lambda: Normal(0, 10))
    beta: StatedPrior = unless_stated(lambda: StudentT(4, 0, 0.5))
    beta_scale: StatedPrior = unless_stated(lambda: HalfNormal(0.5))
    shrinkage: str = "stated"
    baseline: str = "midpoint"
    name: str = ""
    title: str = ""
    notes: Notes = ()
    effects: str = "random"
    units: StatedUnits = unless_stated(tuple)

    __repr__ = short_repr

    KIND: ClassVar[str] = "meta_regression"
    PRIORS: ClassVar[Mapping[str, Role]] = {
        "mu": "effect", "tau": "spread", "alpha": "baseline", "beta": "effect", "beta_scale": "spread",
    }  # fmt: skip
    SETTINGS: ClassVar[tuple[str, ...]] = (
        "covariates", "references", "units", "likelihood", "effects", "shrinkage", "baseline",
    )  # fmt: skip
    CHOICES: ClassVar[Mapping[str, tuple[str, ...]]] = {**DESIGNS, "shrinkage": SHRINKAGE}
    REQUIRED: ClassVar[tuple[str, ...]] = ("covariates",)

    def __post_init__(self) -> None:
        covariates, wrong = _names("covariates", self.covariates)
        object.__setattr__(self, "covariates", covariates)
        problems = [wrong or ("" if covariates else "covariates: none; name one column of the table or more")]
        pairs, misfit = _pairs(self.references)
        object.__setattr__(self, "references", pairs)
        units, unfit = _units(self.units)
        object.__setattr__(self, "units", units)
        problems += [misfit, unfit]
        problems += [
            f"{key}.{name}: not a covariate of this model; they are {', '.join(covariates)}"
            for key, stated in (("references", pairs), ("units", units))
            for name, _ in stated
            if name not in covariates
        ]
        state(self, unfit_effects(self.effects), *problems)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the table that are read: all covariates but interactions."""
        return tuple(name for name in self.covariates if self.parts(name) is None)

    def parts(self, name: str) -> tuple[str, str] | None:
        """Return the two covariates of which a name is the interaction; None for the name of a column."""
        for at, letter in enumerate(name):
            first, second = name[:at].strip(), name[at + 1 :].strip()
            if letter == ":" and first != second and {first, second} <= set(self.covariates):
                return first, second
        return None

    @property
    def two_arm(self) -> Model:
        """The model that this one becomes without covariates."""
        return Model(
            self.likelihood,
            effects=self.effects,
            mu=self.mu,
            tau=self.tau,
            alpha=self.alpha,
            baseline=self.baseline,
        )

    def rationale(self, parameter: str) -> tuple[str, str]:
        """Return why this prior was chosen and who says so, as the model file states them."""
        return rationale(self, parameter)


@checked_methods
@dataclass(frozen=True)
class BiasAdjusted:
    """Trials flagged as at risk of bias show theta_i + b_i instead of theta_i,
    where b_i ~ Normal(beta0, kappa^2).

    Welton et al. 2009 (J R Stat Soc A 172:119). Trials that are not flagged show theta_i ~ Normal(mu, tau^2)
    itself. ``mu``, ``tau`` and theta are thus free of that bias, and are what an unflagged trial would show.
    Flagged are the studies listed in ``flagged``, or all whose cell in the column ``flag_column`` is not one
    of ``unflagged_values``. ``beta0`` is the mean bias, on the log odds ratio scale and in the direction of
    that ratio: above 0 it makes events look more frequent under the treatment. ``kappa`` is its SD between
    flagged trials. Data say little about either unless many trials of both kinds are there, so their priors
    decide how much flagged trials count. The other fields are those of ``Model``. Raises ``ModelError``.

    >>> import bayes_ivig as bi
    >>> model = bi.models.BiasAdjusted(flagged=("Adams 2011",))
    >>> str(model.beta0), str(model.kappa)
    ('normal(0, 0.5)', 'half_normal(0.5)')
    """

    flagged: Sequence[str] = ()
    flag_column: str = ""
    unflagged_values: Sequence[str] = ()
    likelihood: str = DEFAULT
    mu: StatedPrior = unless_stated(lambda: Normal(0, 2.82))
    tau: StatedPrior = unless_stated(lambda: HalfNormal(0.5))
    alpha: StatedPrior = unless_stated(lambda: Normal(0, 10))
    beta0: StatedPrior = unless_stated(lambda: Normal(0, 0.5))
    kappa: StatedPrior = unless_stated(lambda: HalfNormal(0.5))
    baseline: str = "midpoint"
    name: str = ""
    title: str = ""
    notes: Notes = ()

    __repr__ = short_repr

    KIND: ClassVar[str] = "bias_adjusted"
    PRIORS: ClassVar[Mapping[str, Role]] = {
        "mu": "effect", "tau": "spread", "alpha": "baseline", "beta0": "effect", "kappa": "spread",
    }  # fmt: skip
    SETTINGS: ClassVar[tuple[str, ...]] = (
        "flagged",
        "flag_column",
        "unflagged_values",
        "likelihood",
        "baseline",
    )
    CHOICES: ClassVar[Mapping[str, tuple[str, ...]]] = DESIGNS
    REQUIRED: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        problems = []
        for name in ("flagged", "unflagged_values"):
            names, wrong = _names(name, getattr(self, name))
            object.__setattr__(self, name, names)
            problems.append(wrong)
        if not isinstance(self.flag_column, str):
            problems.append(f"flag_column: found {quoted(self.flag_column)}; it must be the name of a column")
        elif bool(self.flagged) == bool(self.flag_column):
            problems.append(
                "flagged: either list studies in flagged, or give a flag_column "
                "and its unflagged_values; not both"
            )
        elif bool(self.flag_column) != bool(self.unflagged_values):
            problems.append(
                "flag_column: needs unflagged_values beside it, "
                "the cells of the trials that are not at risk of bias"
            )
        state(self, *problems)

    @property
    def two_arm(self) -> Model:
        """The model that this one becomes where nothing is biased."""
        return Model(self.likelihood, mu=self.mu, tau=self.tau, alpha=self.alpha, baseline=self.baseline)

    def rationale(self, parameter: str) -> tuple[str, str]:
        """Return why this prior was chosen and who says so, as the model file states them."""
        return rationale(self, parameter)


def _names(key: str, stated: object) -> tuple[tuple[str, ...], str]:
    """Return a list of names as a tuple, and what is wrong with it."""
    names = (
        (stated,) if isinstance(stated, str) else tuple(stated) if isinstance(stated, Iterable) else (stated,)
    )
    texts = tuple(str(name).strip() for name in names)
    if not all(isinstance(name, str) and name.strip() for name in names):
        return texts, f"{key}: found {quoted(stated)}; it must be a list of names"
    twice = sorted({name for name in texts if texts.count(name) > 1})
    return texts, f"{key}: more than once: {', '.join(twice)}" if twice else ""


def _units(stated: Any) -> tuple[Units, str]:
    """Return units as sorted pairs, and what is wrong with them."""
    try:
        pairs: dict[str, float] = dict(stated)
    except (TypeError, ValueError):
        return (), f"units: found {quoted(stated)}; give one number per covariate"
    for name, value in pairs.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < inf:
            return (), f"units.{name}: found {quoted(value)}; it must be a number above 0"
    return tuple(sorted((str(name), float(value)) for name, value in pairs.items())), ""


def _pairs(stated: Any) -> tuple[References, str]:
    """Return references as sorted pairs, and what is wrong with them."""
    try:
        pairs: dict[str, Value] = dict(stated)
    except (TypeError, ValueError):
        return (), f"references: found {quoted(stated)}; give one value per covariate"
    wrong = [
        name
        for name, value in pairs.items()
        if isinstance(value, bool) or not isinstance(value, str | int | float)
    ]
    problem = (
        f"references.{wrong[0]}: found {quoted(pairs[wrong[0]])}; it must be a number or a text"
        if wrong
        else ""
    )
    return tuple(sorted((str(name), value) for name, value in pairs.items())), problem
