from bayes_ivig.reporting.charts.absolute import plot_absolute
from bayes_ivig.reporting.charts.benefit import plot_benefit
from bayes_ivig.reporting.charts.benefit_harm import plot_net_benefit, plot_people
from bayes_ivig.reporting.charts.choices import plot_one_by_one, plot_standing
from bayes_ivig.reporting.charts.classes import plot_classes
from bayes_ivig.reporting.charts.comparison import plot_comparison, plot_prior_width
from bayes_ivig.reporting.charts.forest import plot_forest
from bayes_ivig.reporting.charts.priors import plot_priors
from bayes_ivig.reporting.charts.readings import plot_readings
from bayes_ivig.reporting.charts.subsets_map import plot_subsets
from bayes_ivig.reporting.charts.tipping import plot_tipping
from bayes_ivig.reporting.charts.trial_sets import plot_trial_sets

absolute = plot_absolute
benefit = plot_benefit
classes = plot_classes
comparison = plot_comparison
forest = plot_forest
net_benefit = plot_net_benefit
one_by_one = plot_one_by_one
people = plot_people
prior_width = plot_prior_width
priors = plot_priors
readings = plot_readings
standing = plot_standing
subsets = plot_subsets
tipping = plot_tipping
trial_sets = plot_trial_sets
