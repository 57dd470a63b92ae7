"""The two-arm model: likelihood, distribution of study effects, and priors; stated, never fitted."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from bayes_ivig.errors import ModelError, quoted, report_all
from bayes_ivig.inputs.estimates.measured import coded_measure
from bayes_ivig.inputs.model.stated_model import (
    Notes,
    Role,
    StatedPrior,
    closed,
    plain,
    rationale,
    state,
    unless_stated,
)
from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.one_line import short_repr
from bayes_ivig.kinds.words import shown
from bayes_ivig.likelihoods.baselines import PLACES, Baselines, on_scale
from bayes_ivig.likelihoods.contract import Likelihood
from bayes_ivig.likelihoods.registry import DEFAULT, DEFAULTS, NAMES, OF_RATES, likelihood
from bayes_ivig.measures import OR
from bayes_ivig.priors.composite import Prior
from bayes_ivig.priors.families import HalfNormal, Normal
from bayes_ivig.priors.limits import between

EFFECTS = ("random", "common", "student_t(4)")
# Priors that nobody stated, on log ratios, and on standardised differences, whose unit of information is half
# as large (SD 2 instead of 4); other scales are those of the data and have none. Each is one object, by which
# it is told from the same prior where that was stated.
REFERENCE: Mapping[str, Prior] = {"mu": Normal(0, 2.82), "tau": HalfNormal(0.5)}
HALVED: Mapping[str, Prior] = {"mu": Normal(0, 1.41), "tau": HalfNormal(0.25)}
STANDARDISED = "SMD"
STUDENT_T = re.compile(r"student_t\(\s*(\d+\.?\d*|\.\d+)\s*\)")
BASELINES = tuple(PLACES)
EXAMPLES = {"measure": '"RR"', "missing": '"imor(0, 1)"'}


@checked_methods
@dataclass(frozen=True)
class Model:
    """Assumptions of one analysis; the defaults are the documented reference model.

    ``effects`` says how study effects vary around mu: ``"random"`` (normal with SD tau), ``"student_t(4)"``
    (Student-t with any degrees of freedom from 1; tau is then its scale, not its SD) or ``"common"`` (not at
    all). ``mu`` is the pooled log odds ratio, ``tau`` the between-study SD of log odds ratios, ``alpha`` a
    study's baseline log odds (of use to a likelihood that has one), placed at the ``"midpoint"`` of the two
    arms' log odds, so that the answer is the same from either arm, or on the ``"control"`` arm. ``measure``
    is the effect measure on whose scale mu and tau are; blank is that of the data. ``missing`` is the prior
    of the log informative missingness odds ratios of people who were randomised and not seen, such as
    ``"imor(0, 1)"``; blank leaves them out, and analyses the available cases. The default priors are
    those of log ratios; of standardised mean differences they are half as wide, and of other differences
    there are none: these are to be stated. Priors may be given as text. Raises ``ModelError`` for anything
    outside the lists, and for priors that cannot hold the parameter.

    >>> import bayes_ivig as bi
    >>> model = bi.Model(mu="normal(0, 2.82)", tau="half_normal(0.5)")
    >>> model.likelihood, model.effects, str(model.tau)
    ('binomial', 'random', 'half_normal(0.5)')
    """

    likelihood: str = DEFAULT
    effects: str = "random"
    mu: StatedPrior = unless_stated(lambda: REFERENCE["mu"])
    tau: StatedPrior = unless_stated(lambda: REFERENCE["tau"])
    alpha: StatedPrior = unless_stated(lambda: Normal(0, 10))
    baseline: str = "midpoint"
    name: str = ""
    title: str = ""
    notes: Notes = ()  # parameter, rationale, source
    measure: str = ""
    missing: str = ""

    __repr__ = short_repr

    KIND: ClassVar[str] = "two_arm"
    PRIORS: ClassVar[Mapping[str, Role]] = {"mu": "effect", "tau": "spread", "alpha": "baseline"}
    SETTINGS: ClassVar[tuple[str, ...]] = ("likelihood", "effects", "baseline", "measure", "missing")
    CHOICES: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "likelihood": (*NAMES, *OF_RATES),
        "baseline": BASELINES,
    }
    REQUIRED: ClassVar[tuple[str, ...]] = ("likelihood", "effects")

    def __post_init__(self) -> None:
        _require_texts(measure=self.measure, missing=self.missing)
        code, wrong = (self.measure, "") if self.measure == "" else coded_measure(self.measure)
        stated = self.likelihood if isinstance(self.likelihood, str) else ""  # `state` says what is wrong
        if code == "" and stated in OF_RATES:
            code = "IRR"
        object.__setattr__(self, "measure", code)
        for parameter in self.defaulted:
            object.__setattr__(self, parameter, (HALVED if code == STANDARDISED else REFERENCE)[parameter])
        if stated == DEFAULT:
            object.__setattr__(self, "likelihood", DEFAULTS.get(code, DEFAULT))
        state(self, unfit_effects(self.effects), f"measure: {wrong}" if wrong else "")
        if self.missing:
            object.__setattr__(self, "missing", _canonical(self))
        _require_fit(self)
        if (limits := self.family.scale.limits) is not None and "mu" not in self.defaulted:
            object.__setattr__(self, "mu", between(self.mu, limits))

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "defaulted": self.defaulted}

    def __setstate__(self, state: dict[str, Any]) -> None:
        kept = dict(state)
        own = HALVED if kept["measure"] == STANDARDISED else REFERENCE
        kept |= {parameter: own[parameter] for parameter in kept.pop("defaulted")}
        self.__dict__.update(kept)

    @property
    def defaulted(self) -> tuple[str, ...]:
        """The parameters whose priors nobody stated."""
        own = {parameter: getattr(self, parameter) for parameter in REFERENCE}
        return tuple(p for p, prior in own.items() if prior is REFERENCE[p] or prior is HALVED[p])

    @property
    def heterogeneous(self) -> bool:
        """Whether study effects differ: all but a common effect, which has no tau."""
        return self.effects != "common"

    @property
    def degrees_of_freedom(self) -> float:
        """Degrees of freedom of the study effects' distribution around mu: infinite for normal ones."""
        match = STUDENT_T.fullmatch(self.effects)
        return float(match.group(1)) if match else math.inf

    @property
    def family(self) -> Likelihood:
        """The likelihood itself."""
        if self.missing:
            from bayes_ivig.likelihoods.missing import with_missing

            return with_missing(self.missing)
        return likelihood(self.likelihood, self.measure or OR.code)

    @property
    def baselines(self) -> Baselines:
        """The prior of the baselines and their place, of use where the model ``has_baseline``."""
        return Baselines(self.alpha, on_scale(PLACES[self.baseline], self.family.scale.half))

    @property
    def has_baseline(self) -> bool:
        """Whether each study has baseline log odds with a prior."""
        return self.family.has_baseline

    @property
    def uses_estimates(self) -> bool:
        """Whether the likelihood is of log odds ratios with known standard errors, not of counts."""
        return self.family.uses_estimates

    @property
    def conditions_on_events(self) -> bool:
        """Whether the likelihood takes all events of a study as given."""
        return self.family.conditions_on_events

    def rationale(self, parameter: str) -> tuple[str, str]:
        """Return why this prior was chosen and who says so, as the model file states them."""
        return rationale(self, parameter)


def _require_texts(**settings: object) -> None:
    """Raise ``ModelError`` for settings that are no text."""
    wrong = {key: value for key, value in settings.items() if not isinstance(value, str)}
    report_all(
        [
            f"{key}: found {shown(value)}; give a text, such as {EXAMPLES[key]}"
            for key, value in wrong.items()
        ],
        ModelError,
    )


def _canonical(model: Model) -> str:
    """Return the prior of missing outcomes as it is written; raises ``ModelError`` where the model has no
    room for it.
    """
    from bayes_ivig.likelihoods.missing import imor_text, parse_imor

    if model.likelihood != DEFAULT or model.measure not in ("", OR.code):
        raise ModelError(
            f"missing: found {quoted(model.missing)} with likelihood {model.likelihood} and measure "
            f"{model.measure or OR.code}; people who were not seen are modelled by the {DEFAULT} "
            "likelihood of odds "
            "ratios only, where each arm has a risk of its own"
        )
    return imor_text(parse_imor(model.missing))


def _require_fit(model: Model) -> None:
    """Raise ``ModelError`` where the likelihood, or the place of its baseline, is not for the measure."""
    if model.family.scale.half is not None and not PLACES[model.baseline].share:
        bound = "a risk ratio below 1 / it" if model.measure == "RR" else "a difference below 1 - it"
        raise ModelError(
            f"baseline: found 'control' with measure {model.measure}; the control arm's risk leaves {bound} "
            "only, so that a prior of it would favour some effects by where it is cut; leave baseline out, "
            "which is then the midpoint and leaves all effects free"
        )


def unfit_effects(effects: object) -> str:
    """Say what is wrong with the distribution of study effects, or return an empty text."""
    match = STUDENT_T.fullmatch(effects) if isinstance(effects, str) else None
    if match and float(match.group(1)) < 1:
        return (
            f"effects: found {quoted(effects)}; the degrees of freedom must be 1 or more, as in student_t(4)"
        )
    return "" if match else closed("effects", effects, EFFECTS)


def model_dict(model: Model) -> dict[str, str]:
    """Return the assumptions as plain text values, for JSON and for tables."""
    stated = plain(model)
    if not model.heterogeneous:
        stated["tau"] = "0"
    if not model.has_baseline:
        stated |= {"alpha": "none: no baseline parameter", "baseline": "none"}
    return stated
