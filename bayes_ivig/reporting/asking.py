"""Every result of the package as a table and as text: ``table(result)`` and ``text(result)``.

``Result`` is the closed union of what the public functions answer with: a new kind is added to it and to one of the two steps
of ``table``, and mypy says where it is missing; a test holds the union to the public functions.
"""

from typing import TYPE_CHECKING, assert_never

from bayes_ivig.reporting import asking_tables as tables
from bayes_ivig.results.audit import Audit
from bayes_ivig.results.averaging import ModelAverage
from bayes_ivig.results.benefit import Benefit, Benefits
from bayes_ivig.results.benefit_harm import BenefitHarm
from bayes_ivig.results.contrast import ByClass, Contrast
from bayes_ivig.results.control_risk import ControlRisk
from bayes_ivig.results.credibility import Credibility
from bayes_ivig.results.estimate import Fragility, Funnel, PooledEstimate, SmallStudyTest
from bayes_ivig.results.fragility import BayesianFragility
from bayes_ivig.results.how_much_prior import HowMuchPrior
from bayes_ivig.results.influence import Influence
from bayes_ivig.results.joint_outcome import TermEffects
from bayes_ivig.results.loo import LeaveOneOut, ModelComparison
from bayes_ivig.results.marginal import Marginal
from bayes_ivig.results.model_check import ModelCheck
from bayes_ivig.results.monte_carlo import MonteCarloErrors
from bayes_ivig.results.posterior import Posterior
from bayes_ivig.results.power_scaling import PowerScaling
from bayes_ivig.results.predictive_check import PosteriorCheck, PriorCheck
from bayes_ivig.results.reanalysis import Reanalysis
from bayes_ivig.results.reconstruction import Reconstruction
from bayes_ivig.results.reconstruction_posterior import ReconstructionPosterior
from bayes_ivig.results.series import PosteriorSeries
from bayes_ivig.results.tipping import TippingGrid, TippingPoint

if TYPE_CHECKING:
    import pandas as pd

    from bayes_ivig.results.estimate import Refit

type WithTable = (  # they make their table themselves
    Audit | BayesianFragility | Benefit | Benefits | BenefitHarm | ByClass | Contrast | ControlRisk | HowMuchPrior | Influence
    | LeaveOneOut | ModelCheck | ModelComparison | MonteCarloErrors | Posterior | PosteriorCheck | PosteriorSeries[Posterior]
    | PowerScaling | PriorCheck | Reconstruction | ReconstructionPosterior | TippingGrid | TippingPoint
)  # fmt: skip
type WithoutTable = (
    Credibility | Fragility | Funnel | Marginal | ModelAverage | PooledEstimate | Reanalysis | SmallStudyTest | TermEffects
)  # fmt: skip
type Result = WithTable | WithoutTable


def table(result: "Result | tuple[Refit, ...] | pd.DataFrame", *, level: float = 0.95) -> "pd.DataFrame":
    """Return a result as a DataFrame, nothing rounded; what is a DataFrame already is returned as it is.

    Rows are what the result is about: quantities of a posterior, studies and the pooled effect of an estimate, findings of an
    audit, reconstructed tables, trial sets of a reanalysis. Scales are those of the result (log odds ratio, except where a
    column says odds ratio); ``level`` is that of the limits where they are computed on asking. Raises ``TypeError`` for what
    is no result.
    """
    import pandas as pd

    match result:
        case pd.DataFrame():
            return result
        case tuple() if result and all(hasattr(each, "pooled") for each in result):
            return tables.refits_table(result)
        case (
            Credibility() | Fragility() | Funnel() | Marginal() | ModelAverage() | PooledEstimate() | Reanalysis()
            | SmallStudyTest() | TermEffects()
        ):  # fmt: skip
            return _made(result, level)
        case tuple():
            raise TypeError(f"table: found {result!r}; give one result, or the series that leave_one_out or cumulative returns")
        case _:
            return _own(result, level)


def _made(result: WithoutTable, level: float) -> "pd.DataFrame":
    match result:
        case Credibility() | SmallStudyTest():
            return tables.one_row(result)
        case Fragility():
            return tables.changes_table(result)
        case Funnel():
            return tables.funnel_table(result)
        case PooledEstimate():
            return tables.pooled_table(result)
        case ModelAverage() | TermEffects() | Reanalysis():
            return _of_marginals(result, level)
        case Marginal():
            return tables.marginal_table(result, level)
        case _:
            assert_never(result)


def _of_marginals(result: ModelAverage | TermEffects | Reanalysis, level: float) -> "pd.DataFrame":
    match result:
        case ModelAverage():
            return tables.average_table(result, level)
        case TermEffects():
            return tables.term_table(result, level)
        case Reanalysis():
            return tables.reanalysis_table(result, level)


def _own(result: WithTable, level: float) -> "pd.DataFrame":
    match result:
        case Posterior() | Contrast() | ControlRisk() | PosteriorSeries() | BenefitHarm():
            return _at_level(result, level)
        case Benefit() | Benefits():
            return result.summary_of_findings
        case ModelCheck():
            return result.predictive.table
        case Reconstruction() | ReconstructionPosterior():
            return result.tables if isinstance(result, Reconstruction) else result.distribution()
        case ByClass() | HowMuchPrior() | TippingGrid() | TippingPoint():
            return result.table()
        case (
            Audit() | BayesianFragility() | Influence() | LeaveOneOut() | ModelComparison() | MonteCarloErrors()
            | PosteriorCheck() | PowerScaling() | PriorCheck()
        ):  # fmt: skip
            return result.table
        case _:
            raise TypeError(f"table: found a {type(result).__name__}; give a result of this package")


def _at_level(
    result: Posterior | Contrast | ControlRisk | PosteriorSeries[Posterior] | BenefitHarm, level: float
) -> "pd.DataFrame":
    match result:
        case Posterior():
            return result.summary(level)
        case BenefitHarm():
            return result.curve(level)
        case _:
            return result.table(level)


def text(result: "Result | tuple[Refit, ...] | pd.DataFrame", *, width: int = 80) -> str:
    """Return a result in words and aligned columns, as the command line prints it where it has a command for it.

    Without one it is the result's table, numbers to four figures, under the name of its kind. A reanalysis gives the whole
    report as Markdown. Raises ``TypeError`` for what is no result.
    """
    match result:
        case Posterior():
            from bayes_ivig.reporting.fit_text import fit_text

            return fit_text(result, width=width)
        case Audit():
            from bayes_ivig.reporting.audit_text import audit_text

            return audit_text(result, width)
        case Benefit() | Benefits():
            from bayes_ivig.reporting.benefit_text import benefit_text

            return benefit_text(result, width=width)
        case HowMuchPrior():
            from bayes_ivig.reporting.tipping_text import tipping_text

            return tipping_text(result, width)
        case ModelCheck():
            from bayes_ivig.reporting.check_text import check_text

            return check_text(result, width)
        case _:
            return _longer(result, width)


def _longer(result: "Result | tuple[Refit, ...] | pd.DataFrame", width: int) -> str:
    match result:
        case Reconstruction():
            from bayes_ivig.reporting.reconstruction_text import reconstruction_text

            return reconstruction_text(result, width)
        case Contrast() | ByClass():
            from bayes_ivig.reporting.choices_text import classes_text, contrast_text

            if isinstance(result, Contrast):
                return contrast_text(result, width)
            return classes_text(result, result.contrast.dataset, width)
        case Reanalysis():
            from bayes_ivig.reporting.markdown import render_markdown

            return render_markdown(result)
        case _:
            return tables.in_columns(type(result).__name__, table(result))
