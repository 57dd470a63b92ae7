"""What a report sets beside an effect: the effect under selection by p-value."""

from bayes_ivig.results.small_studies.selection import SelectionAnalysis
from bayes_ivig.results.small_studies.small_studies import Adjusted, SmallStudies


def beside(selected: SelectionAnalysis) -> SmallStudies:
    """Return a selection analysis beside the effect without."""
    return SmallStudies(
        (
            Adjusted("none", selected.uncorrected, None),
            Adjusted("selection", selected.posterior, selected.log_bayes_factor),
        ),
        selected,
    )
