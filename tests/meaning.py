"""What a text or a chart must tell, without its sentences: numbers, names and the order they stand in.

The committed report holds every sentence byte for byte; a test of words holds what they mean, so that a
sentence may be written better without a test that says no.
"""

import re
from typing import Any

SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[^a-z\d(])|\n\s*\n|\n(?=[-|#*])")


def sentences(text: str) -> list[str]:
    """Return the sentences, list items, table rows and headings of a text, blanks made single."""
    return [" ".join(part.split()) for part in SENTENCE.split(text)]


def telling(text: str, *facts: str) -> list[str]:
    """Return the sentences that hold all ``facts`` in this order, each as a whole:
    4 is neither in 40 nor in 1.4.
    """
    each = (rf"(?<![\w.]){re.escape(fact)}(?!\w|[.,]\d)" for fact in facts)
    wanted = re.compile(".*?".join(each), re.IGNORECASE)
    return [sentence for sentence in sentences(text) if wanted.search(sentence)]


def tells(text: str, *facts: str) -> bool:
    """Whether one sentence of a text holds all ``facts`` in this order."""
    return bool(telling(text, *facts))


def drawn_texts(chart: Any) -> list[str]:
    """Return every text that a chart draws from its data, as often as it stands there."""
    rows = [row for rows in chart.to_dict()["datasets"].values() for row in rows]
    return [value for row in rows for value in row.values() if isinstance(value, str)]
