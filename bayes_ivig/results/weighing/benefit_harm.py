"""Benefit against harm: one outcome weighed against another of the same people, questions and answers;
see ``weighing``.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.one_line import short_repr
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.results.marginals.marginal import DrawsMarginal, Marginal
from bayes_ivig.results.marginals.two_risks import Array, DrawnPair, IndependentPair, Terms
from bayes_ivig.results.shown import Shown, checked_level
from bayes_ivig.results.weighing.setting import Setting, checked_risk, checked_weight

if TYPE_CHECKING:
    import pandas as pd

type BreakEvenSide = Literal["below", "above", "always", "never"]

PER = 100  # people


@dataclass(frozen=True, slots=True)
class JointTable:
    """Posterior probabilities of benefit, of harm, and of each with and without the other;
    ``mcse`` is the largest of theirs.
    """

    benefit: float
    harm: float
    both: float
    mcse: float | None = None

    @property
    def benefit_without_harm(self) -> float:
        """Benefit and no harm."""
        return max(self.benefit - self.both, 0.0)

    @property
    def harm_without_benefit(self) -> float:
        """Harm and no benefit."""
        return max(self.harm - self.both, 0.0)

    @property
    def neither(self) -> float:
        """Neither benefit nor harm."""
        return max(1 - self.benefit - self.harm + self.both, 0.0)


@dataclass(frozen=True, slots=True)
class BreakEven:
    """The weight at which the expected net benefit is 0, and where it is positive:
    below it, above it, at every weight or none.

    ``weight`` is None where there is no such weight above 0.
    """

    weight: float | None
    positive: BreakEvenSide


@dataclass(frozen=True, slots=True)
class Amount:
    """People of 100: posterior mean, central credible limits,
    and the Monte Carlo error of the mean where it was drawn.
    """

    mean: float
    lower: float
    upper: float
    mcse: float | None = None


@dataclass(frozen=True, slots=True)
class NetBenefit:
    """At one weight: the probability of a net benefit above 0, its Monte Carlo error,
    and the net benefit of 100 people.
    """

    weight: float
    probability: float
    net: Amount
    mcse: float | None = None


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a report or a file keeps of a ``BenefitHarm``: plain numbers, of 100 people or probabilities.

    ``effects`` and ``states`` are named as in ``BenefitHarm``; ``curve`` pairs weights with P(net benefit >
    0), and ``nets`` says more of some weights. ``correlation`` is that of the log odds ratios, with its Monte
    Carlo error.
    """

    setting: Setting
    dependence: Literal["independent", "joint"]
    informed: bool
    level: float
    relative: JointTable
    absolute: JointTable
    correlation: tuple[float, float | None]
    effects: tuple[tuple[str, Amount], ...]
    states: tuple[tuple[str, float, Amount], ...]
    curve: tuple[tuple[float, float], ...]
    nets: tuple[NetBenefit, ...]
    break_even: BreakEven

    __repr__ = short_repr

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "Weighed":
        """Return the numbers that ``dataclasses.asdict`` and JSON made plain."""
        plain = {name: stored[name] for name in ("dependence", "informed", "level")}
        return cls(
            **plain,
            setting=Setting(**stored["setting"]),
            relative=JointTable(**stored["relative"]),
            absolute=JointTable(**stored["absolute"]),
            correlation=(stored["correlation"][0], stored["correlation"][1]),
            effects=tuple((name, Amount(**amount)) for name, amount in stored["effects"]),
            states=tuple((name, before, Amount(**amount)) for name, before, amount in stored["states"]),
            curve=tuple((weight, chance) for weight, chance in stored["curve"]),
            nets=tuple(NetBenefit(**net | {"net": Amount(**net["net"])}) for net in stored["nets"]),
            break_even=BreakEven(**stored["break_even"]),
        )


@checked_methods
@dataclass(frozen=True, eq=False)
class BenefitHarm(Shown):
    """Two outcomes weighed against each other: questions of their joint posterior at stated control risks.

    ``weights`` are those of one harm against one benefit at which ``table`` gives it. ``informed`` is False
    where nothing informs the harm's odds ratio: what rests on it is then its prior, and no finding.
    """

    setting: Setting
    pair: IndependentPair | DrawnPair
    weights: tuple[float, ...]
    informed: bool = True

    @property
    def dependence(self) -> Literal["independent", "joint"]:
        """Whether the two posteriors were taken as independent, or come from one joint model."""
        return "independent" if isinstance(self.pair, IndependentPair) else "joint"

    @cached_property
    def benefit(self) -> Marginal:
        """Posterior of the benefit, in people of 100: how many more have its good side."""
        return self._of(self.setting.benefit)

    @cached_property
    def harm(self) -> Marginal:
        """Posterior of the harm, in people of 100: how many more are harmed."""
        return self._of(self.setting.harm)

    @cached_property
    def spared(self) -> Marginal | None:
        """Posterior of how many more of 100 have the benefit's good side unharmed;
        None where the counts do not tell.
        """
        return self._of(self.setting.spared) if self.setting.chained else None

    def net(self, weight: float) -> Marginal:
        """Return the posterior of the net benefit in people of 100:
        benefit less ``weight`` times harm; raises ``ModelError``.
        """
        return self._of(self.setting.net(checked_weight(weight)))

    def at(self, benefit_risk: float, harm_risk: float) -> "BenefitHarm":
        """Return the same posteriors at other control risks; raises ``ModelError``."""
        risks = checked_risk(benefit_risk, "benefit"), checked_risk(harm_risk, "harm")
        setting = replace(self.setting, benefit_risk=risks[0], harm_risk=risks[1])
        return replace(self, setting=setting, pair=replace(self.pair, risks=risks))

    def of_benefit(self, log_odds_ratio: Marginal) -> "BenefitHarm":
        """Return the same harm against another posterior of the benefit, independent of it,
        at the same control risks.
        """
        assert isinstance(self.pair, IndependentPair)
        return replace(self, pair=IndependentPair(log_odds_ratio, self.pair.second, self.pair.risks))

    @cached_property
    def relative(self) -> JointTable:
        """Benefit and harm judged by their odds ratios: on the good, and on the bad side of 1."""
        return self._table(self.setting.relative_harm)

    @cached_property
    def absolute(self) -> JointTable:
        """Benefit and harm judged by the numbers of people of all:
        with more live births there are more that can be preterm.
        """
        return self._table(self.setting.harm)

    @cached_property
    def correlation(self) -> tuple[float, float | None]:
        """Posterior correlation of the two log odds ratios, and its Monte Carlo error (normal theory)
        where it was drawn.
        """
        if isinstance(self.pair, IndependentPair):
            return 0.0, None
        coefficient = float(np.corrcoef(self.pair.first.ravel(), self.pair.second.ravel())[0, 1])
        size = min(_effective(self.pair.first), _effective(self.pair.second))
        return coefficient, (1 - coefficient**2) / math.sqrt(max(size - 1, 1.0))

    @cached_property
    def break_even(self) -> BreakEven:
        """The weight at which benefit and harm are expected to weigh the same."""
        return break_even(self.benefit.mean or 0.0, self.harm.mean or 0.0)

    def effects(self, level: float = 0.95) -> dict[str, Amount]:
        """Return ``benefit``, ``harm`` and, where it is known, ``spared``, in people of 100."""
        amounts = {"benefit": self.benefit, "harm": self.harm, "spared": self.spared}
        return {name: _amount(each, level) for name, each in amounts.items() if each is not None}

    def states(self, level: float = 0.95) -> dict[str, tuple[float, Amount]]:
        """Return people of 100 by what happens to them, without and with treatment;
        see ``Setting.before``.
        """
        return self._states(self.effects(level))

    def _states(self, changes: dict[str, Amount]) -> dict[str, tuple[float, Amount]]:
        states = {"with": changes["benefit"], "harmed": changes["harm"]}
        if "spared" in changes:
            states = {
                "unharmed": changes["spared"],
                "harmed": changes["harm"],
                "without": _turned(changes["benefit"]),
            }
        before = self.setting.before
        return {
            name: (PER * before[name], _shifted(change, PER * before[name]))
            for name, change in states.items()
        }

    def at_weight(self, weight: float, level: float = 0.95) -> NetBenefit:
        """Return the probability that the net benefit is above 0 at one weight,
        and the net benefit itself.
        """
        net = self.net(weight)
        mcse = _share_error(net.draws > 0) if isinstance(net, DrawsMarginal) else None
        return NetBenefit(weight, float(net.prob_above(0.0)), _amount(net, level), mcse)

    def table(self, level: Level = 0.95) -> "pd.DataFrame":
        """Return one row per weight: P(net benefit > 0), the net benefit of 100 people with limits,
        Monte Carlo errors.
        """
        import pandas as pd

        checked_level(level)
        rows = []
        for weight in self.weights:
            decision = self.at_weight(weight, level)
            net = {
                "net_mean": decision.net.mean,
                "net_lower": decision.net.lower,
                "net_upper": decision.net.upper,
                "level": level,
            }
            errors = (
                {"prob_mcse": decision.mcse, "net_mcse": decision.net.mcse}
                if decision.mcse is not None
                else {}
            )
            rows.append({"weight": weight, "prob_net_benefit": decision.probability, **net, **errors})
        return pd.DataFrame(rows).set_index("weight")

    def weighed(self, level: float = 0.95, nets: tuple[float, ...] = (0.5, 1.0)) -> Weighed:
        """Return plain numbers: all of the above, with the net benefit at the weights ``nets``."""
        chances = [float(self.net(weight).prob_above(0.0)) for weight in self.weights]
        effects = self.effects(level)
        return Weighed(
            setting=self.setting,
            dependence=self.dependence,
            informed=self.informed,
            level=level,
            relative=self.relative,
            absolute=self.absolute,
            correlation=self.correlation,
            effects=tuple(effects.items()),
            states=tuple((name, before, amount) for name, (before, amount) in self._states(effects).items()),
            curve=tuple(zip(self.weights, chances, strict=True)),
            nets=tuple(self.at_weight(weight, level) for weight in nets),
            break_even=self.break_even,
        )

    def _of(self, terms: Terms) -> Marginal:
        a, b, c, d = (PER * each for each in terms)
        return self.pair.marginal((a, b, c, d))

    def _table(self, harm: Terms) -> JointTable:
        good = self.setting.benefit
        chances = self.pair.chance(good), self.pair.chance(harm), self.pair.chance(good, harm)
        if isinstance(self.pair, IndependentPair):
            return JointTable(chances[0], chances[1], chances[2])
        one, other = self.pair.holds(good), self.pair.holds(harm)
        cells = (one * other, one * (1 - other), (1 - one) * other, (1 - one) * (1 - other))
        return JointTable(chances[0], chances[1], chances[2], max(_share_error(cell > 0) for cell in cells))


def break_even(benefit: float, harm: float) -> BreakEven:
    """Return the weight w at which ``benefit - w harm`` is 0, and where it is positive."""
    if harm == 0 or benefit * harm <= 0:
        better = benefit > 0 or (benefit == 0 and harm < 0)
        return BreakEven(None, "always" if better else "never")
    return BreakEven(benefit / harm, "below" if benefit > 0 else "above")


def _turned(change: Amount) -> Amount:
    return Amount(-change.mean, -change.upper, -change.lower, change.mcse)


def _shifted(change: Amount, by: float) -> Amount:
    return Amount(by + change.mean, by + change.lower, by + change.upper, change.mcse)


def _amount(marginal: Marginal, level: float) -> Amount:
    lower, upper = marginal.interval(level)
    mean = marginal.mean
    assert mean is not None
    return Amount(
        mean, lower, upper, _mean_error(marginal.draws) if isinstance(marginal, DrawsMarginal) else None
    )


def _mean_error(draws: Array) -> float:
    from bayes_ivig.results.draws.arviz import monte_carlo_error

    return monte_carlo_error(draws, "mean")


def _share_error(inside: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]") -> float:
    """Return the Monte Carlo error of a share; one over the effective number of draws where none
    or all are inside.
    """
    share = float(inside.mean())
    return (
        _mean_error(inside.astype(float)) if 0 < share < 1 else 1 / max(_effective(inside.astype(float)), 1.0)
    )


def _effective(draws: Array) -> float:
    from bayes_ivig.results.draws.arviz import effective_size

    return effective_size(draws)
