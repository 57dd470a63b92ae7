"""A whole reanalysis: per outcome what was published, what the frequentist methods give,
what the models give.
"""

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

from bayes_ivig.errors import unknown
from bayes_ivig.inputs.counts.description import About
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.inputs.paper.claims import Claim
from bayes_ivig.inputs.report_options import ReportOptions
from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.one_line import short_repr
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.measures import OR, Measure, measure_of
from bayes_ivig.priors.composite import Prior, described
from bayes_ivig.results.audit import Audit
from bayes_ivig.results.benefit.findings import Finding
from bayes_ivig.results.brief.new_trial import NewTrial
from bayes_ivig.results.checks.across_measures import MeasureComparison
from bayes_ivig.results.checks.outlook import OutcomeChecks
from bayes_ivig.results.comparisons.by_comparison import ByComparison, ComparisonResult
from bayes_ivig.results.marginals.marginal import Marginal, numbers
from bayes_ivig.results.next_trial.planned import PlannedOfOutcome
from bayes_ivig.results.one_line_repr import brief
from bayes_ivig.results.other_models.sampled import OtherModels
from bayes_ivig.results.pooled import PooledEstimate
from bayes_ivig.results.reanalysis.alternatives import AlternativeRow
from bayes_ivig.results.reanalysis.choices import Choices
from bayes_ivig.results.reanalysis.harm_readings import HarmComparison
from bayes_ivig.results.reanalysis.prior_families import PriorFamilies
from bayes_ivig.results.reanalysis.trial_set import TrialSetResult as TrialSetResult  # noqa: PLC0414 - found here
from bayes_ivig.results.reconstruction.posterior import ReconstructedReading, TablesUnder
from bayes_ivig.results.shown import Shown
from bayes_ivig.results.small_studies.asked import AskedOfOutcome
from bayes_ivig.results.specification.curve import SpecificationCurve
from bayes_ivig.results.tipping.how_much_prior import HowMuchPrior

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class SensitivityRow:
    """Posterior odds ratio of one combination of priors, likelihood
    and trial set (central 95% credible limits).
    """

    trials: str
    likelihood: str
    mu_prior: Prior
    tau_prior: Prior
    k: int
    or_lower: float
    or_median: float
    or_upper: float
    prob_or_gt_1: float
    tau_median: float
    measure: str = OR.code

    __repr__ = short_repr

    def to_dict(self) -> dict[str, str | float]:
        """Return the row as JSON has it: a prior by its text, a library entry with what it resolves to."""
        texts = {"mu_prior": described(self.mu_prior), "tau_prior": described(self.tau_prior)}
        found = {each.name: getattr(self, each.name) for each in fields(self)} | texts
        measure = measure_of(found.pop("measure"))
        return found if measure is OR else {_renamed(key, measure): value for key, value in found.items()}


def _renamed(key: str, measure: Measure) -> str:
    """Return the key of a number as another measure than odds ratios has it."""
    if key == OR.columns.above:
        return measure.columns.above
    return key.replace("or_", "effect_") if key.startswith("or_") else key


@brief
@dataclass(frozen=True, eq=False)
class CountsOutcome:
    """An outcome whose per-arm counts are known.

    ``sets`` are the named trial sets, the one the paper pooled (``published_trials``) and ``all`` among them;
    ``as_published`` is that set pooled by the rule the paper names, or seems to have used.
    """

    name: str
    about: About
    claim: Claim | None
    published_trials: str
    as_published: PooledEstimate
    sets: tuple[TrialSetResult, ...]
    sensitivity: tuple[SensitivityRow, ...]
    provenance: tuple[tuple[str, str, str], ...]  # study, how its counts are known, on what basis
    alternatives: tuple[AlternativeRow, ...] = ()
    prior_families: PriorFamilies | None = None  # None for a complement, and for models they are not made for
    choices: Choices | None = None  # None for a complement, and where fewer than three trials say something
    # by trial set: the published one, and all where they differ
    how_much_prior: tuple[tuple[str, HowMuchPrior], ...] = ()
    # what one more trial would make of the answers that a brief leads with
    new_trials: tuple[NewTrial, ...] = ()
    other_models: OtherModels | None = None  # of a mirror image none: they are those of what it mirrors
    checks: OutcomeChecks | None = None  # of the reference model; None for a complement
    specifications: SpecificationCurve | None = None  # of the first outcome with counts
    # all trials on the scales of other ratios, with the same priors; None where they have no counts for that
    other_measures: MeasureComparison | None = None
    # by what the treatment was compared with; None where nothing says so, or no comparison tells anything
    comparisons: ByComparison | None = None
    # where publication hung on the p-value, or effects on the size of a trial; None for a complement
    small_studies: AskedOfOutcome | None = None
    # what one trial more is expected to do; None for a complement, and of fewer than two telling trials
    next_trial: PlannedOfOutcome | None = None

    @property
    def leading_comparisons(self) -> tuple[ComparisonResult, ...]:
        """The comparisons by which the outcome is answered: none where fewer than two tell something, for
        one alone sets nothing apart.
        """
        found = self.comparisons.groups if self.comparisons else ()
        return found if len(found) > 1 else ()

    @property
    def measure(self) -> Measure:
        """The effect measure of the reference model's posteriors."""
        return self.trial_set("all").posterior.measure

    @property
    def usual(self) -> bool:
        """Whether all trials are known from counts and the effect is an odds ratio, for which a report asks
        every question it has.
        """
        return self.measure is OR and not self.trial_set("all").dataset.estimated

    @property
    def k(self) -> int:
        """How many of all trials the likelihood of the reference model uses."""
        return self.trial_set("all").posterior.k

    @property
    def k_informative(self) -> int:
        """How many of all trials can tell the arms apart."""
        return self.trial_set("all").posterior.k_informative

    @property
    def in_depth(self) -> bool:
        """Whether families of priors, choices of trials and what it takes
        to turn a conclusion were asked for.
        """
        return any(part is not None for part in (self.prior_families, self.choices)) or bool(
            self.how_much_prior
        )

    def rows(self, level: float) -> list[dict[str, object]]:
        """Return one row per trial set for the table of a reanalysis; see ``Reanalysis.table``."""
        return [
            {
                "outcome": self.name,
                "trials": result.trials,
                "k": result.posterior.k,
                "k_informative": result.posterior.k_informative,
                **{f"pooled_{name}": value for name, value in result.pooled.effect(level).items()},
                **_of_mu(numbers(result.posterior["mu"], level)),
                result.posterior.measure.columns.above: float(result.posterior["mu"].prob_above(0.0)),
            }
            for result in self.sets
        ]

    def trial_set(self, name: str) -> TrialSetResult:
        """Return the results of one trial set by its name."""
        return next(result for result in self.sets if result.trials == name)


@dataclass(frozen=True, eq=False)
class SummaryReading:
    """A posterior from a published summary under one reading of it.

    ``code`` says which printed numbers are taken as right: ``"as printed"``, ``"interval"``, ``"estimate and
    lower"`` or ``"estimate and upper"``. Estimate, limits and ``standard_error`` are on the measure's working
    scale (log for ratios), and so is ``marginal``, the posterior of the pooled effect.
    """

    code: str
    estimate: float
    lower: float
    upper: float
    standard_error: float
    marginal: Marginal


@brief
@dataclass(frozen=True, eq=False)
class SummaryOutcome:
    """An outcome known only through its published summary, and through what that leaves possible.

    ``reconstructed`` are the tables of counts that agree with readings of the summary; ``possible`` is how
    many there were. ``baselines`` has the answer over them under other baselines.
    """

    name: str
    about: About
    claim: Claim
    mu_prior: Prior
    readings: tuple[SummaryReading, ...]
    # header and rows of the per-arm counts that are known, empty cells unknown
    partial: tuple[tuple[str, ...], ...]
    reconstructed: tuple[ReconstructedReading, ...] = ()
    possible: int = 0
    baselines: tuple[TablesUnder, ...] = ()


@checked_methods
@dataclass(frozen=True, eq=False)
class Reanalysis(Shown):
    """Everything a report shows; ``data_sha256`` identifies the counts, ``version`` the program.

    ``versions`` are those of the libraries it computed and drew with, ``model_sha256`` is the checksum of the
    model's file where that is a bundled one; ``bundled`` says whether the data are.

    >>> import bayes_ivig as bi
    >>> reanalysis = bi.reanalyze(bi.load_dataset("my.csv"))
    >>> reanalysis
    Reanalysis(my): OR 0.38 (0.18 to 0.75), P(OR < 1) = 0.995
    >>> reanalysis.outcomes[0].k
    4
    """

    source: str
    about: About
    model: Model
    outcomes: tuple[CountsOutcome | SummaryOutcome, ...]
    # evidence shown as it is: name, header and rows
    tables: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]
    version: str
    data_sha256: str
    audit: Audit | None = None  # of the printed numbers, where a claims file goes with the counts
    options: ReportOptions = field(default_factory=ReportOptions)
    versions: tuple[tuple[str, str], ...] = ()
    model_sha256: str = ""
    bundled: bool = False
    harm: HarmComparison | None = None
    # odds ratios and events per 1000, an outcome's main trial sets under each other
    findings: tuple[Finding, ...] = ()
    # the same by comparison, each at the risk of its own control arms
    comparison_findings: tuple[Finding, ...] = ()
    file: str = ""  # that the trials are read from, where it is no CSV called as the source

    def table(self, level: Level = 0.95) -> "pd.DataFrame":
        """Return one row per outcome with counts and trial set:
        log odds ratios pooled and of the posterior (``mu_mean, mu_sd, mu_median, mu_lower, mu_upper``), the
        ``level`` of all limits, and P(OR > 1).

        >>> import bayes_ivig as bi
        >>> table = bi.reanalyze(bi.load_dataset("my.csv")).table()
        >>> table[["mu_median", "mu_lower", "mu_upper"]].astype(float).round(2).head(1)
           mu_median  mu_lower  mu_upper
        0      -0.98     -1.74     -0.29
        """
        import pandas as pd

        counted = [outcome for outcome in self.outcomes if isinstance(outcome, CountsOutcome)]
        return pd.DataFrame([row for outcome in counted for row in outcome.rows(level)])

    def outcome(self, name: str) -> CountsOutcome | SummaryOutcome:
        """Return one outcome by name; raises ``UnknownNameError``.

        >>> import bayes_ivig as bi
        >>> bi.reanalyze(bi.load_dataset("my.csv")).outcome("").k
        4
        """
        known = {outcome.name: outcome for outcome in self.outcomes}
        if name not in known:
            raise unknown("reanalysis: no outcome", name, known)
        return known[name]

    def __getitem__(self, name: str) -> CountsOutcome | SummaryOutcome:
        """Return an outcome by name, as ``outcome`` does."""
        return self.outcome(name)

    def _ipython_key_completions_(self) -> list[str]:
        """Return the keys that a notebook offers between brackets."""
        return [outcome.name for outcome in self.outcomes]

    @property
    def problems(self) -> tuple[str, ...]:
        """What the checks of the reference model's fits found, outcome and trial set named:
        empty where all were passed.
        """
        return tuple(
            f"{outcome.name or self.source}, {result.trials}: {problem}"
            for outcome in self.outcomes
            if isinstance(outcome, CountsOutcome)
            for result in outcome.sets
            for problem in result.posterior.diagnostics.problems
        )


def _of_mu(known: dict[str, float | None]) -> dict[str, float | None]:
    """Return numbers of mu by names that say so; the level stays that of all limits."""
    return {name if name == "level" else f"mu_{name}": value for name, value in known.items()}


def benefit(marginal: Marginal, about: About, odds_ratio: float = 1.0) -> float | None:
    """Return the probability of a benefit beyond ``odds_ratio`` (1 or more),
    the direction taken from ``about.event``.

    For a good event that is P(OR > x), for a bad one P(OR < 1 / x);
    None where the sidecar does not say which it is.
    """
    import math

    match about.event:
        case "good":
            return float(marginal.prob_above(math.log(odds_ratio)))
        case "bad":
            return float(marginal.prob_below(-math.log(odds_ratio)))
        case None:
            return None
