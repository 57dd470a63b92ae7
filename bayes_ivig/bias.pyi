from bayes_ivig.analyses.small_studies.selection import selection as selection
from bayes_ivig.analyses.small_studies.small_studies import small_studies as small_studies
from bayes_ivig.results.small_studies.selection import SelectionAnalysis as SelectionAnalysis
from bayes_ivig.results.small_studies.small_studies import SmallStudies as SmallStudies
