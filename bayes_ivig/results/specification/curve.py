"""A specification curve: the posterior of every combination of trial set, model and priors, sorted."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal

from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.one_line import short_repr
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.measures import Measure, measure_of
from bayes_ivig.results.shown import Shown, own_level

if TYPE_CHECKING:
    import pandas as pd

type Choice = Literal["trials", "likelihood", "effects", "mu", "tau"]

LEVEL = 0.95
CHOICES: tuple[Choice, ...] = ("trials", "likelihood", "effects", "mu", "tau")
NO_SPREAD = ""  # the prior of tau where there is none


@dataclass(frozen=True)
class SpecifiedSet:
    """A trial set of a curve: its name, its trials, and the ``question`` that they ask, the key of a
    comparison; empty where they ask several, or where nothing is said of comparisons. ``phrase`` is that
    question as it continues the name of the treatment; ``whole`` says that the set is all trials that ask it.
    """

    name: str
    trials: tuple[str, ...]
    question: str = ""
    phrase: str = ""
    whole: bool = False


@dataclass(frozen=True)
class Specification:
    """One combination of choices and what comes out, on the measure's own scale: posterior median, central
    95% credible limits, and the probability of an effect above none.

    Priors are texts, that of ``tau`` empty under a common effect. ``stated_before`` says that every one of
    the choices was; ``reference`` that model and priors are those of the reference model. ``error`` bounds
    the numerical error in posterior SDs.
    """

    trials: str
    question: str
    likelihood: str
    effects: str
    mu: str
    tau: str
    k: int
    k_informative: int
    lower: float
    median: float
    upper: float
    prob_above: float
    stated_before: bool
    reference: bool
    error: float

    __repr__ = short_repr


@checked_methods
@dataclass(frozen=True, eq=False)
class SpecificationCurve(Shown):
    """All specifications, by question and within it from the smallest median to the largest.

    ``choices`` has what was chosen from, ``before`` what of it was stated before results were known, by
    ``source``. ``model`` is the reference model; ``published`` names the trial set that a paper pooled, empty
    where none is known; ``left_out`` pairs a trial set with a model and why it has none. Specifications are
    not independent, and their spread is no uncertainty: it says how far the answer depends on choices
    (Simonsohn, Simmons & Nelson 2020, Nat Hum Behav 4:1208; Steegen et al. 2016, Perspect Psychol Sci
    11:702).

    >>> import bayes_ivig as bi
    >>> curve = bi.trials.specification_curve(bi.load_dataset("my.csv"), models=[bi.Model()])
    >>> curve.table()[["or_median", "or_lower", "or_upper"]].round(2)
       or_median  or_lower  or_upper
    0       0.37      0.14      0.91
    1       0.38      0.18      0.75
    2       0.38      0.18      0.73
    3       0.41      0.22      0.79
    4       0.41      0.21      0.81
    5       0.42      0.19      1.02
    """

    dataset: Dataset
    model: Model
    rows: tuple[Specification, ...]
    sets: tuple[SpecifiedSet, ...]
    choices: tuple[tuple[Choice, tuple[str, ...]], ...]
    before: tuple[tuple[Choice, tuple[str, ...]], ...]
    source: str
    published: str
    left_out: tuple[tuple[str, str], ...]
    measure_code: str

    @property
    def measure(self) -> Measure:
        """The effect measure of the medians and limits."""
        return measure_of(self.measure_code)

    @property
    def questions(self) -> tuple[str, ...]:
        """The questions that the trial sets ask, in the order of their rows."""
        return tuple(dict.fromkeys(row.question for row in self.rows))

    def of_question(self, question: str) -> tuple[Specification, ...]:
        """Return the rows of one question, smallest median first."""
        return tuple(row for row in self.rows if row.question == question)

    def found(self, trials: str) -> Specification | None:
        """Return the row of the reference model on a trial set; None where there is none."""
        return next((row for row in self.rows if row.reference and row.trials == trials), None)

    def moved(self, choice: Choice) -> float:
        """Return how far the median moves at most where one choice alone changes, trial sets within a
        question: the factor of a ratio (1 or more), the difference of others (0 or more).

        A common effect, which has no tau, is held against the other effects under each prior of tau.
        """
        largest = self.measure.null
        for medians in self._alike_but(choice):
            low, high = min(medians), max(medians)
            largest = max(largest, high / low if self.measure.log else high - low)
        return largest

    def _alike_but(self, choice: Choice) -> Iterator[list[float]]:
        """Yield the medians of rows of a question that differ in one choice alone."""
        others = [name for name in CHOICES if name != choice and (choice, name) != ("effects", "tau")]
        alike: dict[tuple[str, ...], list[Specification]] = {}
        for row in self.rows:
            key = (row.question, *(getattr(row, name) for name in others))
            alike.setdefault(key, []).append(row)
        for rows in alike.values():
            if choice != "effects":
                yield [row.median for row in rows]
                continue
            common = [row.median for row in rows if row.tau == NO_SPREAD]
            spreads = dict.fromkeys(row.tau for row in rows if row.tau != NO_SPREAD)
            for tau in spreads or (NO_SPREAD,):
                yield [*common, *(row.median for row in rows if row.tau == tau)]

    def table(self, level: Level | None = None) -> "pd.DataFrame":
        """Return one row per specification, in the order of the curve.

        Columns: the fields of ``Specification``, effects under the names of the measure (``or_median,
        or_lower, or_upper, prob_or_gt_1`` of odds ratios) with the ``level`` of the limits, which is 0.95,
        the bound as ``numerical_error``.
        """
        import pandas as pd

        own_level(level, LEVEL, "leave level out")
        return pd.DataFrame(self.records())

    def records(self) -> list[dict[str, Any]]:
        """Return the rows of the table as plain values."""
        return [self._record(row) for row in self.rows]

    def _record(self, row: Specification) -> dict[str, Any]:
        names, plain = self.measure.columns, {each.name: getattr(row, each.name) for each in fields(row)}
        limits = {names.median: row.median, names.lower: row.lower, names.upper: row.upper, "level": LEVEL}
        of_effect = {"median": limits, "prob_above": {names.above: row.prob_above}}
        known = {"lower": {}, "upper": {}, "error": {"numerical_error": row.error}} | of_effect
        return {key: value for name in plain for key, value in known.get(name, {name: plain[name]}).items()}
