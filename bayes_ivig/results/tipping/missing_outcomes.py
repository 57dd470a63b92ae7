"""What is left open by people who were randomised and not seen."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.results.shown import Shown

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class MissingTip:
    """How far from an odds ratio of 1 between the missing and the seen a conclusion turns.

    ``where`` is ``"treatment"``, ``"control"`` or ``"both"`` arms; in both they move apart, one IMOR the
    inverse of the other. ``imor`` is that of the treatment arm (of the control arm where that alone moves),
    None where the conclusion does not turn within ``furthest`` or does not hold to begin with.
    """

    where: str
    imor: float | None
    furthest: float


@checked_methods
@dataclass(frozen=True, eq=False)
class MissingOutcomes(Shown):
    """Answers under what may be assumed of people who were not seen, by name, and where a conclusion turns.

    ``answers`` are ``"available cases"``, ``"stated"`` (the prior ``imor``), and the four corners in which
    all or none of the missing of each arm had the event, counted as if they had been seen. ``conclusion`` is
    ``"OR > 1"`` or ``"OR < 1"``, which the available cases favour; it holds where its probability is at
    least ``least``. ``missing`` are people not seen in treatment and control arms, ``randomised`` all of
    them.
    """

    imor: str
    answers: tuple[tuple[str, Posterior], ...]
    conclusion: str
    least: float
    tips: tuple[MissingTip, ...]
    missing: tuple[float, float]
    randomised: tuple[float, float]

    @property
    def chances(self) -> dict[str, float]:
        """The probability of the conclusion under each of the ``answers``."""
        above = {name: float(posterior["mu"].prob_above(0.0)) for name, posterior in self.answers}
        return {name: p if self.conclusion == "OR > 1" else 1 - p for name, p in above.items()}

    @property
    def holds(self) -> bool:
        """Whether the conclusion holds in the available cases."""
        return self.chances["available cases"] >= self.least

    def table(self, level: Level = 0.95) -> "pd.DataFrame":
        """Return one row per assumption, then one per tipping point.

        Columns: ``assumption``, ``or_median``, ``or_lower``, ``or_upper``, ``level``, ``prob_conclusion``;
        of a tipping point ``imor``, blank where there is none.
        """
        import numpy as np
        import pandas as pd

        rows: list[dict[str, object]] = []
        chances = self.chances
        for name, posterior in self.answers:
            lower, upper = posterior["mu"].interval(level)
            rows.append(
                {
                    "assumption": f"{name}: {self.imor}" if name == "stated" else name,
                    "or_median": float(np.exp(posterior["mu"].quantile(0.5))),
                    "or_lower": float(np.exp(lower)),
                    "or_upper": float(np.exp(upper)),
                    "level": level,
                    "prob_conclusion": chances[name],
                    "imor": None,
                }
            )
        for tip in self.tips:
            row: dict[str, object] = dict.fromkeys(rows[0])
            rows.append(row | {"assumption": f"turns: IMOR of {tip.where}", "imor": tip.imor})
        return pd.DataFrame(rows)
