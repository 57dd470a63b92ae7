"""Codes of what an audit has to say, with the numbers in it; ``reporting`` words them when asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from bayes_ivig.kinds.one_line import short_repr

Code = Literal[
    "also_mended",
    "central",
    "central_if_cut",
    "central_if_natural",
    "cut_off",
    "effect",
    "fitting_trials",
    "heterogeneity",
    "heterogeneity_agrees",
    "heterogeneity_disagrees",
    "heterogeneity_if",
    "i2_from_tau2",
    "needs",
    "needs_heterogeneity",
    "needs_p",
    "no_fewer_trials",
    "no_number_of_trials",
    "not_central",
    "not_positive",
    "one_trial",
    "p_agrees",
    "p_agrees_if",
    "p_disagrees",
    "sentences",
    "agree_if_cut_off",
    "another_number",
    "another_sum",
    "as_printed",
    "both",
    "claimed_elsewhere",
    "column_of",
    "counted_in_arms",
    "equal_right",
    "equal_wrong",
    "mirrored",
    "needs_outcomes",
    "needs_percentage",
    "needs_sum",
    "needs_two",
    "no_total",
    "not_mirrored",
    "nothing_implied",
    "one_number",
    "percentage_fits",
    "percentage_wrong",
    "sum_right",
    "sum_right_if",
    "sum_wrong",
    "convention",
    "exact_not_tried",
    "heterogeneity_of",
    "in_percent",
    "not_reproduced",
    "nothing_to_recompute",
    "only_otherwise",
    "printed",
    "quantile",
    "reproduced",
    "allowed",
    "excluded",
    "model_used",
    "needs_rule",
    "nothing_to_look_at",
    "silent",
    "undecided",
    "unstated",
    "another_measure",
    "fits",
    "is_a",
    "needs_counts",
    "no_formula",
    "nothing_printed",
    "of_study",
    "with_conditions",
    "incomplete",
    "label",
    "listed",
    "no_subset",
    "no_such_outcome",
    "participants",
    "size",
    "subset",
    "too_many_subsets",
    "trials",
]


@dataclass(frozen=True, slots=True)
class Coded:
    """What there is to say: a code, and the values that its words need.

    Values are numbers, texts, printed claims, recipes, further codes, and tuples of these, so that it can be
    compared, hashed and kept.
    """

    code: Code
    values: tuple[object, ...] = ()

    __repr__ = short_repr


def coded(code: Code, *values: object) -> Coded:
    """Return a code with its values: lists become tuples, mappings tuples of pairs."""
    return Coded(code, tuple(map(_plain, values)))


def _plain(value: object) -> object:
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Mapping):
        return tuple((name, _plain(each)) for name, each in value.items())
    return tuple(map(_plain, value)) if type(value) in (list, tuple) else value  # type: ignore[call-overload]
