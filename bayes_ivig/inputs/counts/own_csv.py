"""Whether a CSV is one of our own, told from its header: it is read as it stands, and nothing in it is
taken for anything else than its columns say.
"""

import io

from bayes_ivig.files import rows
from bayes_ivig.inputs.counts.study import COUNTS

# one of these in the header is enough: what else it lacks is said by its reader
MARKS = frozenset((*COUNTS, "estimate", "treatment_mean", "treatment_time", "o_minus_e"))


def is_own(raw: bytes) -> bool:
    """Whether the bytes of a CSV are in UTF-8, with commas, and its header has columns of ours; also where
    there is nothing in it.
    """
    header = _header(raw)
    return header is not None and (not header or bool(MARKS & set(header)))


def is_comma_separated(raw: bytes) -> bool:
    """Whether these are the bytes of a text in UTF-8 whose first line has commas."""
    return len(_header(raw) or ()) > 1


def _header(raw: bytes) -> tuple[str, ...] | None:
    """Return the cells of the first line that is not blank; None where this is no such text."""
    try:
        raw.decode("utf-8")
        for line in io.BytesIO(raw):
            if found := rows.parse_csv(line):
                return found[0][1]
    except ValueError:
        return None
    return ()
