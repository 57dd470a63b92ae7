"""What selection by p-value, and small trials, do to an answer, in a few words."""

from bayes_ivig.reporting.display.effects import span
from bayes_ivig.reporting.wording import effects, numbers
from bayes_ivig.results.small_studies.selection import SelectionAnalysis
from bayes_ivig.results.small_studies.small_studies import SmallStudies


def of_selection(result: SelectionAnalysis) -> str:
    """The effect without and with selection, and its probability."""
    both = [each["mu"] for each in (result.uncorrected, result.posterior)]
    before, after = (numbers.probability(result.chance(mu)) for mu in both)
    shown = [span(result.measure, mu) for mu in both]
    return f"{shown[0]} to {shown[1]} with selection, P({result.event}) {before} to {after}"


def of_small_studies(result: SmallStudies) -> str:
    """The median under every adjustment."""
    parts = [
        f"{row.adjustment} {effects.of(result.measure, row.posterior['mu'].median)}" for row in result.rows
    ]
    return f"median {result.measure.symbol}: {', '.join(parts)}"
