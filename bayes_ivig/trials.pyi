from bayes_ivig.analyses.trials.classes import by_class as by_class
from bayes_ivig.analyses.trials.classes import contrast as contrast
from bayes_ivig.analyses.trials.one_by_one import accumulated as accumulated
from bayes_ivig.analyses.trials.one_by_one import without_each as without_each
from bayes_ivig.analyses.trials.subsets import carrying_trials as carrying_trials
from bayes_ivig.analyses.trials.subsets import leave_k_out as leave_k_out
from bayes_ivig.analyses.trials.subsets import standing as standing
from bayes_ivig.analyses.trials.subsets import subsets as subsets
