from bayes_ivig.reporting.benefit.figure import benefit as benefit
from bayes_ivig.reporting.benefit.figure import benefit_table as benefit_table
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
from bayes_ivig.reporting.counts.labbe_figure import labbe as labbe
from bayes_ivig.reporting.counts.labbe_figure import labbe_table as labbe_table
from bayes_ivig.reporting.drawing.chart import Chart as Chart
from bayes_ivig.reporting.figures.figure import Figure as Figure
from bayes_ivig.reporting.fit.density_figure import density as density
from bayes_ivig.reporting.fit.density_figure import density_table as density_table
from bayes_ivig.reporting.pool.baujat_figure import baujat as baujat
from bayes_ivig.reporting.pool.funnel_figure import funnel as funnel
from bayes_ivig.reporting.priors.posterior_figure import prior_posterior as prior_posterior
from bayes_ivig.reporting.priors.posterior_figure import prior_posterior_table as prior_posterior_table
from bayes_ivig.reporting.priors.sensitivity_figure import prior_sensitivity as prior_sensitivity
from bayes_ivig.reporting.trials.subsets_figure import subsets as subsets

forest = plot_forest
