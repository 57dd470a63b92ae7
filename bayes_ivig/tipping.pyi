from bayes_ivig.analyses.tipping.closed_form import credibility as credibility
from bayes_ivig.analyses.tipping.fragility import bayesian_fragility as bayesian_fragility
from bayes_ivig.analyses.tipping.how_much_prior import how_much_prior as how_much_prior
from bayes_ivig.analyses.tipping.missing_outcomes import missing_outcomes as missing_outcomes
from bayes_ivig.analyses.tipping.points import tipping_grid as tipping_grid
from bayes_ivig.analyses.tipping.points import tipping_point as tipping_point
from bayes_ivig.results.tipping.points import Conclusion as Conclusion
