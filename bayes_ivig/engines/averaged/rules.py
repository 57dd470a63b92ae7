"""Several rules of publication at once: the intervals of the finest cuts give those of all coarser ones."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.averaged.nodes import FINENESS, Nodes
from bayes_ivig.engines.averaged.reading import Reading
from bayes_ivig.engines.averaged.selected import selected
from bayes_ivig.engines.grid import curves
from bayes_ivig.engines.grid.axes import Axes
from bayes_ivig.engines.selected.chances import intervals_of, log_chances, log_curves, require_chances
from bayes_ivig.formulas.selection_models import weights
from bayes_ivig.formulas.selection_models.p_values import Rule
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.model.direction import favoured
from bayes_ivig.inputs.model.selected import CUMULATIVE, Selection
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.results.marginals.axis import Axis

type Array = NDArray[np.float64]
type Index = NDArray[np.intp]
type Test = tuple[str, int, tuple[float, ...]]  # its name, direction, and cuts where it shares none

DIGITS = 12  # to which cuts are told apart
EFFECTIVE, OF = (
    10.0,
    13.0,
)  # trials that nodes of weights are dense enough for, of so many; others in proportion
POWER = 0.6
POINT = Axis("identity", 0.0, 1.0, 0.0, 1.0, 1)


class Chances(NamedTuple):
    """The cuts of one-sided p-values, the trials' intervals (K,), and log probabilities of all intervals at
    all nodes (K, J, M + 1, T + 1).
    """

    cuts: tuple[float, ...]
    at: Index
    logs: Array

    def merged(self, groups: Index) -> tuple[Array, Index]:
        """Return log probabilities of groups of the intervals, and the groups in which the trials are."""
        parts = [np.logaddexp.reduce(self.logs[:, groups == j], axis=1) for j in range(groups.max() + 1)]
        return np.stack(parts, axis=1), groups[self.at]


def readings(
    nodes: Nodes, dataset: Dataset, model: Model, rules: Mapping[str, Selection]
) -> dict[str, Reading]:
    """Return what each rule makes of the nodes, its weights integrated out; raises ``DataError`` for design
    effects that leave a rule no probabilities.
    """
    require_chances(dataset, model)
    kinds = _tests(dataset, rules)
    out = {}
    for test in dict.fromkeys(kinds.values()):
        own = {code: rules[code] for code, kind in kinds.items() if kind == test}
        chances = _chances(nodes, dataset, model, (test, finest(own.values())))
        for code, rule in own.items():
            two_sided = bool(test[2])
            groups = np.arange(len(rule.steps) + 1) if two_sided else groups_of(rule, chances.cuts)
            out[code] = selected(nodes, *chances.merged(groups), _weights(rule, len(nodes.values)))
    return {code: out[code] for code in rules}


def finest(rules: Iterable[Selection]) -> tuple[float, ...]:
    """Return all cuts of the one-sided p-value that any rule has: a two-sided p-value of a is a one-sided one
    of a / 2 or of 1 - a / 2.
    """
    cuts: set[float] = set()
    for rule in rules:
        for step in rule.steps:
            cuts |= {round(step, DIGITS)} if rule.side == "one" else {
                round(step / 2, DIGITS), round(1 - step / 2, DIGITS)
            }  # fmt: skip
    return tuple(sorted(cuts))


def groups_of(rule: Selection, cuts: tuple[float, ...]) -> Index:
    """Return the interval of a rule in which each interval between finer cuts lies."""
    edges = np.array([0.0, *cuts, 1.0])
    middle = (edges[1:] + edges[:-1]) / 2
    p = middle if rule.side == "one" else 2 * np.minimum(middle, 1 - middle)
    return np.asarray((p[:, None] > np.array(rule.steps)).sum(axis=1), np.intp)


def tests_of(dataset: Dataset, rules: Mapping[str, Selection]) -> set[Test]:
    """Return the different p-values that the rules need."""
    return set(_tests(dataset, rules).values())


def _tests(dataset: Dataset, rules: Mapping[str, Selection]) -> dict[str, Test]:
    """Say which p-values each rule needs. Two-sided ones are made of one-sided ones in the direction of the
    others, or in any; those of Fisher's test are no such sums.
    """
    signs = {code: favoured(dataset, rule.direction) for code, rule in rules.items() if rule.side == "one"}
    any_sign = next(iter(signs.values()), 1)
    return {
        code: (rule.test, 1, rule.steps)
        if rule.side == "two" and rule.test == "fisher"
        else (rule.test, signs.get(code, any_sign), ())
        for code, rule in rules.items()
    }


def _weights(rule: Selection, trials: int) -> weights.Nodes:
    """Return the nodes of a rule's weights."""
    if rule.fixed is not None:
        return weights.fixed(rule.fixed)
    scale = weights.Scale.of(rule.intervals - 1, round(EFFECTIVE * (trials / OF) ** POWER))
    made = weights.cumulative if rule.weights == CUMULATIVE else weights.uniform
    return made(rule.intervals, scale)


def _chances(nodes: Nodes, dataset: Dataset, model: Model, of: tuple[Test, tuple[float, ...]]) -> Chances:
    """Return the probabilities of all intervals at all nodes."""
    (test, sign, own), cuts = of
    rule = Rule(own or cuts, sign, bool(own), test)
    intervals = intervals_of(curves.informative(dataset, model), model, rule)
    surface = nodes.surface
    theta, _, tau = surface.axes
    logs = np.empty((*nodes.values.shape[:1], intervals.count, *nodes.log_prior.shape))
    logs[..., :-1, 1:] = log_chances(intervals, surface, FINENESS)
    logs[..., -1:, 1:] = log_chances(intervals, replace(surface, axes=Axes(theta, POINT, tau)), FINENESS)
    logs[..., 0] = log_curves(intervals, nodes.mu)
    return Chances(rule.cuts, intervals.at, logs)
