from bayes_ivig.inputs.model.arms import BetaBinomial as BetaBinomial
from bayes_ivig.inputs.model.arms import Bivariate as Bivariate
from bayes_ivig.inputs.model.arms import RandomBaselines as RandomBaselines
from bayes_ivig.inputs.model.covariates import BiasAdjusted as BiasAdjusted
from bayes_ivig.inputs.model.covariates import MetaRegression as MetaRegression
from bayes_ivig.inputs.model.joint import JointOutcome as JointOutcome
from bayes_ivig.results.other_models.joint_outcome import term_live_birth as term_live_birth
from bayes_ivig.results.other_models.meta_regression import effect_at as effect_at
