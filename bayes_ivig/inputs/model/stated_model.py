"""How every kind of model states itself: its priors by role, its settings from closed lists,
and what cannot be.

A kind of model is a frozen dataclass with the class variables of ``Stated``; its constructor calls ``state``.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import field, fields
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol

from bayes_ivig.errors import ModelError, quoted, report_all, suggestion
from bayes_ivig.kinds.words import shown
from bayes_ivig.likelihoods.registry import DEFAULT, likelihood
from bayes_ivig.measures import measure_of
from bayes_ivig.priors.composite import KINDS, READ_AS, Mixture, Prior, resolved, waits
from bayes_ivig.priors.correlation import LKJ, parse_correlation
from bayes_ivig.priors.families import Logistic, Normal, StudentT
from bayes_ivig.priors.parsing import PriorLike, parse_prior
from bayes_ivig.priors.scale_free import Flat

Role = Literal["effect", "baseline", "spread", "correlation"]
type Notes = tuple[tuple[str, str, str], ...]  # parameter, rationale, source

if TYPE_CHECKING:

    class Field[Given, Held]:
        """What a type checker knows of a field that is given as one type and read as another: here a prior or
        its text is given, and the constructor makes it the prior.
        """

        def __get__(self, model: object, kind: type | None = None, /) -> Held:
            """Return what the field holds."""
            raise NotImplementedError

        def __set__(self, model: object, value: Given, /) -> None:
            """Take what it is given."""

    type StatedPrior = Field[PriorLike, Prior]
    type StatedCorrelation = Field[LKJ | str, LKJ]
else:  # a plain field
    type StatedPrior = Prior
    type StatedCorrelation = LKJ

FARTHEST_CENTRE = 20  # of a log odds ratio or log odds: odds of one in 500 million
FARTHEST_LIMIT = 1e6  # of a bounded prior
FARTHEST_REACH = 1e15  # a Cauchy prior of scale 1000 reaches it once in 1e12
LEAST_SPREAD = 1e-6
# what models meant that were stored without a baseline, before it had to be stated
UNSTATED_BASELINE = "control"
ABOUT = ("name", "title", "notes")  # fields that assume nothing


class Stated(Protocol):
    """A kind of model: ``KIND`` names it in model files, ``PRIORS`` gives the role
    of each parameter that has a prior.

    Roles: ``"effect"``, on the log odds or log odds ratio scale; ``"baseline"``, the same where it must be
    integrated over; ``"spread"``, a standard deviation or another positive number; ``"correlation"``.
    ``SETTINGS`` are its other fields, as a model file states them, ``CHOICES`` those with a closed list of
    values, ``REQUIRED`` those that a file must state.
    """

    KIND: ClassVar[str]
    PRIORS: ClassVar[Mapping[str, Role]]
    SETTINGS: ClassVar[tuple[str, ...]]
    CHOICES: ClassVar[Mapping[str, tuple[str, ...]]]
    REQUIRED: ClassVar[tuple[str, ...]]

    @property
    def name(self) -> str:
        """Name of the model file, or a text of one's own."""

    @property
    def title(self) -> str:
        """One line on the model."""

    @property
    def notes(self) -> Notes:
        """Why each prior was chosen, and who says so."""


def unless_stated(made: Callable[[], object]) -> Any:
    """Return the field that holds what ``made`` makes where nothing is stated."""
    return field(default_factory=made)


def state(model: Any, *problems: str) -> None:
    """Turn priors given as text into priors, and raise one ``ModelError`` for all that is wrong;
    ``problems`` were found before.

    Outside the two-arm model priors must be proper and free of the data:
    nothing else decides there whether a posterior exists.
    """
    faults = [closed(key, getattr(model, key), allowed) for key, allowed in model.CHOICES.items()]
    faults += problems
    for key in ("name", "title"):
        if not isinstance(getattr(model, key), str):
            faults.append(f"{key}: found {shown(getattr(model, key))}; it must be a text")
    for parameter, role in model.PRIORS.items():
        try:
            prior = _as_prior(getattr(model, parameter), role)
            object.__setattr__(model, parameter, prior)
            if not isinstance(prior, LKJ):
                faults.append(
                    _unfit(parameter, role, prior, log=_on_log(model, role))
                    or (_improper(parameter, prior) if model.KIND != "two_arm" else "")
                )
        except ModelError as error:
            faults.append(f"{parameter}: {error}")
    report_all([problem for problem in faults if problem], ModelError)


def rationale(model: Stated, parameter: str) -> tuple[str, str]:
    """Return why this prior was chosen and who says so, as the model file states them;
    empty texts where it does not.
    """
    return next(((why, source) for name, why, source in model.notes if name == parameter), ("", ""))


def plain(model: Any) -> dict[str, str]:
    """Return the assumptions as plain text values by field, for JSON and for tables."""
    values = {f.name: getattr(model, f.name) for f in fields(model) if f.name not in ABOUT}
    if values.get("measure") == "":  # that of the data, which says it
        del values["measure"]
    if values.get("missing") == "":  # people who were not seen are left out
        del values["missing"]
    return {
        name: ", ".join(map(_as_text, value)) if isinstance(value, tuple) else str(value)
        for name, value in values.items()
    }


def _as_text(item: object) -> str:
    """Return one item of a list as text; a pair is a name and its value."""
    return " = ".join(map(str, item)) if isinstance(item, tuple) else str(item)


def unstated(kind: type[Any], stated: Collection[str], name: str = DEFAULT) -> dict[str, str]:
    """Return the settings that a stored model of this kind leaves out and that had another default
    when it was stored.

    ``stated`` are the keys that are there, ``name`` that of the likelihood;
    one without a baseline has no use for it.
    """
    missing = "baseline" in kind.SETTINGS and "baseline" not in stated and likelihood(name).has_baseline
    return {"baseline": UNSTATED_BASELINE} if missing else {}


def closed(key: str, value: object, allowed: tuple[str, ...]) -> str:
    """Say that a setting is not one of those allowed, or return an empty text."""
    if isinstance(value, str) and value in allowed:
        return ""
    return f"{key}: found {quoted(value)}{suggestion(str(value), allowed)}; allowed are {', '.join(allowed)}"


def _as_prior(value: object, role: Role) -> Prior | LKJ:
    if role == "correlation":
        if isinstance(value, LKJ):
            return value
        if isinstance(value, str):
            return parse_correlation(value)
        raise ModelError(
            f"found {quoted(value)}; give the prior of a correlation, as an object or as text such as "
            "'lkj(2)'"
        )
    if isinstance(value, str):
        return parse_prior(value)
    value = READ_AS["Prior"](value)
    if not isinstance(value, KINDS):
        example = "half_normal(0.5)" if role == "spread" else "normal(0, 2.82)"
        support = ", support=(0, inf)" if role == "spread" else ""
        own = f"; a function is a density as priors.Density(FUNCTION{support})" if callable(value) else ""
        raise ModelError(
            f"found {quoted(value)}; give a prior, as an object or as text such as '{example}'{own}"
        )
    return value  # type: ignore[return-value]


def _improper(parameter: str, prior: Prior) -> str:
    if prior.proper and not waits(prior):
        return ""
    why = "depends on the data" if prior.proper else "is improper"
    return (
        f"{parameter}: {prior} {why}; this kind of model needs proper priors, "
        "such as normal(0, 10) or half_normal(0.5)"
    )


def _on_log(model: Any, role: Role) -> bool:
    """Whether a parameter is on a log scale: the effect is not where the stated measure is a difference."""
    stated = getattr(model, "measure", "")
    return role != "effect" or not stated or measure_of(stated).log


def _unfit(parameter: str, role: Role, prior: Prior, *, log: bool = True) -> str:
    """Say why a prior cannot be used for a parameter of this role, or return an empty text."""
    low = prior.support[0]
    if role == "spread":
        return _unfit_spread(parameter, prior, low)
    if low >= 0 and prior.support[1] == float("inf"):
        why = (
            f"allows no negative values, but {parameter} is on the log scale; use for example normal(0, 2.82)"
        )
        return f"{parameter}: {prior} {why}"
    if role == "baseline" and not _integrable(prior):
        why = (
            "cannot be a baseline prior; use normal, logistic (logistic(0, 1) is uniform "
            "on the risk) or student_t"
        )
        return f"{parameter}: {prior} {why}"
    return _remote(parameter, prior) if log else ""


def _unfit_spread(parameter: str, prior: Prior, low: float) -> str:
    if low < 0 and not isinstance(prior, Flat):
        kind = "a standard deviation" if parameter in ("tau", "omega") else "a positive number"
        return (
            f"{parameter}: {prior} reaches below 0, but {parameter} is {kind}; "
            "use for example half_normal(0.5)"
        )
    if prior.proper and not waits(prior) and float(prior.quantile(0.975)) < LEAST_SPREAD:
        remedy = (
            'state one common effect instead (effects = "common")'
            if parameter == "tau"
            else "use a wider one"
        )
        return f"{parameter}: {prior} allows nothing but 0; {remedy}"
    if prior.proper and not waits(prior) and float(prior.quantile(0.025)) > FARTHEST_REACH:
        return (
            f"{parameter}: {prior} allows only values above {FARTHEST_REACH:.1g} on the log scale; "
            "use for example half_normal(0.5)"
        )
    return ""


def _remote(parameter: str, prior: Prior) -> str:
    """Say where a prior on a log odds ratio or on log odds is centred or reaches beyond all
    that any data could show.
    """
    prior = resolved(prior)
    if isinstance(prior, Mixture):
        return next(filter(None, (_remote(parameter, part) for part in prior.parts)), "")
    if not prior.proper:
        return ""
    low, middle, high = (float(value) for value in prior.quantile((1e-12, 0.5, 1 - 1e-12)))
    if abs(middle) > FARTHEST_CENTRE:
        limits = f"between -{FARTHEST_CENTRE} and {FARTHEST_CENTRE}"
        return f"{parameter}: {prior} is centred on {middle:g}; on the log scale it must lie {limits}"
    if max(-low, high) > (FARTHEST_REACH if prior.support[1] == float("inf") else FARTHEST_LIMIT):
        return (
            f"{parameter}: {prior} reaches {max(-low, high):.1g} on the log scale; "
            "a scale of 1000 is flat for every purpose"
        )
    return ""


def _integrable(prior: Prior) -> bool:
    """Whether a prior is one over which a baseline can be integrated, or a mixture of such."""
    prior = resolved(prior)
    return (
        all(map(_integrable, prior.parts))
        if isinstance(prior, Mixture)
        else isinstance(prior, Normal | Logistic | StudentT)
    )
