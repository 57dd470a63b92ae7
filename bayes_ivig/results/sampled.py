"""Answers that took sampling: what was found, how good the draws were, and what made them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bayes_ivig.results.diagnostics import Diagnostics


@dataclass(frozen=True)
class SampledAnswer:
    """What one sampled posterior answered to one question, as JSON-ready values, with its diagnostics.

    ``sampler`` holds the sampler's settings, seed included; ``made_by`` the versions of the programs that sampled it, which
    need not be those that read it.
    """

    answer: Mapping[str, Any]
    diagnostics: Diagnostics
    sampler: tuple[tuple[str, str], ...]
    made_by: tuple[tuple[str, str], ...]
