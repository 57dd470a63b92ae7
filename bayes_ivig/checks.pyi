from bayes_ivig.analyses.checks.check_model import check_model as check_model
from bayes_ivig.analyses.checks.compare_models import compare_models as compare_models
from bayes_ivig.analyses.checks.loo import loo as loo
from bayes_ivig.analyses.checks.predictive import posterior_predictive_check as posterior_predictive_check
from bayes_ivig.analyses.checks.predictive import prior_predictive_check as prior_predictive_check
from bayes_ivig.analyses.tipping.power_scaling import power_scaling as power_scaling
from bayes_ivig.results.draws.monte_carlo import monte_carlo_errors as monte_carlo_errors
from bayes_ivig.results.draws.prior_and_posterior import prior_and_posterior as prior_and_posterior
