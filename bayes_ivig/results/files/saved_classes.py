"""Which classes a saved posterior may hold, each under a short name that stays when its module moves.

A file says ``Normal``, and nothing but what is listed here is ever imported or built when it is read. Where a
class is moved or renamed its place changes here and its name does not. Files of format 1 say where a class
was when they were written; ``stable_names`` holds those places for good.
"""

from importlib import import_module
from typing import Any

from bayes_ivig.results.files.stable_names import FORMER

CLASSES = {  # where each of them is today
    "About": "bayes_ivig.inputs.counts.description.About",
    "Again": "bayes_ivig.engines.further.follow_ups.Again",
    "Alternative": "bayes_ivig.inputs.counts.alternatives.Alternative",
    "Axes": "bayes_ivig.engines.grid.axes.Axes",
    "Axis": "bayes_ivig.results.marginals.axis.Axis",
    "BetaBinomial": "bayes_ivig.inputs.model.arms.BetaBinomial",
    "BiasAdjusted": "bayes_ivig.inputs.model.covariates.BiasAdjusted",
    "BiasJudgement": "bayes_ivig.inputs.judgements.judged.BiasJudgement",
    "BiasAxes": "bayes_ivig.engines.biased.axes.BiasAxes",
    "BiasedAnswers": "bayes_ivig.engines.biased.answers.BiasedAnswers",
    "Bivariate": "bayes_ivig.inputs.model.arms.Bivariate",
    "CaseWords": "bayes_ivig.inputs.counts.case_words.CaseWords",
    "Certainty": "bayes_ivig.inputs.judgements.judged.Certainty",
    "Comparisons": "bayes_ivig.inputs.comparisons.stated.Comparisons",
    "DataDependent": "bayes_ivig.priors.data_dependent.DataDependent",
    "Dataset": "bayes_ivig.inputs.counts.dataset.Dataset",
    "Density": "bayes_ivig.priors.density.Density",
    "Diagnostics": "bayes_ivig.results.posterior.diagnostics.Diagnostics",
    "DrawsAnswers": "bayes_ivig.engines.nuts.answers.DrawsAnswers",
    "Estimate": "bayes_ivig.inputs.estimates.estimate.Estimate",
    "Exponential": "bayes_ivig.priors.skewed.Exponential",
    "Flat": "bayes_ivig.priors.scale_free.Flat",
    "GridAnswers": "bayes_ivig.engines.grid.answers.GridAnswers",
    "HalfCauchy": "bayes_ivig.priors.families.HalfCauchy",
    "HalfNormal": "bayes_ivig.priors.families.HalfNormal",
    "HalfStudentT": "bayes_ivig.priors.families.HalfStudentT",
    "ImportantDifference": "bayes_ivig.inputs.judgements.judged.ImportantDifference",
    "InBlocks": "bayes_ivig.engines.grid.in_blocks.InBlocks",
    "InverseGamma": "bayes_ivig.priors.skewed.InverseGamma",
    "Intervals": "bayes_ivig.engines.selected.chances.Intervals",
    "JointOutcome": "bayes_ivig.inputs.model.joint.JointOutcome",
    "Judged": "bayes_ivig.inputs.judgements.judged.Judged",
    "Judgements": "bayes_ivig.inputs.judgements.judged.Judgements",
    "LKJ": "bayes_ivig.priors.correlation.LKJ",
    "LibraryPrior": "bayes_ivig.priors.composite.LibraryPrior",
    "LogNormal": "bayes_ivig.priors.skewed.LogNormal",
    "LogStudentT": "bayes_ivig.priors.skewed.LogStudentT",
    "Logistic": "bayes_ivig.priors.families.Logistic",
    "MetaRegression": "bayes_ivig.inputs.model.covariates.MetaRegression",
    "Mixing": "bayes_ivig.engines.grid.student_t.Mixing",
    "Mixture": "bayes_ivig.priors.composite.Mixture",
    "Model": "bayes_ivig.inputs.model.two_arm.Model",
    "NUTS": "bayes_ivig.engines.nuts.engine.NUTS",
    "Nodes": "bayes_ivig.engines.regression.nodes.Nodes",
    "Normal": "bayes_ivig.priors.families.Normal",
    "OnTau2": "bayes_ivig.priors.composite.OnTau2",
    "Pair": "bayes_ivig.inputs.counts.case_words.Pair",
    "PetPeese": "bayes_ivig.inputs.model.pet_peese.PetPeese",
    "Pieces": "bayes_ivig.priors.pieces.Pieces",
    "Posterior": "bayes_ivig.results.posterior.posterior.Posterior",
    "Quadrature": "bayes_ivig.engines.quadrature.Quadrature",
    "Quantity": "bayes_ivig.results.posterior.quantity.Quantity",
    "RandomBaselines": "bayes_ivig.inputs.model.arms.RandomBaselines",
    "RegressionAnswers": "bayes_ivig.engines.regression.answers.RegressionAnswers",
    "RegressionDensity": "bayes_ivig.engines.regression.density.RegressionDensity",
    "RiskRatio": "bayes_ivig.priors.ratios.risk_ratio.RiskRatio",
    "Rule": "bayes_ivig.formulas.selection_models.p_values.Rule",
    "ScaleFree": "bayes_ivig.priors.scale_free.ScaleFree",
    "SelectedAnswers": "bayes_ivig.engines.selected.answers.SelectedAnswers",
    "Selection": "bayes_ivig.inputs.model.selected.Selection",
    "StatedBefore": "bayes_ivig.inputs.judgements.judged.StatedBefore",
    "StatedContrast": "bayes_ivig.inputs.comparisons.stated.StatedContrast",
    "StatedGroup": "bayes_ivig.inputs.comparisons.stated.StatedGroup",
    "StudentT": "bayes_ivig.priors.families.StudentT",
    "Study": "bayes_ivig.inputs.counts.study.Study",
    "Subgroup": "bayes_ivig.inputs.counts.case_words.Subgroup",
    "Surface": "bayes_ivig.engines.grid.surface.Surface",
    "Truncated": "bayes_ivig.priors.composite.Truncated",
    "Uniform": "bayes_ivig.priors.families.Uniform",
}
NAMES = {place: name for name, place in CLASSES.items()}


def saved_name(kind: type[Any]) -> str | None:
    """Return the name under which values of a class are saved;
    None for a class that is no part of a posterior.
    """
    return NAMES.get(f"{kind.__module__}.{kind.__qualname__}")


def saved_class(name: str) -> Any:
    """Return the class that a file names, by its short name or by a place where it once was;
    raises ``ValueError``.
    """
    place = CLASSES.get(FORMER.get(name, name))
    if place is None:
        raise ValueError(f"{name!r} is no class of values that a posterior is saved with")
    module, _, own = place.rpartition(".")
    return getattr(import_module(module), own)
