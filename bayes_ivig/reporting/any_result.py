"""Every result of the package as a table and as text: ``table(result)`` and ``text(result)``.

``Result`` is the closed union of what public functions and commands answer with;
a test holds it to them, and to the rows of ``shows``.
"""

from typing import TYPE_CHECKING, Annotated, Any

from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.ranges import Level, Width
from bayes_ivig.reporting import shows
from bayes_ivig.reporting.any_result_tables import in_columns
from bayes_ivig.results.audit import Audit
from bayes_ivig.results.benefit.benefit import Benefit, Benefits
from bayes_ivig.results.calibration import Calibration
from bayes_ivig.results.checks.across_measures import MeasureComparison
from bayes_ivig.results.checks.loo import LeaveOneOut, ModelComparison
from bayes_ivig.results.checks.model_check import ModelCheck
from bayes_ivig.results.checks.power_scaling import PowerScaling
from bayes_ivig.results.checks.predictive import PosteriorCheck, PriorCheck
from bayes_ivig.results.classical import (
    Baujat,
    Fragility,
    Funnel,
    Refit,
    Refits,
    SelectionEstimate,
    SmallStudyTest,
)
from bayes_ivig.results.comparisons.by_comparison import ByComparison
from bayes_ivig.results.draws.monte_carlo import MonteCarloErrors
from bayes_ivig.results.history.history import History
from bayes_ivig.results.imports.imported import Imported
from bayes_ivig.results.marginals.marginal import Marginal
from bayes_ivig.results.next_trial.extended_funnel import ExtendedFunnel
from bayes_ivig.results.next_trial.next_trial import NextTrial
from bayes_ivig.results.next_trial.value import ValueOfInformation
from bayes_ivig.results.other_models.averaging import ModelAverage
from bayes_ivig.results.other_models.joint_outcome import TermEffects
from bayes_ivig.results.other_models.regression import Regression
from bayes_ivig.results.pooled import PooledEstimate
from bayes_ivig.results.posterior.absolute import AbsoluteEffects
from bayes_ivig.results.posterior.contrast import ByClass, Contrast
from bayes_ivig.results.posterior.control_risk import ControlRisk
from bayes_ivig.results.posterior.influence import Influence
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.results.posterior.series import PosteriorSeries
from bayes_ivig.results.posterior_tables import OneByOne, PriorComparison, Standing, Subsets
from bayes_ivig.results.reanalysis.harm_readings import HarmReadings
from bayes_ivig.results.reanalysis.reanalysis import Reanalysis
from bayes_ivig.results.reconstruction.posterior import ReconstructionPosterior
from bayes_ivig.results.reconstruction.tables import Reconstruction
from bayes_ivig.results.small_studies.selection import SelectionAnalysis
from bayes_ivig.results.small_studies.small_studies import SmallStudies
from bayes_ivig.results.specification.curve import SpecificationCurve
from bayes_ivig.results.tipping.credibility import Credibility
from bayes_ivig.results.tipping.fragility import BayesianFragility
from bayes_ivig.results.tipping.how_much_prior import HowMuchPrior
from bayes_ivig.results.tipping.missing_outcomes import MissingOutcomes
from bayes_ivig.results.tipping.points import TippingGrid, TippingPoint
from bayes_ivig.results.weighing.benefit_harm import BenefitHarm

if TYPE_CHECKING:
    import pandas as pd

type Result = (
    AbsoluteEffects | Audit | Baujat | BayesianFragility | Benefit | Benefits | BenefitHarm | ByClass
    | ByComparison | Calibration | Contrast | ControlRisk | Credibility | ExtendedFunnel | Fragility | Funnel
    | History
    | HarmReadings | HowMuchPrior | Imported | Influence | LeaveOneOut | Marginal | MeasureComparison
    | MissingOutcomes | ModelAverage | ModelCheck | ModelComparison | MonteCarloErrors | NextTrial | OneByOne
    | PooledEstimate | Posterior | PosteriorCheck | PosteriorSeries[Posterior] | PowerScaling | PriorCheck
    | PriorComparison | Reanalysis | Reconstruction | ReconstructionPosterior | Refits | Regression
    | SelectionAnalysis | SelectionEstimate | SmallStudies | SmallStudyTest | SpecificationCurve | Standing
    | Subsets | TermEffects | TippingGrid | TippingPoint | ValueOfInformation
)  # fmt: skip


type Shown = Annotated[Result, "a result of this package"]


@checked
def table(result: "Shown | tuple[Refit, ...] | pd.DataFrame", level: Level | None = None) -> "pd.DataFrame":
    """Return a result as a DataFrame, nothing rounded; what is a DataFrame already is returned as it is.

    Rows are what the result is about: quantities of a posterior, studies and the pooled effect of an
    estimate, findings of an audit, reconstructed tables, trial sets of a reanalysis. Scales are those of the
    result (log odds ratio, except where a column says odds ratio); ``level`` is that of the limits, the
    result's own or 0.95 unless given. Raises ``ArgumentError`` for what is no result, and ``ModelError`` for
    a level that a result's limits cannot be given at.

    >>> import bayes_ivig as bi
    >>> bi.table(bi.pool(bi.load_dataset("my.csv"))).round(2)
            study           scale  estimate  ci_lower  ci_upper  level  weight
    0  Adams 2011  log odds ratio     -0.94     -2.11      0.23   0.95   21.12
    1  Baker 2013  log odds ratio     -1.67     -2.56     -0.77   0.95   27.24
    2   Chen 2016  log odds ratio     -1.39     -2.68     -0.10   0.95   18.95
    3   Diaz 2019  log odds ratio     -0.22     -0.90      0.47   0.95   32.69
    4      pooled  log odds ratio     -0.99     -1.72     -0.25   0.95     NaN
    """
    import pandas as pd

    return result if isinstance(result, pd.DataFrame) else shows.table(_known(result), level)


@checked
def text(result: "Shown | tuple[Refit, ...] | pd.DataFrame", *, width: Width = 80, **options: Any) -> str:
    """Return a result in words and aligned columns, as the command line prints it
    where it has a command for it.

    Without one it is the result's table, numbers to four figures, under the name of its kind. A reanalysis
    gives the whole report as Markdown. ``options`` are those of the command: of a posterior ``level`` and
    ``thresholds``. Raises ``ArgumentError`` for what is no result.

    >>> import bayes_ivig as bi
    >>> print(bi.text(bi.pool(bi.load_dataset("my.csv"))).splitlines()[7])
    pooled (reml)  0.373           0.179 to 0.778
    """
    import pandas as pd

    if isinstance(result, pd.DataFrame):
        return in_columns("DataFrame", result)
    return shows.text(_known(result), width=width, **options)


def _known(result: Any) -> Any:
    """Return a result, a part of a series of analyses as a series."""
    plain = type(result) is tuple and result and all(isinstance(each, Refit) for each in result)
    return Refits(result) if plain else result
