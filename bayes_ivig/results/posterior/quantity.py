"""What a kind of model answers beside mu, tau and theta_new:
a name, what it is, and the scale it is shown on.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Quantity:
    """A scalar of the posterior: ``posterior[name]``.

    ``label`` says what it is, in words. ``scale`` says what it is measured on; with ``shown`` it is a
    logarithm, and shown as its exponential, which is then on the scale ``shown``: ``scale="log odds ratio",
    shown="odds ratio"``. What no data inform is ``withheld``, with the reason: it can be asked for, but is
    not shown as a finding. A coefficient of a column of numbers is per ``unit`` of that column.
    """

    name: str
    label: str
    scale: str
    shown: str = ""
    withheld: str = ""
    unit: float | None = None
