"""What every kind of result is called, what it is in a sentence, and which function says its answer."""

from collections.abc import Callable
from typing import Any, NamedTuple

from bayes_ivig.reporting.display import of_checks, of_posteriors, of_small_studies, of_tables

LOG = "Numbers are on the scale of the model, the log of a ratio."


class Kind(NamedTuple):
    """A kind: its title, what it is, and its answer in a few words."""

    title: str
    what: str
    answer: Callable[[Any], str]


KINDS: dict[str, Kind] = {
    "AbsoluteEffects": Kind(
        "Absolute effects",
        "Risks with and without treatment, and what they differ by, for people of one control risk.",
        of_posteriors.of_absolute,
    ),
    "Audit": Kind(
        "Audit of printed numbers",
        "Every check of a published claim against its counts, its own arithmetic and its sources.",
        of_tables.of_audit,
    ),
    "Baujat": Kind(
        "Baujat plot",
        f"Which studies make the heterogeneity, and which move the result. {LOG}",
        of_tables.of_baujat,
    ),
    "BayesianFragility": Kind(
        "Bayesian fragility",
        "How few events, moved from one side to the other, turn the conclusion; chance is its probability.",
        of_checks.of_bayesian_fragility,
    ),
    "Benefit": Kind(
        "Benefit",
        "The probability that treatment helps, and how much, per 1000 people and as a ratio.",
        of_posteriors.of_benefit,
    ),
    "Benefits": Kind(
        "Benefit under several posteriors",
        "The probability that treatment helps, and how much, under each prior or model.",
        of_posteriors.of_benefits,
    ),
    "BenefitHarm": Kind(
        "Benefit against harm",
        "Net benefit in people of 100, by how much one harm weighs against one benefit.",
        of_posteriors.of_benefit_harm,
    ),
    "ByClass": Kind(
        "Classes of trials",
        "The effect in each class of trials, and how far the classes differ under one tau.",
        of_posteriors.of_classes,
    ),
    "ByComparison": Kind(
        "Comparisons",
        "The effect against each thing that the treatment was compared with.",
        of_tables.of_comparisons,
    ),
    "Calibration": Kind(
        "Calibration of the engine",
        "How often intervals hold the truth where data are drawn from the model and its priors.",
        of_checks.of_calibration,
    ),
    "Contrast": Kind(
        "Groups of trials side by side",
        "The mean effect of each group under one between-study SD, and how far they differ.",
        of_posteriors.of_contrast,
    ),
    "ControlRisk": Kind(
        "Control risk",
        "The risk without treatment: of a typical study, of a new one and of each.",
        of_posteriors.of_control_risk,
    ),
    "Credibility": Kind(
        "Analysis of credibility",
        f"Which sceptical prior would make the estimate no longer significant. {LOG}",
        of_checks.of_credibility,
    ),
    "Fragility": Kind(
        "Fragility", "The fewest events that turn the significance of a pooled estimate.",
        of_tables.of_fragility,
    ),
    "Funnel": Kind(
        "Funnel", f"Each study's effect and standard error around the pooled effect. {LOG}",
        of_tables.of_funnel,
    ),
    "HarmReadings": Kind(
        "Readings of a harm",
        "Net benefit in people of 100 under every reading of what is known of the harm.",
        of_posteriors.of_harm_readings,
    ),
    "History": Kind(
        "History of an answer",
        "The answer after each trial, what was foretold of the trial before, and what it found.",
        of_checks.of_history,
    ),
    "HowMuchPrior": Kind(
        "How much prior it takes",
        "The priors, and the moved events, at which the conclusion turns.",
        of_checks.of_how_much,
    ),
    "Imported": Kind("Tables read from a file", "What was found in the file, and how it was read.",
                     of_tables.of_imported),
    "Influence": Kind(
        "Influence of each study",
        f"What each study weighs, and what the others foresee of it. {LOG}",
        of_posteriors.of_influence,
    ),
    "LeaveOneOut": Kind(
        "Leave-one-out check", "How well the other studies foresee each one: log predictive densities.",
        of_checks.of_loo,
    ),
    "Marginal": Kind(
        "Posterior of one quantity", "Mean, SD, median and central interval on the quantity's own scale.",
        of_posteriors.of_marginal,
    ),
    "MeasureComparison": Kind(
        "The same trials on several measures",
        "The effect as an odds ratio, a risk ratio and a risk difference, each with a model of its own.",
        of_tables.of_measures,
    ),
    "MissingOutcomes": Kind(
        "Missing outcomes",
        "The effect under what may be assumed of people who were randomised and not seen.",
        of_posteriors.of_missing_outcomes,
    ),
    "ModelAverage": Kind(
        "Average over models",
        f"Models with and without an effect, with and without heterogeneity, by their probability. {LOG}",
        of_posteriors.of_average,
    ),
    "ModelCheck": Kind(
        "Check of a model", "Each arm's observed events beside what the fitted model foretells.",
        of_checks.of_model_check,
    ),
    "ModelComparison": Kind(
        "Comparison of models", "How well each model foresees a study that it has not seen.",
        of_checks.of_models,
    ),
    "MonteCarloErrors": Kind(
        "Monte Carlo errors", f"The standard error that sampling leaves in each number. {LOG}",
        of_checks.of_errors,
    ),
    "ExtendedFunnel": Kind(
        "Extended funnel",
        "The updated probability of a benefit for every result that one trial more may have.",
        of_checks.of_extended_funnel,
    ),
    "NextTrial": Kind(
        "The next trial",
        "What one trial more is expected to do to the answer, by its size; the last row has no end.",
        of_checks.of_next_trial,
    ),
    "OneByOne": Kind(
        "Trials one by one", "The effect without each trial, or as trials come in.", of_tables.of_one_by_one
    ),
    "PooledEstimate": Kind(
        "Pooled estimate", "A classical (frequentist) meta-analysis, with confidence limits.",
        of_tables.of_pooled,
    ),
    "Posterior": Kind(
        "Posterior", "What one model makes of the trials, with central credible intervals.",
        of_posteriors.of_posterior,
    ),
    "PosteriorCheck": Kind(
        "Posterior predictive check", "Each arm's observed events beside what the fitted model foretells.",
        of_checks.of_posterior_check,
    ),
    "PosteriorSeries": Kind(
        "Series of posteriors", "The posterior of some of the trials after another.",
        of_posteriors.of_series,
    ),
    "PowerScaling": Kind(
        "Power scaling", "How far each quantity moves where the prior or the likelihood counts for more.",
        of_checks.of_power_scaling,
    ),
    "PriorCheck": Kind(
        "Prior predictive check", "What the priors foretell before any data.", of_checks.of_prior_check
    ),
    "PriorComparison": Kind(
        "Comparison of priors", "The effect under each prior of mu and tau.", of_tables.of_priors
    ),
    "Reanalysis": Kind(
        "Reanalysis", "Every outcome of a review, analysed again from its counts.", of_tables.of_reanalysis
    ),
    "Reconstruction": Kind(
        "Reconstruction", "Every table of counts that agrees with what was printed.",
        of_tables.of_reconstruction,
    ),
    "ReconstructionPosterior": Kind(
        "Posterior over tables",
        "The posterior of every table of counts that agrees with what was printed: its spread over tables.",
        of_posteriors.of_reconstructed,
    ),
    "Refits": Kind("Series of estimates", f"A classical estimate of some of the trials after another. {LOG}",
                   of_tables.of_refits),
    "Regression": Kind(
        "Meta-regression",
        "How the effect follows what trials have in common, and what heterogeneity that leaves. Slopes are "
        "between trials: observational.",
        of_posteriors.of_regression,
    ),
    "SelectionEstimate": Kind(
        "Selection model",
        "A classical effect that allows for publication by the p-value, by maximum likelihood.",
        of_tables.of_selection_estimate,
    ),
    "SelectionAnalysis": Kind(
        "Selection by p-value",
        "The effect where publication hung on the p-value, without it, and under every fixed weight.",
        of_small_studies.of_selection,
    ),
    "SmallStudies": Kind(
        "Small studies",
        "The effect under what may be assumed of small trials; no row is the corrected truth.",
        of_small_studies.of_small_studies,
    ),
    "SmallStudyTest": Kind(
        "Test of small-study effects",
        "Whether effects depend on the size of the study, as they do where some were not published.",
        of_tables.of_small_study_test,
    ),
    "SpecificationCurve": Kind(
        "Specification curve", "The effect under every combination of choices.", of_tables.of_specifications
    ),
    "Standing": Kind(
        "Where a set of trials stands", "The set among all sets of as many trials.", of_tables.of_standing
    ),
    "Subsets": Kind("Every set of trials", "The effect of every set of the trials.", of_tables.of_subsets),
    "TermEffects": Kind(
        "Effects in a joint model",
        f"The effect on an event that needs two, and what risks differ by; the odds ratio is its log. {LOG}",
        of_posteriors.of_term_effects,
    ),
    "TippingGrid": Kind(
        "Where the conclusion turns", "The probability of the conclusion over the scales of both priors.",
        of_checks.of_tipping_grid,
    ),
    "TippingPoint": Kind(
        "Where the conclusion turns", "The scale of one prior at which the conclusion turns.",
        of_checks.of_tipping_point,
    ),
    "ValueOfInformation": Kind(
        "What it is worth to know more",
        "The value for one person, and for all, of a trial of each size and of knowing for certain.",
        of_checks.of_value,
    ),
}  # fmt: skip
