"""The direction that small-study effects favour: stated, or towards benefit as the data say."""

from bayes_ivig.errors import ModelError
from bayes_ivig.inputs.counts.dataset import Dataset

DIRECTIONS = ("", "above", "below")
SIGNS = {"above": 1, "below": -1}
OF_EVENTS = {"good": 1, "bad": -1}


def favoured(dataset: Dataset, direction: str) -> int:
    """Return 1 where effects above no effect are favoured, -1 where those below are; as stated, or where
    nothing is stated as the dataset says whether an event is good or bad. Raises ``ModelError`` where it does
    not say.
    """
    if direction in SIGNS:
        return SIGNS[direction]
    event = dataset.about.event
    if event is None:
        raise ModelError(
            f"direction: {dataset.label} does not say whether an event is good or bad, so that nobody knows "
            'which results would be favoured; state direction="above" (effects above no effect) or '
            'direction="below", or event = "good" or "bad" in the description of the data'
        )
    return OF_EVENTS[event]
