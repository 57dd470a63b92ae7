"""Risk of bias in a review of RevMan 5: a column for each item, a word for each study."""

from collections import defaultdict
from typing import TYPE_CHECKING

from bayes_ivig.inputs.foreign.revman.analysis import plain

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

# an item is worded so that yes is good: "Allocation concealment?", shown as a low risk of bias
WORDS = {"YES": "low", "NO": "high", "UNKNOWN": "unclear"}
COLUMN = "bias: "
WHOLE = "All outcomes"


def judgements(root: "Element") -> dict[str, dict[str, str]]:
    """Return by study what was judged: ``{"bias: Allocation concealment": "low"}``.

    An item judged for several groups of outcomes has a column for each.
    """
    judged: dict[str, dict[str, str]] = defaultdict(dict)
    for item in root.iter("QUALITY_ITEM"):
        name = _text(item, "NAME").removesuffix("?")
        groups = {
            group.get("ID", ""): _text(group, "NAME") for group in item.iter("QUALITY_ITEM_DATA_ENTRY_GROUP")
        }
        for entry in item.iter("QUALITY_ITEM_DATA_ENTRY"):
            word = WORDS.get(plain(entry.get("RESULT")).upper(), "")
            group = groups.get(entry.get("GROUP_ID", ""), "").removeprefix(WHOLE)
            if word and name:
                judged[entry.get("STUDY_ID", "")][f"{COLUMN}{name}{f' ({group})' if group else ''}"] = word
    return dict(judged)


def _text(element: "Element", path: str) -> str:
    found = element.find(path)
    return "" if found is None else plain(" ".join(found.itertext()))
