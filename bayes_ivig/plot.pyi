from bayes_ivig.reporting.benefit.absolute_chart import plot_absolute
from bayes_ivig.reporting.benefit.chart import plot_benefit
from bayes_ivig.reporting.counts.forest_chart import plot_forest
from bayes_ivig.reporting.counts.sets_chart import plot_trial_sets
from bayes_ivig.reporting.figures.figure import Figure as Figure
from bayes_ivig.reporting.priors.chart import plot_comparison, plot_prior_width
from bayes_ivig.reporting.priors.combinations_chart import plot_priors
from bayes_ivig.reporting.reconstruction.readings_chart import plot_readings
from bayes_ivig.reporting.specification.chart import plot_specifications
from bayes_ivig.reporting.tipping.chart import plot_tipping
from bayes_ivig.reporting.trials.chart import plot_one_by_one, plot_standing
from bayes_ivig.reporting.trials.classes_chart import plot_classes
from bayes_ivig.reporting.trials.map_chart import plot_subsets
from bayes_ivig.reporting.weighing.chart import plot_net_benefit, plot_people

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
specifications = plot_specifications
standing = plot_standing
subsets = plot_subsets
tipping = plot_tipping
trial_sets = plot_trial_sets
