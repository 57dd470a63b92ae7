"""Whether a CSV is one of our own, told from its header: it is read as it stands, and nothing in it is
taken for anything else than its columns say.
"""

import io

from bayes_ivig.files import rows
from bayes_ivig.inputs.counts.study import COUNTS

# one of the counts in the header is enough, or a study and one of these: its reader says what else is lacking
MARKS = frozenset(("estimate", "treatment_mean", "treatment_time", "o_minus_e"))
NAMED = frozenset(("study", "studies", "trial", "trials", "study name", "trial name"))


def is_own(raw: bytes) -> bool:
    """Whether the bytes of a CSV are in UTF-8, with commas, and its header has columns of ours; also where
    there is nothing in it. One whose column of studies is called otherwise is not: it is read by such names.
    """
    header = _header(raw)
    if not header:
        return header is not None
    names = set(header)
    if "study" not in names and any(name.strip().casefold() in NAMED for name in header):
        return False
    return bool(names & set(COUNTS)) or ("study" in names and bool(names & MARKS))


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
