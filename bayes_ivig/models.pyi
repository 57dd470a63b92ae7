from bayes_ivig.inputs.arm_models import BetaBinomial as BetaBinomial
from bayes_ivig.inputs.arm_models import Bivariate as Bivariate
from bayes_ivig.inputs.arm_models import RandomBaselines as RandomBaselines
from bayes_ivig.inputs.covariate_models import BiasAdjusted as BiasAdjusted
from bayes_ivig.inputs.covariate_models import MetaRegression as MetaRegression
from bayes_ivig.inputs.joint_model import JointOutcome as JointOutcome
from bayes_ivig.results.joint_outcome import term_live_birth as term_live_birth
from bayes_ivig.results.meta_regression import effect_at as effect_at
