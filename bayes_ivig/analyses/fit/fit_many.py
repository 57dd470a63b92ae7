"""``fit_many``: one row for each of many tables, on several processes, in the order in which they come."""

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import numpy as np

from bayes_ivig.analyses.fit.statements import Question, Questions, can_leave, questions
from bayes_ivig.analyses.processes import in_order
from bayes_ivig.engines.fitting import fit
from bayes_ivig.errors import BayesIvigError
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.model.files import TwoArm, two_arm_of
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.kind import Between
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.kinds.words import described
from bayes_ivig.measures import Columns, measure_of
from bayes_ivig.results.posterior.posterior import Posterior

if TYPE_CHECKING:
    import pandas as pd

type Workers = Annotated[int, Between(0, 256, "from 0 to 256", "2", closed=True)]
type Named = tuple[str, Dataset]

TOGETHER = 20  # tables that go to a process at once
FEW = 200  # tables that are done while two processes would begin: a second each, the time of 100 tables
FITTED, FAILED, UNANSWERED, REFUSED = "fitted", "check failed", "not answered", "not fitted"
# of tables on several measures
MIXED = Columns(
    "effect_median", "effect_lower", "effect_upper", "prob_gt_null", "pooled_effect", "effect_moved"
)


class Row(NamedTuple):
    """One table: what became of it and why, its numbers in the order of the frame, and the answers."""

    label: str
    status: str
    reason: str
    numbers: tuple[Any, ...]
    answers: tuple[float, ...]


@dataclass(frozen=True)
class Task:
    """What is done with every table."""

    model: Model
    asked: Questions
    level: float

    def __call__(self, tables: tuple[Named, ...]) -> list[Row]:
        """Return a row for each of some tables."""
        return [self.row(label, dataset) for label, dataset in tables]

    def row(self, label: str, dataset: Dataset) -> Row:
        """Return the row of a table; one that cannot be fitted has no numbers, and the reason."""
        nothing = (math.nan,) * len(self.asked)
        if not isinstance(dataset, Dataset):
            why = f"found {described(dataset)}; must be a Dataset"
            return Row(label, REFUSED, why, (), nothing)
        try:
            posterior = fit(dataset, self.model)
        except BayesIvigError as error:
            return Row(label, REFUSED, str(error), (), nothing)
        answers, wrong = self._answers(posterior)
        problems = posterior.diagnostics.problems
        status = FAILED if problems else UNANSWERED if wrong else FITTED
        return Row(label, status, "; ".join((*problems, *wrong)), self._numbers(posterior), answers)

    def _numbers(self, posterior: Posterior) -> tuple[Any, ...]:
        mu, measure = posterior["mu"], posterior.measure
        tail = (1 - self.level) / 2
        lower, median, upper = measure.own_values(np.asarray(mu.quantile([tail, 0.5, 1 - tail]))).tolist()
        return (
            measure.code, posterior.k, posterior.k_informative, median, lower, upper,
            float(mu.prob_above(0.0)), float(posterior["tau"].quantile(0.5)),
            posterior.log_marginal_likelihood,
        )  # fmt: skip

    def _answers(self, posterior: Posterior) -> tuple[tuple[float, ...], list[str]]:
        answers, wrong = [], []
        for name, question in self.asked.items():
            try:
                answers.append(float(question(posterior)))
            except Exception as error:  # of a function of the user's own, too
                said = str(error) if isinstance(error, BayesIvigError) else f"{type(error).__name__}: {error}"
                answers.append(math.nan)
                wrong.append(f"{name}: {said}")
        return tuple(answers), wrong


@checked
def fit_many(
    datasets: Annotated[
        Mapping[str, Dataset] | Iterable[Dataset], "Datasets one after another, or a dict of them by name"
    ],
    model: TwoArm | None = None,
    *,
    ask: Mapping[str, Question] | None = None,
    level: Level = 0.95,
    workers: Workers = 2,
) -> "pd.DataFrame":
    """Fit one model to many tables; one row for each, in their order, whatever becomes of it.

    ``datasets`` may be a generator: a bounded number is held at once, and no posterior is kept. Each is
    fitted by ``fit`` as if alone, so that a row is the same for any number of ``workers``, processes with
    one thread each (0 and 1: none but this one; so are fewer than 200 tables). No ``if __name__ ==
    "__main__"`` is needed. ``ask`` maps names of columns to statements whose posterior probability is wanted,
    ``"OR < 0.8"`` (``"effect < 0.8"`` of any measure; values are on the measure's own scale), or to functions
    of a ``Posterior`` that return a number; lambdas and functions of the script itself are asked in this
    process.

    Columns: ``label``; ``status`` (``fitted``, ``check failed``, ``not answered``, ``not fitted``) and the
    ``reason`` of any but the first; ``measure``; ``k`` and ``k_informative`` studies; median and central
    limits of ``level`` on the measure's own scale (``or_median, or_lower, or_upper, level``; ``effect_...``
    where tables are on several measures) and the probability above no effect; ``tau_median``;
    ``log_marginal_likelihood``; the answers. NaN where there is no number. Raises ``ModelError`` for a model
    that is only sampled and for a text that is no statement.

    >>> import bayes_ivig as bi
    >>> tables = {"IVIG": bi.load_dataset("ivig", "live_birth"), "mine": bi.load_dataset("my.csv")}
    >>> frame = bi.fit_many(tables, ask={"halved": "OR < 0.5"})
    >>> frame[["label", "status", "k", "or_median", "halved"]].round(2)
      label  status  k  or_median  halved
    0  IVIG  fitted  9       1.80    0.01
    1  mine  fitted  4       0.38    0.81
    """
    task = Task(two_arm_of(model), questions(ask), level)
    tables = _labelled(datasets)
    first = list(itertools.islice(tables, FEW))
    if workers < 2 or len(first) < FEW or not can_leave(task.asked):
        rows = [task.row(*each) for each in itertools.chain(first, tables)]
    else:
        parts = itertools.batched(itertools.chain(first, tables), TOGETHER)
        rows = [row for part in in_order(task, parts, workers) for row in part]
    return _frame(rows, tuple(task.asked), level)


def _labelled(datasets: Mapping[str, Dataset] | Iterable[Dataset]) -> Iterator[Named]:
    if isinstance(datasets, Mapping):
        yield from datasets.items()
        return
    for dataset in datasets:
        yield str(getattr(dataset, "label", "")), dataset


def _frame(rows: list[Row], asked: tuple[str, ...], level: float) -> "pd.DataFrame":
    import pandas as pd

    codes = {row.numbers[0] for row in rows if row.numbers}
    of = measure_of(codes.pop()).columns if len(codes) == 1 else MIXED
    columns: dict[str, Any] = {
        "label": [row.label for row in rows],
        "status": [row.status for row in rows],
        "reason": [row.reason for row in rows],
        "measure": [row.numbers[0] if row.numbers else "" for row in rows],
    }
    for i, name in enumerate(("k", "k_informative"), 1):
        columns[name] = pd.array([row.numbers[i] if row.numbers else None for row in rows], dtype="Int64")
    for i, name in enumerate((*of[:4], "tau_median", "log_marginal_likelihood"), 3):
        values = [row.numbers[i] if row.numbers else None for row in rows]
        columns[name] = np.array([math.nan if value is None else value for value in values], float)
        columns |= {"level": level} if name == of.upper else {}
    columns |= {name: [row.answers[i] for row in rows] for i, name in enumerate(asked)}
    return pd.DataFrame(columns)
