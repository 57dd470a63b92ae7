from bayes_ivig.frequentist.rules import Rules as Rules
from bayes_ivig.frequentist.selection_model import selection_model as selection_model
from bayes_ivig.frequentist.series import baujat as baujat
from bayes_ivig.frequentist.series import cumulative as cumulative
from bayes_ivig.frequentist.series import fragility as fragility
from bayes_ivig.frequentist.series import leave_one_out as leave_one_out
from bayes_ivig.frequentist.small_study import funnel as funnel
from bayes_ivig.frequentist.small_study import small_study_test as small_study_test
