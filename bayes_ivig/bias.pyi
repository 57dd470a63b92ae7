from bayes_ivig.analyses.small_studies.selection import selection as selection
from bayes_ivig.results.small_studies.selection import SelectionAnalysis as SelectionAnalysis
