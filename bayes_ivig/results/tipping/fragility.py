"""How few events carry a posterior conclusion, and in which trial."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.results.shown import Shown
from bayes_ivig.results.tipping.points import Conclusion

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Move:
    """Events turned into non-events (``events`` below 0) or the other way round in one arm of one trial.

    ``chance`` is the probability that the conclusion is about, afterwards.
    """

    study: str
    arm: Literal["treatment", "control"]
    events: int
    chance: float


@checked_methods
@dataclass(frozen=True, slots=True)
class BayesianFragility(Shown):
    """The fewest events moved in one arm of one trial after which a conclusion turns.

    ``holds`` says whether it holds in the table as it is, with ``chance``. ``events`` is their number, None
    where no arm of any trial can turn it. ``moves`` are all single-arm changes of that number that turn it,
    those that go furthest first, and ``tried`` every arm's changes of that number, both ways. ``exhaustive``
    says whether all smaller numbers were tried; of large numbers only some are, the conclusion being taken to
    stay turned beyond the first that turns it.
    """

    conclusion: Conclusion
    holds: bool
    chance: float
    events: int | None
    moves: tuple[Move, ...]
    tried: tuple[Move, ...]
    exhaustive: bool

    def table(self, level: Level = 0.95) -> "pd.DataFrame":  # noqa: ARG002 - nothing in it has a level
        """Return one row per arm and direction: the change, the chance afterwards,
        and whether the conclusion turns.
        """
        import pandas as pd

        rows = [(move.study, move.arm, move.events, move.chance, move in self.moves) for move in self.tried]
        return pd.DataFrame(rows, columns=["study", "arm", "events", "chance", "turns"])
