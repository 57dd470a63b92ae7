"""``benefit``: how probable which benefit and which harm are, relative and absolute."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, TypedDict, Unpack, overload

import numpy as np

from bayes_ivig.analyses.benefit.control_risk import control_risk
from bayes_ivig.errors import ModelError
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.ranges import Level, Listed
from bayes_ivig.measures import OR, Measure
from bayes_ivig.results.benefit.benefit import OF, Benefit, Benefits
from bayes_ivig.results.benefit.zones import Zone, important_events, usual_zone
from bayes_ivig.results.marginals.marginal import Marginal
from bayes_ivig.results.posterior.absolute import PER, AbsoluteEffects, absolute_effects
from bayes_ivig.results.posterior.control_risk import SETTINGS, ControlRisk
from bayes_ivig.results.posterior.posterior import Posterior

WIDE = 0.998  # of a new effect: as far as the curve of a difference reaches
CURVE = (0.1, 10.0, 161)  # odds ratios, from strong harm to strong benefit or the other way round
EXAMPLE = 'benefit({"vague": posterior, "sceptical": posterior.under(mu="normal(0, 0.35)")})'

type Baseline = Annotated[
    ControlRisk | float | Mapping[str, float],
    "what control_risk(dataset) returns, a number, or numbers by name",
]
type Zones = Annotated[
    float | Zone | Sequence[float | Zone],
    "two odds ratios, such as (0.8, 1.25), one, or a list of these",
]


class Asked(TypedDict, total=False):
    """Options of ``benefit``, by keyword."""

    zone: Zones | None
    odds_ratios: Listed[float] | None
    baseline: Baseline | None
    quantity: str
    important_difference: float | None
    level: Level


@dataclass(frozen=True)
class Question:
    """What is asked, checked when built; raises ``ModelError``."""

    zone: Zones | None = None
    odds_ratios: Listed[float] | None = None
    baseline: Baseline | None = None
    quantity: str = "mu"
    important_difference: float | None = None
    level: float = 0.95

    def __post_init__(self) -> None:
        """Refuse a level that is no probability, a difference that is no number of people,
        control risks that are none.
        """
        if not (_number(self.level) and 0 < self.level < 1):
            raise ModelError(f"benefit: level is {self.level!r}; it must lie between 0 and 1")
        if self.important_difference is not None and not (
            _number(self.important_difference) and 0 < self.important_difference < PER
        ):
            raise ModelError(
                f"benefit: important_difference is {self.important_difference!r}; it is a number of events "
                f"per {PER} people, above 0 and below {PER}, such as 50"
            )
        if isinstance(self.baseline, Mapping) and not self.baseline:
            raise ModelError(
                "benefit: baseline has no control risk in it; give at least one, such as {'median': 0.4}"
            )


@overload
def benefit(posterior: Posterior, **asked: Unpack[Asked]) -> Benefit:
    """Answer for one posterior."""


@overload
def benefit(posterior: Mapping[str, Posterior], **asked: Unpack[Asked]) -> Benefits:
    """Answer for several, by label."""


@checked
def benefit(posterior: Posterior | Mapping[str, Posterior], **asked: Unpack[Asked]) -> Benefit | Benefits:
    """Return the curve P(OR > x), the masses below, inside and above zones of equivalence,
    and absolute effects.

    ``posterior`` is one, or several by label to be set side by side: of other models and trial sets, or of
    other priors as in ``{str(p): posterior.under(mu=p) for p in priors}``, which fits nothing again. By
    keyword:

    - ``zone``: odds ratios of practical equivalence as a pair, or one smallest important odds ratio that
      stands for itself and its reciprocal; a list of pairs has several zones. Unless given, the smallest
      important difference entered for the outcome, else the dataset's own threshold, else 0.8 to 1.25.
    - ``important_difference``: the smallest difference that matters, in events per 1000 people; gives at
      every control risk the probabilities of at least that many more events, at least that many fewer, and
      neither. Unless given, what a person entered for the outcome in its description.
    - ``baseline``: the control risks: what ``control_risk(dataset)`` returns (the default, of each
      posterior's own trials, those risks that the arms carry and not the prior alone; with an object of its
      own priors all are taken), a number, or numbers by name.
    - ``quantity``: what absolute effects are of, ``"mu"``, or ``"theta_new"`` for a new setting.
    - ``odds_ratios``: where the curve is given (161 from 0.1 to 10); ``level``:
      of the central credible intervals (0.95).

    Direction is the dataset's: nothing here says which side is good. Raises ``DataError`` and ``ModelError``.

    >>> import bayes_ivig as bi
    >>> post = bi.fit(bi.load_dataset("ivig", "live_birth"))
    >>> found = bi.benefit(post, zone=1.25, important_difference=50)
    >>> found.absolute[["control_per_1000", "treated_per_1000"]].round().head(3)
                  control_per_1000  treated_per_1000
    control_risk
    low                      333.0             473.0
    median                   743.0             838.0
    high                     838.0             903.0
    """
    question = Question(**asked)
    if isinstance(posterior, Posterior):
        return _benefit(posterior, question, {})
    if (
        not isinstance(posterior, Mapping)
        or not posterior
        or not all(isinstance(p, Posterior) for p in posterior.values())
    ):
        raise ModelError(
            f"benefit: give what fit(dataset, model) returns, or several by label, as in {EXAMPLE}"
        )
    known: dict[Dataset, ControlRisk] = {}
    return Benefits({str(label): _benefit(each, question, known) for label, each in posterior.items()})


def _benefit(posterior: Posterior, asked: Question, known: dict[Dataset, ControlRisk]) -> Benefit:
    """Answer for one posterior; ``known`` keeps the pooled control arms of each dataset."""
    measure = posterior.measure
    x = _usual_curve(posterior) if asked.odds_ratios is None else _odds_ratios(asked.odds_ratios, measure)
    control, effects = _effects(posterior, asked.baseline, asked.quantity, known)
    return Benefit(
        posterior=posterior,
        limits=(usual_zone(posterior.dataset.about, measure),)
        if asked.zone is None
        else zones(asked.zone, measure),
        odds_ratios=x,
        above={name: np.asarray(posterior[name].prob_above(np.log(x) if measure.log else x)) for name in OF},
        quantity=asked.quantity,
        control=control,
        effects=effects,
        important_difference=important_events(posterior.dataset.about)
        if asked.important_difference is None
        else asked.important_difference,
        level=asked.level,
    )


def _usual_curve(posterior: Posterior) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """Return where the curve is given: ratios from 0.1 to 10, differences where the effect may lie."""
    if posterior.measure.log:
        return np.geomspace(*CURVE)
    low, high = posterior["theta_new"].interval(WIDE)
    far = float(f"{max(abs(low), abs(high)):.1g}") or 1.0
    return np.linspace(-far, far, CURVE[2])


def zones(stated: Zones, measure: Measure = OR) -> tuple[Zone, ...]:
    """Return zones of the measure from a pair, one threshold, or a list of these; raises ``ModelError``."""
    if _number(stated):
        return (_zone(stated, measure),)
    try:
        # what is no list is refused here
        listed = [] if isinstance(stated, str) else list(stated)  # type: ignore[arg-type]
    except TypeError:
        listed = []
    if not listed:
        raise ModelError(f"benefit: zone is {stated!r}; give {_two(measure)}, one, or a list of these")
    pair = len(listed) == 2 and all(map(_number, listed))
    return (_zone(listed, measure),) if pair else tuple(_zone(each, measure) for each in listed)


def _two(measure: Measure) -> str:
    return f"two {measure.plural}, such as {'(0.8, 1.25)' if measure.log else '(-2, 2)'}"


def _zone(stated: object, measure: Measure) -> Zone:
    null = measure.null
    if _number(stated):
        value = float(stated)  # type: ignore[arg-type]
        if not (measure.holds(value) and value != null):
            mirror, allowed = (
                ("reciprocal", "above 0, not 1") if measure.log else ("negative", "finite, not 0")
            )
            raise ModelError(
                f"benefit: zone is {value:g}; {measure.one} that stands for itself "
                f"and its {mirror} is {allowed}"
            )
        other = measure.mirrored(value)
        return min(value, other), max(value, other)
    try:
        low, high = (float(value) for value in stated)  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        raise ModelError(f"benefit: zone is {stated!r}; give {_two(measure)}") from None
    if not (measure.holds(low) and measure.holds(high) and low < high):
        above = " above 0" if measure.log else ""
        raise ModelError(f"benefit: zone from {low:g} to {high:g}; two {measure.plural}{above} that increase")
    if not low <= null <= high:
        several = "[(0.8, 1.25), (0.5, 2)]" if measure.log else "[(-2, 2), (-5, 5)]"
        raise ModelError(
            f"benefit: zone from {low:g} to {high:g} does not hold {null:g}, no effect; several zones are a "
            f"list of pairs, such as {several}"
        )
    return low, high


def _odds_ratios(stated: Listed[float], measure: Measure) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    try:
        x = np.asarray(list(stated), float)
    except (TypeError, ValueError):
        x = np.full(1, np.nan)
    if x.ndim != 1 or not x.size or not all(measure.holds(float(each)) for each in x):
        allowed = "numbers above 0" if measure.log else "finite numbers"
        raise ModelError(f"benefit: odds_ratios must be a list of {allowed}")
    return x


def _number(value: object) -> bool:
    return isinstance(value, int | float | np.number) and not isinstance(value, bool)


def _effects(
    posterior: Posterior, baseline: Baseline | None, quantity: str, known: dict[Dataset, ControlRisk]
) -> tuple[ControlRisk | None, dict[str, AbsoluteEffects]]:
    """Return absolute effects by name of the control risk,
    and the pooled control arms where they were used.
    """
    effect, measure = posterior[quantity], posterior.measure
    by_default = baseline is None
    if measure is not OR or posterior.dataset.estimated:
        return None, _of_other_measure(posterior, baseline, quantity)
    if baseline is None:
        dataset = posterior.dataset
        if dataset not in known:
            known[dataset] = control_risk(dataset)
        baseline = known[dataset]
    if isinstance(baseline, ControlRisk):
        levels = baseline.carried_levels() if by_default else baseline.levels()
        settings = {
            name: absolute_effects(
                effect if kind == "conditional" else posterior["theta_new"], baseline, kind
            )
            for name, kind in SETTINGS.items()
            if not by_default or (levels and baseline.carries(name))
        }
        return baseline, at_levels(effect, levels) | settings
    return None, at_levels(effect, baseline if isinstance(baseline, Mapping) else {"stated": baseline})


def _of_other_measure(
    posterior: Posterior, baseline: Baseline | None, quantity: str
) -> dict[str, AbsoluteEffects]:
    """Return absolute effects at stated control risks, none unless they are stated: without the counts of
    every control arm none are told, and a difference of amounts has none.
    """
    if baseline is None:
        return {}
    risks = dict(baseline) if isinstance(baseline, Mapping) else {"stated": baseline}
    return {str(name): posterior.absolute(risk, quantity=quantity) for name, risk in risks.items()}


def at_levels(effect: Marginal, risks: Mapping[str, float]) -> dict[str, AbsoluteEffects]:
    """Return absolute effects of a log odds ratio at known control risks, by their names;
    raises ``ModelError``.
    """
    return {str(name): absolute_effects(effect, risk) for name, risk in risks.items()}
