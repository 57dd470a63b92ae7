"""What a person judged of one outcome, as it was entered: certainty of the evidence, risk of bias re-read,
the smallest important difference, and which analyses were stated before.

Nothing here is computed, and no number of a posterior depends on it, except on which side of the smallest
important difference it is asked about.
"""

from dataclasses import dataclass, replace
from typing import Literal

from bayes_ivig.priors.parsing import parse_prior

type Scale = Literal["odds_ratio", "events_per_1000", "effect"]


@dataclass(frozen=True, slots=True)
class Judged:
    """One rating, why, who judged it and when; ``on`` is empty where no date is stated."""

    rating: str
    reason: str
    by: str
    on: str = ""


@dataclass(frozen=True, slots=True)
class Certainty:
    """Certainty of the evidence of an outcome, by GRADE (Guyatt et al. 2008, BMJ 336:924).

    ``overall`` is rated high, moderate, low or very low; None where only domains were judged. ``domains``
    pairs ``"risk_of_bias"``, ``"inconsistency"``, ``"indirectness"``, ``"imprecision"`` and
    ``"publication_bias"``, in this order and those judged only, with their ratings. ``of`` says of what
    evidence, in the words of who judged; empty where that is the outcome as a whole.
    """

    overall: Judged | None
    domains: tuple[tuple[str, Judged], ...] = ()
    of: str = ""


@dataclass(frozen=True, slots=True)
class BiasJudgement:
    """Risk of bias of one trial as a person read it again; ``overall`` has an empty rating where only
    ``domains``, pairs of a name and a rating, were judged.
    """

    study: str
    overall: Judged
    domains: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ImportantDifference:
    """The smallest difference that matters: an odds ratio (which stands for its reciprocal as well), events
    per 1000 people, or an effect on an outcome's own scale where that is no odds ratio.
    """

    size: float
    scale: Scale
    reason: str = ""
    by: str = ""

    @property
    def per_1000(self) -> float | None:
        """Events per 1000; None where it is stated on another scale."""
        return self.size if self.scale == "events_per_1000" else None

    @property
    def relative(self) -> float | None:
        """The effect, on the scale of the outcome's measure; None where it is stated in events."""
        return None if self.scale == "events_per_1000" else self.size


@dataclass(frozen=True, slots=True)
class StatedBefore:
    """What was stated before results were known, and where: a protocol or a registration.

    Each field is what was named there: trial sets, comparisons, likelihoods, distributions of study effects,
    priors as text. What is not named was not stated.
    """

    source: str
    trial_sets: tuple[str, ...] = ()
    comparisons: tuple[str, ...] = ()
    likelihoods: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    mu_priors: tuple[str, ...] = ()
    tau_priors: tuple[str, ...] = ()
    note: str = ""

    def names(self, kind: str, choice: str) -> bool:
        """Say whether a choice was stated; ``kind`` is ``"trial_sets"``, ``"comparisons"``,
        ``"likelihoods"``, ``"effects"``, ``"mu_priors"`` or ``"tau_priors"``. Priors are compared as priors,
        however they are written.
        """
        stated: tuple[str, ...] = getattr(self, kind)
        if kind.endswith("_priors"):
            return str(parse_prior(choice)) in {str(parse_prior(text)) for text in stated}
        return choice in stated


@dataclass(frozen=True, slots=True)
class Judgements:
    """All that was judged of one outcome; what was not is None, or empty."""

    certainty: Certainty | None = None
    risk_of_bias: tuple[BiasJudgement, ...] = ()
    important_difference: ImportantDifference | None = None
    stated_before: StatedBefore | None = None

    def over(self, general: "Judgements | None") -> "Judgements":
        """Return these with those of ``general`` where here nothing was judged; trials one by one."""
        if general is None:
            return self
        trials = {each.study: each for each in (*general.risk_of_bias, *self.risk_of_bias)}
        return replace(
            self,
            certainty=self.certainty or general.certainty,
            risk_of_bias=tuple(trials.values()),
            important_difference=self.important_difference or general.important_difference,
            stated_before=self.stated_before or general.stated_before,
        )
