"""What named families of priors say before the data and after,
and the estimate against the width of the prior.
"""

from dataclasses import dataclass, fields

from bayes_ivig.kinds.one_line import short_repr
from bayes_ivig.priors.composite import Prior, described


@dataclass(frozen=True)
class AfterData:
    """Posterior odds ratio of one trial set under one pair of priors: median, central 95% limits, P(OR > 1).

    ``conflict_p`` is the two-sided tail of the data's estimate under the prior; ``part_weight`` the posterior
    weight of the first part of a mixture; None where they do not exist.
    """

    trials: str
    or_lower: float
    or_median: float
    or_upper: float
    prob_or_gt_1: float
    conflict_p: float | None
    part_weight: float | None


@dataclass(frozen=True)
class Overlap:
    """Trials of a dataset that the meta-analysis behind a prior pooled too:
    ``shared`` certainly, ``possible`` perhaps.

    ``possible`` could be among its trials by their year and design;
    nobody has looked which are, so they may count twice.
    """

    label: str
    shared: tuple[str, ...]
    possible: tuple[str, ...]


@dataclass(frozen=True)
class PriorFamily:
    """A named prior on mu (or, ``of_tau``, on tau beside the model's own on mu):
    what it says before and after the data.

    ``before_*`` are median and central 95% limits of the odds ratio under the prior, or of tau;
    ``before_prob`` is P(OR > 1), None of tau. ``overlap`` is None unless it comes from a meta-analysis;
    ``note`` says what must be known of its numbers.
    """

    label: str
    prior: Prior
    of_tau: bool
    before_lower: float
    before_median: float
    before_upper: float
    before_prob: float | None
    part_weight: float | None
    after: tuple[AfterData, ...]
    overlap: Overlap | None = None
    note: str = ""

    __repr__ = short_repr

    def to_dict(self) -> dict[str, object]:
        """Return the fields, the prior by its text with what it resolves to."""
        return {each.name: getattr(self, each.name) for each in fields(self)} | {
            "prior": described(self.prior)
        }


@dataclass(frozen=True)
class WidthCurve:
    """Posterior odds ratio of one trial set against the SD of a normal prior on mu around no effect."""

    trials: str
    widths: tuple[float, ...]
    lower: tuple[float, ...]
    median: tuple[float, ...]
    upper: tuple[float, ...]
    prob_or_gt_1: tuple[float, ...]

    __repr__ = short_repr


@dataclass(frozen=True)
class PriorFamilies:
    """Families and curves of one outcome; ``expected`` is the odds ratio that optimists
    and pessimists are about, if any.
    """

    families: tuple[PriorFamily, ...]
    curves: tuple[WidthCurve, ...]
    expected: float | None

    __repr__ = short_repr
