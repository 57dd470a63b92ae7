"""The door to files of other programs: from their bytes to grids of cells, the format told by the bytes."""

from collections.abc import Callable
from dataclasses import replace

from bayes_ivig.errors import DataError, listed, named, quoted, suggestion
from bayes_ivig.files.compressed import decompressed
from bayes_ivig.inputs.foreign.formats import kinds
from bayes_ivig.inputs.foreign.formats.jasp import jasp_sheets
from bayes_ivig.inputs.foreign.formats.ods import ods_sheets
from bayes_ivig.inputs.foreign.formats.r_data import r_sheets
from bayes_ivig.inputs.foreign.formats.statistics import spss_sheets, stata_sheets
from bayes_ivig.inputs.foreign.formats.text import text_sheets
from bayes_ivig.inputs.foreign.formats.workbook import xls_sheets, xlsx_sheets
from bayes_ivig.inputs.foreign.found import Sheet, Stated

type Reader = Callable[[bytes, str], tuple[Sheet, ...]]
READERS: dict[str, Reader] = {
    kinds.EXCEL: xlsx_sheets,
    kinds.XLS: xls_sheets,
    kinds.ODS: ods_sheets,
    kinds.R: r_sheets,
    kinds.JASP: jasp_sheets,
}
# of formats that may not state the encoding of their texts
ENCODED: dict[str, Callable[[bytes, str, str], tuple[Sheet, ...]]] = {
    kinds.TEXT: text_sheets,
    kinds.STATA: stata_sheets,
    kinds.SPSS: spss_sheets,
}


def sheets(raw: bytes, path: str, stated: Stated) -> tuple[Sheet, ...]:
    """Return the sheets of a file that hold anything, or the one that is stated; ``path`` names the file.

    Raises ``DataError`` for a file that is not read, with what to do instead.
    """
    source = named(path)
    try:
        kinds.require_no_pickle(path)
        found = _read(raw, path, source, stated)
    except ValueError as error:
        raise DataError(f"{source}: {error}") from None
    found = tuple(sheet for sheet in found if sheet.rows)
    if not found:
        raise DataError(f"{source}: holds no cells; give a file with a table in it")
    return _chosen(found, source, stated.sheet)


def _read(raw: bytes, path: str, source: str, stated: Stated) -> tuple[Sheet, ...]:
    if not raw.strip(b"\x00\r\n\t \xef\xbb\xbf"):
        raise ValueError("the file is empty; it needs a table")
    kind = kinds.kind_of(raw)
    if kind == kinds.PACKED:
        raw = decompressed(raw)
        kind = kinds.kind_of(raw)
        if kind == kinds.PACKED:
            raise ValueError("is compressed twice; unpack it and give what is in it")
        path = kinds.without_packing(path)
    notes = kinds.name_note(kind, path)
    if kind in ENCODED:
        found = ENCODED[kind](raw, source, stated.encoding)
    else:
        found = READERS[kind](raw, source)
        notes += [f"--encoding is of no use: {kind} states its own"] if stated.encoding else []
    return tuple(replace(sheet, notes=(*notes, *sheet.notes)) for sheet in found)


def _chosen(found: tuple[Sheet, ...], source: str, stated: str) -> tuple[Sheet, ...]:
    """Return the sheets, or those of the name that is stated; raises ``DataError`` where there is none."""
    if not stated:
        return found
    for same in (str, str.casefold):
        chosen = tuple(sheet for sheet in found if same(sheet.name) == same(stated))
        if chosen:
            return chosen
    names = [sheet.name for sheet in found if sheet.name]
    if not names:
        raise DataError(f"{source}: --sheet {quoted(stated)}: this file has no sheets; leave that out")
    raise DataError(
        f"{source}: --sheet {quoted(stated)}: there is no such sheet with anything in it"
        f"{suggestion(stated, names)}; there are {listed(names)}"
    )
