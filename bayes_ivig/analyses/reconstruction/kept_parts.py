"""Finished parts of a search in a folder, so that a search that was killed goes on where it was."""

import hashlib
import json
import zlib
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from zipfile import BadZipFile

import numpy as np

from bayes_ivig.analyses.reconstruction.arithmetic import Index
from bayes_ivig.analyses.reconstruction.plan import Plan, requirements_text
from bayes_ivig.errors import DataError
from bayes_ivig.files.documents import parse_json
from bayes_ivig.files.reading import MOST_KEPT, content
from bayes_ivig.files.replacing import sweep
from bayes_ivig.files.writing import write_bytes, write_text
from bayes_ivig.inputs.counts.partial import PartialTable
from bayes_ivig.version import __version__


class Found(NamedTuple):
    """Tables of one part: their number, least and most candidate events per cell (None without any),
    and those kept.
    """

    number: int
    least: Index | None  # (K, 2)
    most: Index | None
    events: Index  # (n, K, 2)


class Shelf:
    """A folder of parts, each file put in place whole; raises ``DataError`` for those of another search."""

    def __init__(self, folder: str | Path, plan: Plan, kept: int) -> None:
        self.folder, self.stamp = Path(folder), stamp_of(plan, kept)
        path = self.folder / "search.json"
        document = json.dumps(describe(plan) | {"stamp": self.stamp}, indent=1, ensure_ascii=False)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            sweep(self.folder)
            if path.exists():
                self._require_same(path)
            else:
                write_text(path, document)
        except OSError as error:
            raise self._unusable(error) from None

    def read(self, number: int, shape: tuple[int, int]) -> Found | None:
        """Return a part if it is here; ``shape`` is that of one table."""
        path = self._path(number)
        try:
            with np.load(BytesIO(content(path, MOST_KEPT)), allow_pickle=False) as stored:
                among, ends, events = (np.asarray(stored[name]) for name in ("number", "ends", "events"))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._unusable(error) from None
        except (ValueError, KeyError, EOFError, OverflowError, MemoryError, BadZipFile, zlib.error):
            raise DataError(f"{path}: not a part of a search; remove it, or give another folder") from None
        whole = all(array.dtype.kind in "iu" for array in (among, events)) and among.shape == ()
        if not whole or events.shape[1:] != shape or (among > 0 and ends.shape != (2, *shape)):
            raise DataError(f"{path}: a part of another table; remove it, or give another folder")
        least, most = ends.astype(np.intp) if among else (None, None)
        return Found(int(among), least, most, events.astype(np.intp))

    def write(self, number: int, tables: Found) -> None:
        """Keep a part as a file, whole or not at all."""
        made = BytesIO()
        ends = (
            np.zeros((0,))
            if tables.least is None or tables.most is None
            else np.stack([tables.least, tables.most])
        )
        np.savez_compressed(made, number=tables.number, ends=ends, events=tables.events.astype(np.int32))
        try:
            write_bytes(self._path(number), made.getvalue())
        except OSError as error:
            raise self._unusable(error) from None

    def _require_same(self, path: Path) -> None:
        try:
            stamp = parse_json(content(path, MOST_KEPT))["stamp"]
        except (ValueError, KeyError, TypeError):
            raise DataError(
                f"{path}: not the description of a search; remove it, or give another folder"
            ) from None
        if stamp != self.stamp:
            what = "table, requirements, cap or version differ"
            raise DataError(f"{self.folder}: holds parts of another search ({what}); give another folder")

    def _path(self, number: int) -> Path:
        return self.folder / f"part-{number:06d}.npz"

    def _unusable(self, error: OSError) -> DataError:
        return DataError(
            f"{self.folder}: parts cannot be kept there: {error.strerror or error}; give another folder"
        )


def describe(plan: Plan) -> dict[str, object]:
    """Return what is searched, for people to read."""
    return {
        "table": plan.table.label,
        "studies": studies_of(plan.table),
        "requirements": list(requirements_text(plan.requirements)),
        "parts": len(plan.parts),
        "version": __version__,
    }


def studies_of(table: PartialTable) -> list[list[object]]:
    """Return every study's name, limits and totals."""
    return [
        [s.name, list(s.treatment), s.treatment_total, list(s.control), s.control_total]
        for s in table.studies
    ]


def stamp_of(plan: Plan, kept: int) -> str:
    """Return a hash of everything that the parts depend on."""
    levels = [each.level for each in plan.requirements]
    text = json.dumps([describe(plan), levels, kept], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
