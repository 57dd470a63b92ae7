"""Probabilities as text."""


def probability(value: float) -> str:
    """Return a probability with three decimals, ends as bounds."""
    return "> 0.999" if value > 0.9995 else "< 0.001" if value < 0.0005 else f"{value:.3f}"
