"""What a report asks of an outcome about small studies and publication, or why it does not."""

from dataclasses import dataclass
from typing import Literal

from bayes_ivig.kinds.one_line import short_repr
from bayes_ivig.results.one_line_repr import brief
from bayes_ivig.results.small_studies.small_studies import SmallStudies

# no direction is known; few trials tell the arms apart; no odds ratios from counts; the model's priors
type Refusal = Literal["", "direction", "few", "measure", "priors"]


@brief
@dataclass(frozen=True, eq=False)
class AskedOfOutcome:
    """The answers by trial set, the published one and all where they differ; else why there are none."""

    __repr__ = short_repr

    sets: tuple[tuple[str, SmallStudies], ...]
    refused: Refusal = ""
