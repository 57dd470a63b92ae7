"""Tables of many posteriors together with what they are of,
so that they can be shown as the command line shows them.

``compare_priors``, ``subsets``, ``without_each`` and ``accumulated`` return plain tables; such a table and
the data it is of make one of these.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.kinds.checked import checked, checked_methods
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.results.shown import Shown

if TYPE_CHECKING:
    import pandas as pd

type OneByOneView = Literal["leave-one-out", "cumulative"]


@checked_methods
class Standing(dict[str, float], Shown):
    """Where one choice of trials stands among all subsets of its size,
    by the keys that ``standing`` lists.
    """

    __slots__ = ()

    def table(self, level: Level = 0.95) -> "pd.DataFrame":  # noqa: ARG002 - nothing in it has a level
        """Return everything as one row."""
        import pandas as pd

        return pd.DataFrame([dict(self)])


@checked
@dataclass(frozen=True, eq=False)
class PriorComparison(Shown):
    """A table of ``compare_priors`` or ``prior_width_curve``, and the dataset whose posteriors are in it.

    >>> import bayes_ivig as bi
    >>> data = bi.load_dataset("my.csv")
    >>> frame = bi.priors.compare(data, mu=["normal(0, 0.4)", "normal(0, 2.82)"], tau="half_normal(0.5)")
    >>> bi.priors.PriorComparison(frame, data)
    PriorComparison(my, k=4): 2 priors, median OR 0.38 to 0.56
    """

    frame: "pd.DataFrame"
    dataset: Dataset

    def table(self, level: Level = 0.95) -> "pd.DataFrame":  # noqa: ARG002 - its limits are of 95%
        """Return the table as it is."""
        return self.frame


@checked
@dataclass(frozen=True, eq=False)
class Subsets(Shown):
    """A table of ``subsets``, with the dataset and the model of its posteriors.

    ``standings`` holds, by name of a trial set, where it stands among the subsets of its size; ``carrying``
    what each trial does to the conclusion, None where the table does not hold all subsets.

    >>> import bayes_ivig as bi
    >>> data, model = bi.load_dataset("my.csv"), bi.Model()
    >>> bi.trials.Subsets(bi.trials.subsets(data, model), data, model, standings={})
    Subsets(my, k=4): 15 sets of trials, median OR 0.19 to 0.81
    """

    frame: "pd.DataFrame"
    dataset: Dataset
    model: Model
    standings: Mapping[str, Mapping[str, float]]
    carrying: "pd.DataFrame | None" = None

    def table(self, level: Level = 0.95) -> "pd.DataFrame":  # noqa: ARG002 - its limits are of 95%
        """Return the table as it is: one row per subset."""
        return self.frame


@checked
@dataclass(frozen=True, eq=False)
class OneByOne(Shown):
    """A table of ``without_each`` or ``accumulated``, with the dataset and the model of its posteriors.

    ``order`` is the column by which trials come in, None for the order of the table.

    >>> import bayes_ivig as bi
    >>> data, model = bi.load_dataset("my.csv"), bi.Model()
    >>> bi.trials.OneByOne(bi.trials.without_each(data, model), data, model, "leave-one-out")
    OneByOne(my, k=4): leave-one-out, 5 rows, median OR 0.25 to 0.51
    """

    frame: "pd.DataFrame"
    dataset: Dataset
    model: Model
    view: OneByOneView
    order: str | None = None

    def table(self, level: Level = 0.95) -> "pd.DataFrame":  # noqa: ARG002 - its limits are of 95%
        """Return the table as it is: one row without each trial, or one per trial that comes in."""
        return self.frame
