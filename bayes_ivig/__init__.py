"""Bayesian reanalysis of published two-arm meta-analyses.

Everything public is listed below and loaded when first touched, so that ``import bayes_ivig`` stays instant.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bayes_ivig.analyses.alternatives import compare_alternatives as compare_alternatives
    from bayes_ivig.analyses.audit.auditing import audit as audit
    from bayes_ivig.analyses.averaging import average_models as average_models
    from bayes_ivig.analyses.baseline_risk import control_risk as control_risk
    from bayes_ivig.analyses.bayesian_fragility import bayesian_fragility as bayesian_fragility
    from bayes_ivig.analyses.benefit import benefit as benefit
    from bayes_ivig.analyses.benefit_harm import benefit_harm as benefit_harm
    from bayes_ivig.analyses.choices import accumulated as accumulated
    from bayes_ivig.analyses.choices import without_each as without_each
    from bayes_ivig.analyses.comparison import compare_priors as compare_priors
    from bayes_ivig.analyses.comparison import mixture_weights as mixture_weights
    from bayes_ivig.analyses.comparison import prior_width_curve as prior_width_curve
    from bayes_ivig.analyses.contrasts import by_class as by_class
    from bayes_ivig.analyses.contrasts import contrast as contrast
    from bayes_ivig.analyses.credibility import credibility as credibility
    from bayes_ivig.analyses.evidence_priors import evidence_prior as evidence_prior
    from bayes_ivig.analyses.evidence_priors import evidence_priors as evidence_priors
    from bayes_ivig.analyses.how_much_prior import how_much_prior as how_much_prior
    from bayes_ivig.analyses.loo import loo as loo
    from bayes_ivig.analyses.model_check import check_model as check_model
    from bayes_ivig.analyses.model_comparison import compare_models as compare_models
    from bayes_ivig.analyses.power_scaling import power_scaling as power_scaling
    from bayes_ivig.analyses.predictive_checks import posterior_predictive_check as posterior_predictive_check
    from bayes_ivig.analyses.predictive_checks import prior_predictive_check as prior_predictive_check
    from bayes_ivig.analyses.reanalysis import reanalyze as reanalyze
    from bayes_ivig.analyses.reconstruction.posterior import reconstruction_posterior as reconstruction_posterior
    from bayes_ivig.analyses.reconstruction.search import Search as Search
    from bayes_ivig.analyses.reconstruction.search import reconstruct as reconstruct
    from bayes_ivig.analyses.subsets import carrying_trials as carrying_trials
    from bayes_ivig.analyses.subsets import leave_k_out as leave_k_out
    from bayes_ivig.analyses.subsets import standing as standing
    from bayes_ivig.analyses.subsets import subsets as subsets
    from bayes_ivig.analyses.tipping import tipping_grid as tipping_grid
    from bayes_ivig.analyses.tipping import tipping_point as tipping_point
    from bayes_ivig.engines.fitting import fit as fit
    from bayes_ivig.engines.nuts import NUTS as NUTS
    from bayes_ivig.engines.quadrature import Quadrature as Quadrature
    from bayes_ivig.errors import BayesIvigError as BayesIvigError
    from bayes_ivig.errors import DataError as DataError
    from bayes_ivig.errors import ModelError as ModelError
    from bayes_ivig.frequentist.pooling import pool as pool
    from bayes_ivig.frequentist.rules import Rules as Rules
    from bayes_ivig.frequentist.series import cumulative as cumulative
    from bayes_ivig.frequentist.series import fragility as fragility
    from bayes_ivig.frequentist.series import leave_one_out as leave_one_out
    from bayes_ivig.frequentist.small_study import funnel as funnel
    from bayes_ivig.frequentist.small_study import small_study_test as small_study_test
    from bayes_ivig.inputs.arm_models import BetaBinomial as BetaBinomial
    from bayes_ivig.inputs.arm_models import Bivariate as Bivariate
    from bayes_ivig.inputs.arm_models import RandomBaselines as RandomBaselines
    from bayes_ivig.inputs.changing import with_alternative as with_alternative
    from bayes_ivig.inputs.covariate_models import BiasAdjusted as BiasAdjusted
    from bayes_ivig.inputs.covariate_models import MetaRegression as MetaRegression
    from bayes_ivig.inputs.dataset import Dataset as Dataset
    from bayes_ivig.inputs.dataset import load_dataset as load_dataset
    from bayes_ivig.inputs.joint_dataset import JointDataset as JointDataset
    from bayes_ivig.inputs.joint_dataset import load_joint_dataset as load_joint_dataset
    from bayes_ivig.inputs.joint_model import JointOutcome as JointOutcome
    from bayes_ivig.inputs.model import Model as Model
    from bayes_ivig.inputs.model_files import load_model as load_model
    from bayes_ivig.inputs.partial import PartialStudy as PartialStudy
    from bayes_ivig.inputs.partial import PartialTable as PartialTable
    from bayes_ivig.inputs.partial import load_partial as load_partial
    from bayes_ivig.inputs.provenance import provenance as provenance
    from bayes_ivig.inputs.report_options import ReportOptions as ReportOptions
    from bayes_ivig.inputs.report_options import read_report_options as read_report_options
    from bayes_ivig.inputs.study import Study as Study
    from bayes_ivig.priors.composite import Mixture as Mixture
    from bayes_ivig.priors.composite import OnTau2 as OnTau2
    from bayes_ivig.priors.correlation import LKJ as LKJ
    from bayes_ivig.priors.data_dependent import DataDependent as DataDependent
    from bayes_ivig.priors.elicited import elicit as elicit
    from bayes_ivig.priors.elicited import statements_met as statements_met
    from bayes_ivig.priors.families import Flat as Flat
    from bayes_ivig.priors.families import HalfCauchy as HalfCauchy
    from bayes_ivig.priors.families import HalfNormal as HalfNormal
    from bayes_ivig.priors.families import HalfStudentT as HalfStudentT
    from bayes_ivig.priors.families import Logistic as Logistic
    from bayes_ivig.priors.families import Normal as Normal
    from bayes_ivig.priors.families import StudentT as StudentT
    from bayes_ivig.priors.families import Uniform as Uniform
    from bayes_ivig.priors.libraries import cochrane as cochrane
    from bayes_ivig.priors.libraries import turner2012 as turner2012
    from bayes_ivig.priors.libraries import turner2015 as turner2015
    from bayes_ivig.priors.named import enthusiastic as enthusiastic
    from bayes_ivig.priors.named import named as named
    from bayes_ivig.priors.named import optimistic as optimistic
    from bayes_ivig.priors.named import pessimistic as pessimistic
    from bayes_ivig.priors.named import sceptical as sceptical
    from bayes_ivig.priors.named import spiegelhalter as spiegelhalter
    from bayes_ivig.priors.named import unit_information as unit_information
    from bayes_ivig.priors.named import zampieri as zampieri
    from bayes_ivig.priors.parsing import parse_prior as parse_prior
    from bayes_ivig.priors.risk_ratio import RiskRatio as RiskRatio
    from bayes_ivig.priors.scale_free import ScaleFree as ScaleFree
    from bayes_ivig.priors.skewed import Exponential as Exponential
    from bayes_ivig.priors.skewed import InverseGamma as InverseGamma
    from bayes_ivig.priors.skewed import LogNormal as LogNormal
    from bayes_ivig.priors.skewed import LogStudentT as LogStudentT
    from bayes_ivig.reporting.asking import table as table
    from bayes_ivig.reporting.asking import text as text
    from bayes_ivig.reporting.charts.absolute import plot_absolute as plot_absolute
    from bayes_ivig.reporting.charts.benefit import plot_benefit as plot_benefit
    from bayes_ivig.reporting.charts.benefit_harm import plot_net_benefit as plot_net_benefit
    from bayes_ivig.reporting.charts.benefit_harm import plot_people as plot_people
    from bayes_ivig.reporting.charts.choices import plot_one_by_one as plot_one_by_one
    from bayes_ivig.reporting.charts.choices import plot_standing as plot_standing
    from bayes_ivig.reporting.charts.classes import plot_classes as plot_classes
    from bayes_ivig.reporting.charts.comparison import plot_comparison as plot_comparison
    from bayes_ivig.reporting.charts.comparison import plot_prior_width as plot_prior_width
    from bayes_ivig.reporting.charts.forest import plot_forest as plot_forest
    from bayes_ivig.reporting.charts.priors import plot_priors as plot_priors
    from bayes_ivig.reporting.charts.readings import plot_readings as plot_readings
    from bayes_ivig.reporting.charts.subsets_map import plot_subsets as plot_subsets
    from bayes_ivig.reporting.charts.tipping import plot_tipping as plot_tipping
    from bayes_ivig.reporting.charts.trial_sets import plot_trial_sets as plot_trial_sets
    from bayes_ivig.reporting.folder import write_report as write_report
    from bayes_ivig.reporting.html import render_html as render_html
    from bayes_ivig.reporting.markdown import render_markdown as render_markdown
    from bayes_ivig.reporting.results_json import results_schema as results_schema
    from bayes_ivig.results.audit import Audit as Audit
    from bayes_ivig.results.benefit import Benefit as Benefit
    from bayes_ivig.results.benefit import Benefits as Benefits
    from bayes_ivig.results.diagnostics import Diagnostics as Diagnostics
    from bayes_ivig.results.estimate import PooledEstimate as PooledEstimate
    from bayes_ivig.results.joint_outcome import term_live_birth as term_live_birth
    from bayes_ivig.results.learning import prior_and_posterior as prior_and_posterior
    from bayes_ivig.results.marginal import Marginal as Marginal
    from bayes_ivig.results.meta_regression import effect_at as effect_at
    from bayes_ivig.results.monte_carlo import monte_carlo_errors as monte_carlo_errors
    from bayes_ivig.results.posterior import Posterior as Posterior
    from bayes_ivig.results.reanalysis import Reanalysis as Reanalysis
    from bayes_ivig.results.reconstruction import Reconstruction as Reconstruction
    from bayes_ivig.results.reconstruction_posterior import ReconstructionPosterior as ReconstructionPosterior
    from bayes_ivig.results.tipping import Conclusion as Conclusion
    from bayes_ivig.version import __version__ as __version__

_HOMES = {
    "analyses.comparison": ("compare_priors", "mixture_weights", "prior_width_curve"),
    "analyses.evidence_priors": ("evidence_prior", "evidence_priors"),
    "analyses.subsets": ("carrying_trials", "leave_k_out", "standing", "subsets"),
    "reporting.charts.absolute": ("plot_absolute",),
    "reporting.charts.benefit_harm": ("plot_net_benefit", "plot_people"),
    "reporting.charts.choices": ("plot_one_by_one", "plot_standing"),
    "reporting.charts.classes": ("plot_classes",),
    "reporting.charts.comparison": ("plot_comparison", "plot_prior_width"),
    "reporting.charts.subsets_map": ("plot_subsets",),
    "reporting.charts.tipping": ("plot_tipping",),
    "reporting.results_json": ("results_schema",),
    "reporting.asking": ("table", "text"),
    "inputs.report_options": ("ReportOptions", "read_report_options"),
    "errors": ("BayesIvigError", "DataError", "ModelError"),
    "inputs.study": ("Study",),
    "inputs.changing": ("with_alternative",),
    "inputs.provenance": ("provenance",),
    "inputs.partial": ("PartialStudy", "PartialTable", "load_partial"),
    "inputs.dataset": ("Dataset", "load_dataset"),
    "inputs.covariate_models": ("BiasAdjusted", "MetaRegression"),
    "inputs.joint_dataset": ("JointDataset", "load_joint_dataset"),
    "inputs.joint_model": ("JointOutcome",),
    "results.joint_outcome": ("term_live_birth",),
    "results.learning": ("prior_and_posterior",),
    "results.meta_regression": ("effect_at",),
    "inputs.arm_models": ("BetaBinomial", "Bivariate", "RandomBaselines"),
    "inputs.model": ("Model",),
    "inputs.model_files": ("load_model",),
    "priors.families": (
        "Flat", "HalfCauchy", "HalfNormal", "HalfStudentT", "Logistic", "Normal", "StudentT", "Uniform",
    ),
    "priors.skewed": ("Exponential", "InverseGamma", "LogNormal", "LogStudentT"),
    "priors.composite": ("Mixture", "OnTau2"),
    "priors.correlation": ("LKJ",),
    "priors.risk_ratio": ("RiskRatio",),
    "priors.data_dependent": ("DataDependent",),
    "priors.libraries": ("cochrane", "turner2012", "turner2015"),
    "priors.elicited": ("elicit", "statements_met"),
    "priors.named": (
        "enthusiastic", "named", "optimistic", "pessimistic", "sceptical", "spiegelhalter", "unit_information", "zampieri",
    ),
    "priors.scale_free": ("ScaleFree",),
    "priors.parsing": ("parse_prior",),
    "engines.fitting": ("fit",),
    "analyses.audit.auditing": ("audit",),
    "analyses.alternatives": ("compare_alternatives",),
    "analyses.averaging": ("average_models",),
    "analyses.bayesian_fragility": ("bayesian_fragility",),
    "analyses.benefit": ("benefit",),
    "analyses.benefit_harm": ("benefit_harm",),
    "analyses.credibility": ("credibility",),
    "analyses.power_scaling": ("power_scaling",),
    "analyses.tipping": ("tipping_grid", "tipping_point",),
    "results.tipping": ("Conclusion",),
    "analyses.baseline_risk": ("control_risk",),
    "analyses.choices": ("accumulated", "without_each"),
    "analyses.contrasts": ("by_class", "contrast"),
    "analyses.how_much_prior": ("how_much_prior",),
    "analyses.loo": ("loo",),
    "analyses.model_check": ("check_model",),
    "analyses.model_comparison": ("compare_models",),
    "analyses.predictive_checks": ("posterior_predictive_check", "prior_predictive_check"),
    "analyses.reanalysis": ("reanalyze",),
    "analyses.reconstruction.posterior": ("reconstruction_posterior",),
    "analyses.reconstruction.search": ("Search", "reconstruct"),
    "frequentist.pooling": ("pool",),
    "frequentist.rules": ("Rules",),
    "frequentist.series": ("cumulative", "fragility", "leave_one_out"),
    "frequentist.small_study": ("funnel", "small_study_test"),
    "reporting.charts.benefit": ("plot_benefit",),
    "reporting.charts.forest": ("plot_forest",),
    "reporting.charts.priors": ("plot_priors",),
    "reporting.charts.readings": ("plot_readings",),
    "reporting.charts.trial_sets": ("plot_trial_sets",),
    "reporting.html": ("render_html",),
    "reporting.markdown": ("render_markdown",),
    "reporting.folder": ("write_report",),
    "results.audit": ("Audit",),
    "results.benefit": ("Benefit", "Benefits"),
    "results.estimate": ("PooledEstimate",),
    "results.reanalysis": ("Reanalysis",),
    "results.reconstruction": ("Reconstruction",),
    "results.reconstruction_posterior": ("ReconstructionPosterior",),
    "engines.nuts": ("NUTS",),
    "engines.quadrature": ("Quadrature",),
    "results.posterior": ("Posterior",),
    "results.marginal": ("Marginal",),
    "results.monte_carlo": ("monte_carlo_errors",),
    "results.diagnostics": ("Diagnostics",),
    "version": ("__version__",),
}  # fmt: skip
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = sorted(_HOME_OF)  # noqa: PLE0605 - the table above is the list


def __getattr__(name: str) -> Any:
    """Load a public name from its home on first use."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'bayes_ivig' has no attribute {name!r}")
    value = getattr(import_module(f"bayes_ivig.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
