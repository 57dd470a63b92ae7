from bayes_ivig.analyses.choices import accumulated as accumulated
from bayes_ivig.analyses.choices import without_each as without_each
from bayes_ivig.analyses.contrasts import by_class as by_class
from bayes_ivig.analyses.contrasts import contrast as contrast
from bayes_ivig.analyses.subsets import carrying_trials as carrying_trials
from bayes_ivig.analyses.subsets import leave_k_out as leave_k_out
from bayes_ivig.analyses.subsets import standing as standing
from bayes_ivig.analyses.subsets import subsets as subsets
