"""What one more trial would make of an answer."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

type Finds = Literal["the opposite", "the margin"]


@dataclass(frozen=True)
class NewTrial:
    """One trial more, and the probability that the brief quotes before it and after.

    ``key`` is the comparison or the trial set that it is added to. It has ``per_arm`` people in each arm,
    the control risk of these trials, and finds just ``effect``: the mirror image of what they show
    (``"the opposite"``), or, where they show no direction, the smallest important benefit (``"the margin"``),
    or that many more events where the direction of a benefit is not stated. ``as_large`` says whether it is
    as large as the largest arm among these trials, or a large one.
    """

    key: str
    finds: Finds
    effect: float
    per_arm: int
    as_large: bool
    control_risk: float
    before: float
    after: float

    def to_dict(self) -> dict[str, Any]:
        """Return the fields by name."""
        return asdict(self)
