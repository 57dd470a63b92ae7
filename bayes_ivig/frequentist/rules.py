"""Where programs differ: zero cells, Hartung-Knapp truncation, prediction intervals;
each program's choices by name.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from bayes_ivig.errors import ModelError, suggestion
from bayes_ivig.formulas.effect_sizes import Measure
from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.one_line import short_repr

Corrected = Literal["zero-cell studies", "all studies", "none"]
Prediction = Literal["as interval", "z", "t k-1", "t k-2", "none"]


@checked
@dataclass(frozen=True, slots=True)
class Rules:
    """Conventions of a meta-analysis program; change one with ``dataclasses.replace``.

    ``add`` goes to all four cells of the studies named by ``study_estimates`` (their own effect and variance)
    and by ``pooled_sum`` (the Mantel-Haenszel sums). ``drop_no_events`` and ``drop_only_events`` list the
    measures for which a study without events in both arms, or with nothing but events, has no estimate of its
    own; ``mantel_haenszel_q_drops`` leaves such studies out of Q around the Mantel-Haenszel estimate for
    every measure. ``raw_risk_difference`` keeps a study's risk difference uncorrected and corrects its
    variance and weight only. ``sato_variance`` chooses the Sato-Greenland-Robins variance for the M-H risk
    difference, else Greenland-Robins. ``truncate_hartung_knapp`` replaces the variance factor q by max(1, q).
    ``prediction`` is ``"as interval"`` (z, or t with k - 1 df where the confidence interval uses it),
    ``"z"``, ``"t k-1"``, ``"t k-2"`` or ``"none"``. Raises ``ModelError`` for a negative ``add`` or an
    unknown choice.

    >>> import bayes_ivig as bi
    >>> from dataclasses import replace
    >>> without = replace(bi.classical.Rules(), add=0)
    >>> without.add
    0
    """

    name: str = "own"
    add: float = 0.5
    study_estimates: Corrected = "zero-cell studies"
    pooled_sum: Corrected = "none"
    drop_no_events: Sequence[Measure] = ("OR", "RR")
    drop_only_events: Sequence[Measure] = ("OR", "RR")
    mantel_haenszel_q_drops: bool = False
    raw_risk_difference: bool = False
    sato_variance: bool = True
    truncate_hartung_knapp: bool = False
    prediction: Prediction = "as interval"

    __repr__ = short_repr

    def __post_init__(self) -> None:
        """Validate."""
        if not 0 <= self.add < math.inf:
            raise ModelError(f"rules: add is {self.add!r}; the amount added to cells is 0 or more")
        choices = {"study_estimates": Corrected, "pooled_sum": Corrected, "prediction": Prediction}
        for field, allowed in choices.items():
            value, names = getattr(self, field), get_args(allowed)
            if value not in names:
                listed = ", ".join(repr(name) for name in names)
                raise ModelError(
                    f"rules: {field} is {value!r}{suggestion(str(value), names)}; it is one of {listed}"
                )

    @property
    def zero_cells(self) -> str:
        """The zero-cell rule for study estimates and Mantel-Haenszel sums, in a few words."""
        own, summed = self._in_words(self.study_estimates), self._in_words(self.pooled_sum)
        if own == summed:
            return f"{own}, in study estimates and Mantel-Haenszel sums"
        return f"{own} in study estimates, {summed} in Mantel-Haenszel sums"

    def _in_words(self, corrected: Corrected) -> str:
        if corrected == "none" or not self.add:
            return "nothing added"
        where = "of studies with a zero cell" if corrected == "zero-cell studies" else "of all studies"
        return f"{self.add:g} added to every cell {where}"

    @classmethod
    def metafor(cls) -> "Rules":
        """Conventions of the R package metafor with ``drop00=TRUE``:
        no correction in the Mantel-Haenszel sums.
        """
        return cls(name="metafor", mantel_haenszel_q_drops=True)

    @classmethod
    def revman5(cls) -> "Rules":
        """Conventions of Review Manager 5 (Deeks & Higgins 2010):
        0.5 in study estimates and Mantel-Haenszel sums.

        The risk difference follows the R package meta under its RevMan 5 settings,
        unconfirmed against RevMan.
        """
        return cls(
            name="revman5",
            pooled_sum="zero-cell studies",
            drop_only_events=("OR",),
            raw_risk_difference=True,
            sato_variance=False,
        )

    @classmethod
    def revman2025(cls) -> "Rules":
        """Conventions of RevMan (web) since January 2025: as ``revman5``, prediction by t with k - 1 df."""
        return cls(
            name="revman2025",
            pooled_sum="zero-cell studies",
            drop_only_events=("OR",),
            raw_risk_difference=True,
            sato_variance=False,
            prediction="t k-1",
        )

    @classmethod
    def meta(cls) -> "Rules":
        """Conventions of the R package meta by its documentation:
        0.5 in estimates and sums, prediction by t with k - 1 df.

        Its default for risk ratios, which adds 0.5 rather than 1 to the totals, is not offered:
        use its RevMan form.
        """
        return cls(
            name="meta",
            pooled_sum="zero-cell studies",
            drop_only_events=("OR",),
            raw_risk_difference=True,
            sato_variance=False,
            prediction="t k-1",
        )
