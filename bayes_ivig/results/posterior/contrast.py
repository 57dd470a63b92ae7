"""Groups of trials side by side: their mean effects, and how far they differ."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from bayes_ivig.errors import ModelError, unknown
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.model.scale import measure_in_force
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.measures import Measure
from bayes_ivig.priors.composite import Prior
from bayes_ivig.results.marginals.mapped import MappedMarginal
from bayes_ivig.results.marginals.marginal import Marginal
from bayes_ivig.results.posterior.diagnostics import Diagnostics
from bayes_ivig.results.posterior.own_scale import moments_of_mean, ratio_or_difference
from bayes_ivig.results.shown import Shown, checked_level, limited

if TYPE_CHECKING:
    import pandas as pd

type Pair = tuple[str, str]


@checked_methods
@dataclass(frozen=True, eq=False)
class Contrast(Shown):
    """Mean effects of groups of trials under one between-study SD.

    ``apart`` is the prior of every difference of two means, which vary around one centre that has the prior
    of mu; None where each mean has the prior of mu independently. ``stated_before`` says that the comparison
    was stated before the results were known; else it is post hoc.
    ``mu`` holds each group's mean (log odds ratio), ``differences`` the marginals of mean a minus mean b by
    pairs of names, the log of a ratio of odds ratios; ``tau`` is common to all. ``log_bayes_factor`` weighs
    unequal means against one mean for all trials; None where the prior of mu or of tau is improper.
    ``aside`` are the trials of the table that are in no group.
    """

    dataset: Dataset
    model: Model
    groups: dict[str, tuple[str, ...]]
    mu: dict[str, Marginal]
    tau: Marginal
    differences: Mapping[Pair, Marginal]
    diagnostics: Diagnostics
    weigh: Callable[[], float | None] = field(repr=False)
    apart: Prior | None = None
    stated_before: bool = False
    aside: tuple[str, ...] = ()

    @property
    def measure(self) -> Measure:
        """The effect measure of the means."""
        return measure_in_force(self.dataset, self.model)

    @cached_property
    def log_bayes_factor(self) -> float | None:
        """Log Bayes factor of unequal means over one mean, which takes one more fit
        when it is first asked for.
        """
        return self.weigh()

    def difference(self, a: str, b: str) -> Marginal:
        """Return the marginal of mean ``a`` minus mean ``b``;
        raises ``ModelError`` unless the pair is there in this order.
        """
        if (a, b) not in self.differences:
            listed = "; ".join(f"{one}, {other}" for one, other in self.differences)
            raise ModelError(f"contrast: no pair {a!r}, {b!r}; pairs are {listed}")
        return self.differences[a, b]

    def effect(self, name: str) -> Marginal:
        """Return the mean effect of a group on the measure's own scale: its odds ratio, or its difference.

        ``mu[name]`` is its logarithm where the measure is a ratio. Raises ``ModelError`` for a group that is
        not there.
        """
        if name not in self.mu:
            raise unknown("contrast: no group", name, self.mu)
        return ratio_or_difference(self.mu[name], self.measure, moments_of_mean(self.model))

    def ratio(self, a: str, b: str) -> Marginal:
        """Return the ratio of two groups' ratios, OR(a) / OR(b): ``difference(a, b)`` is its logarithm.

        Raises ``ModelError`` where the measure is a difference, and unless the pair is there in this order.
        """
        if not self.measure.log:
            raise ModelError(
                f"ratio: the measure of this contrast is {self.measure.one}; ask difference(a, b), which is "
                "on the measure's own scale"
            )
        return ratio_or_difference(self.difference(a, b), self.measure, moments_of_mean(self.model))

    def fewest_informative(self, *names: str) -> int:
        """Return the smallest number of trials that can tell the arms apart among the named groups.

        Of all groups where none is named. Where it is 0, a ratio of these groups holds nothing but its prior,
        and what the baseline prior adds.
        """
        for name in names:
            if name not in self.groups:
                raise unknown("contrast: no group", name, self.groups)
        telling = {study.name for study in self.dataset.studies if study.informative}
        return min(len(telling.intersection(self.groups[name])) for name in names or self.groups)

    def table(self, level: Level = 0.95) -> "pd.DataFrame":
        """Return odds ratios of the groups and ratios of odds ratios of the pairs, or what ``measure`` says:
        ``scale``, number of ``trials``, ``median, lower, upper, level`` and the probability above no effect,
        ``prob_gt_1`` (of differences ``prob_gt_0``).
        """
        import pandas as pd

        checked_level(level)
        measure = self.measure
        rows = [(name, measure.name, len(self.groups[name]), marginal) for name, marginal in self.mu.items()]
        rows += [
            (
                f"{a} {measure.against} {b}",
                measure.contrast,
                len(self.groups[a]) + len(self.groups[b]),
                marginal,
            )
            for (a, b), marginal in self.differences.items()
        ]
        lines = []
        for name, scale, k, marginal in rows:
            lower, upper = (measure.own(value) for value in marginal.interval(level))
            lines.append(
                {
                    "group": name,
                    "scale": scale,
                    "trials": k,
                    **limited((measure.own(float(marginal.quantile(0.5))), lower, upper), level),
                    f"prob_gt_{measure.null:g}": marginal.prob_above(0.0),
                }
            )
        return pd.DataFrame(lines).set_index("group")


@checked_methods
@dataclass(frozen=True, eq=False)
class ByClass(Shown):
    """Classes of trials by one column: each by itself, and their differences under one between-study SD.

    ``contrast`` has the stated prior of differences, ``independent`` means that know nothing of each other
    (the wide prior). ``alone`` has a row of ``subsets`` for every class, with a tau of its own, in the order
    of ``contrast.groups``; ``aside`` are trials without a value, or in a class that says nothing under the
    likelihood. ``dataset`` is the table with them.
    """

    column: str
    alone: "pd.DataFrame"
    contrast: Contrast
    aside: tuple[str, ...]
    independent: Contrast
    prior: str  # of a difference
    stated_before: bool = False
    dataset: Dataset = field(kw_only=True, repr=False)

    @property
    def level(self) -> float:
        """The level of the limits of each class by itself."""
        return float(self.alone["level"].iloc[0])

    def differences(self, *, wide: bool = False) -> tuple[tuple[str, str, Marginal], ...]:
        """Return every class against the one with most trials (the first of them):
        names a, b and the log of OR(a) / OR(b).

        ``wide`` takes those of independent means.
        """
        groups, which, base = self.contrast.groups, self.independent if wide else self.contrast, self._largest
        return tuple((name, base, _difference(which, name, base)) for name in groups if name != base)

    def with_largest(self, *, wide: bool = False) -> tuple[tuple[str, str, Marginal], ...]:
        """Return the pairs of ``contrast`` that the class with most trials is in, in their own direction:
        names a, b and the log of OR(a) / OR(b), as in ``table``.

        ``wide`` takes those of independent means.
        """
        pairs = (self.independent if wide else self.contrast).differences
        return tuple((a, b, pairs[a, b]) for a, b in pairs if self._largest in (a, b))

    @property
    def _largest(self) -> str:
        groups = self.contrast.groups
        return max(groups, key=lambda name: len(groups[name]))

    def table(self, level: Level | None = None) -> "pd.DataFrame":
        """Return one row per class, then one per pair of classes.

        Columns: ``class``, ``scale`` (``odds ratio`` or ``ratio of odds ratios``), then those of ``subsets``
        of each class by itself, NaN for pairs where one number cannot stand for two classes; ``shared_median,
        shared_lower, shared_upper`` (of ``shared_level``: ``level``, or that of the classes unless given) and
        ``shared_prob_gt_1`` under one tau for all classes.
        """
        import pandas as pd

        level = self.level if level is None else checked_level(level)
        groups, pairs, measure = self.contrast.groups, self.contrast.differences, self.contrast.measure
        own = self.alone.drop(columns="trials")
        own.insert(0, "trials", ["; ".join(names) for names in groups.values()])
        own.insert(0, "scale", measure.name)
        own.insert(0, "class", list(groups))
        of_pairs = pd.DataFrame(
            {"class": [f"{a} {measure.against} {b}" for a, b in pairs], "scale": measure.contrast}
        )
        of_pairs["trials"] = ["; ".join((*groups[a], *groups[b])) for a, b in pairs]
        counted = dict(zip(groups, own["k"], strict=True))
        of_pairs["k"] = [int(counted[a] + counted[b]) for a, b in pairs]
        of_pairs["numerical_error"] = max(
            value for name, value in self.contrast.diagnostics.numbers if name.startswith("error.")
        )
        table = pd.concat([own, of_pairs], ignore_index=True)
        marginals = [*self.contrast.mu.values(), *pairs.values()]
        probabilities = [(1 - level) / 2, 0.5, (1 + level) / 2]
        quantiles = measure.own_values(
            np.array([np.asarray(marginal.quantile(probabilities)) for marginal in marginals])
        )
        for name, at in (("median", 1), ("lower", 0), ("upper", 2)):
            table[f"shared_{name}"] = quantiles[:, at]
        table["shared_level"] = level
        table[f"shared_prob_gt_{measure.null:g}"] = [
            float(marginal.prob_above(0.0)) for marginal in marginals
        ]
        return table


def _difference(contrast: Contrast, a: str, b: str) -> Marginal:
    pairs = contrast.differences
    return (
        pairs[a, b]
        if (a, b) in pairs
        else MappedMarginal(pairs[b, a], np.negative, np.negative, increasing=False)
    )
