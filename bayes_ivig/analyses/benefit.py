"""``benefit``: how probable which benefit and which harm are, relative and absolute."""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from bayes_ivig.analyses.baseline_risk import control_risk
from bayes_ivig.errors import ModelError
from bayes_ivig.results.absolute import AbsoluteEffects, absolute_effects
from bayes_ivig.results.benefit import Benefit, Masses
from bayes_ivig.results.control_risk import ControlRisk
from bayes_ivig.results.posterior import Posterior

CURVE = (0.1, 10.0, 161)  # odds ratios, from strong harm to strong benefit or the other way round
ZONE = 1.25

type Baseline = ControlRisk | float | Mapping[str, float]


def benefit(
    posterior: Posterior,
    *,
    zone: tuple[float, float] | None = None,
    odds_ratios: Sequence[float] | None = None,
    baseline: Baseline | None = None,
    quantity: str = "mu",
    level: float = 0.95,
) -> Benefit:
    """Return the curve P(OR > x), the masses below, inside and above a zone, and absolute effects at several control risks.

    ``zone`` is the zone of practical equivalence in odds ratios; unless given, the dataset's own threshold and its
    reciprocal, else 0.8 to 1.25. ``baseline`` gives the control risks: what ``control_risk(dataset)`` returns (the default), a
    number, or numbers by name. ``quantity`` is what absolute effects are of: ``"mu"``, or ``"theta_new"`` for a new setting.
    Direction is the dataset's: nothing here says which side is good. Raises ``DataError`` and ``ModelError``.
    """
    limits = _zone(posterior, zone)
    x = np.geomspace(*CURVE) if odds_ratios is None else np.asarray(list(odds_ratios), float)
    if x.ndim != 1 or not x.size or not (np.isfinite(x) & (x > 0)).all():
        raise ModelError("benefit: odds_ratios must be a list of numbers above 0")
    if not 0 < level < 1:
        raise ModelError(f"benefit: level is {level!r}; it must lie between 0 and 1")
    control, effects = _effects(posterior, baseline, quantity)
    names = ("mu", "theta_new")
    return Benefit(
        posterior=posterior,
        zone=limits,
        odds_ratios=x,
        above={name: np.asarray(posterior[name].prob_above(np.log(x))) for name in names},
        masses={name: _masses(posterior, name, limits) for name in names},
        quantity=quantity,
        control=control,
        effects=effects,
        level=level,
    )


def _zone(posterior: Posterior, zone: tuple[float, float] | None) -> tuple[float, float]:
    """Return the limits of the zone of practical equivalence."""
    if zone is None:
        stated = next((max(t, 1 / t) for t in posterior.dataset.about.thresholds if t != 1), ZONE)
        return 1 / stated, stated
    try:
        low, high = (float(value) for value in zone)
    except (TypeError, ValueError):
        raise ModelError(f"benefit: zone is {zone!r}; give two odds ratios, such as (0.8, 1.25)") from None
    if not 0 < low < high < math.inf:
        raise ModelError(f"benefit: zone from {low:g} to {high:g}; two odds ratios above 0 that increase")
    return low, high


def _masses(posterior: Posterior, name: str, zone: tuple[float, float]) -> Masses:
    low, high = (math.log(limit) for limit in zone)
    below, above = float(posterior[name].prob_below(low)), float(posterior[name].prob_above(high))
    return Masses(below, max(0.0, 1 - below - above), above)


def _effects(
    posterior: Posterior, baseline: Baseline | None, quantity: str
) -> tuple[ControlRisk | None, dict[str, AbsoluteEffects]]:
    """Return absolute effects by name of the control risk, and the pooled control arms where they were used."""
    effect = posterior[quantity]
    if isinstance(baseline, Mapping):
        if not baseline:
            raise ModelError("benefit: baseline has no control risk in it; give at least one, such as {'median': 0.4}")
        return None, {str(name): absolute_effects(effect, risk) for name, risk in baseline.items()}
    if baseline is not None and not isinstance(baseline, ControlRisk):
        return None, {"known": absolute_effects(effect, baseline)}
    control = baseline if baseline is not None else control_risk(posterior.dataset)
    found = {name: absolute_effects(effect, risk) for name, risk in control.levels().items()}
    return control, found | {"typical study": absolute_effects(effect, control), "new study": _new(posterior, control)}


def _new(posterior: Posterior, control: ControlRisk) -> AbsoluteEffects:
    """Return the effects of a new study: its own odds ratio at its own control risk."""
    return absolute_effects(posterior["theta_new"], control, "marginal")
