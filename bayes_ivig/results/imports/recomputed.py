"""A result that a file stores, beside the same computed from its rows."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recomputed:
    """One number that a file stores, and what ``pool`` makes of the rows that it is of.

    ``quantity`` is a field of ``PooledEstimate``, or ``z`` or ``q_df`` of its tests; ratios are on the log
    scale. ``group`` is the subgroup it is of, blank for all rows. ``digits`` are the decimals stored, None
    for full precision. Where nothing could be computed, ``recomputed`` is None and ``why`` says why. A number
    of a single row has its ``study``, and ``quantity`` is then a field of ``StudyEstimate``.
    """

    outcome: str
    group: str
    method: str
    measure: str
    quantity: str
    stored: float
    recomputed: float | None
    agrees: bool
    digits: int | None = None
    why: str = ""
    study: str = ""

    @property
    def difference(self) -> float | None:
        """Recomputed less stored; None where nothing could be computed."""
        return None if self.recomputed is None else self.recomputed - self.stored
