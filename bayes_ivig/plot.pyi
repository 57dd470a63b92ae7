from bayes_ivig.reporting.benefit.chart import plot_benefit
from bayes_ivig.reporting.charts import absolute as absolute
from bayes_ivig.reporting.charts import classes as classes
from bayes_ivig.reporting.charts import net_benefit as net_benefit
from bayes_ivig.reporting.charts import one_by_one as one_by_one
from bayes_ivig.reporting.charts import people as people
from bayes_ivig.reporting.charts import prior_width as prior_width
from bayes_ivig.reporting.charts import priors as priors
from bayes_ivig.reporting.charts import readings as readings
from bayes_ivig.reporting.charts import specifications as specifications
from bayes_ivig.reporting.charts import standing as standing
from bayes_ivig.reporting.charts import tipping as tipping
from bayes_ivig.reporting.charts import trial_sets as trial_sets
from bayes_ivig.reporting.counts.forest_chart import plot_forest
from bayes_ivig.reporting.drawing.chart import Chart as Chart
from bayes_ivig.reporting.figures.figure import Figure as Figure
from bayes_ivig.reporting.priors.chart import plot_comparison
from bayes_ivig.reporting.trials.map_chart import plot_subsets

benefit = plot_benefit
comparison = plot_comparison
forest = plot_forest
subsets = plot_subsets
