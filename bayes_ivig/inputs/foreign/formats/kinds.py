"""What the bytes of a file are: told by the bytes themselves, never by its name."""

import re
from collections.abc import Callable
from pathlib import PurePath

from bayes_ivig.errors import listed
from bayes_ivig.files import archives

EXCEL, ODS, XLS = (
    "an Excel workbook (.xlsx)",
    "an OpenDocument spreadsheet (.ods)",
    "an old Excel workbook (.xls)",
)
STATA, SPSS, R = "a Stata dataset (.dta)", "an SPSS dataset (.sav)", "R data (.rda, .rds)"
JASP, PACKED, TEXT = "a JASP file (.jasp)", "a compressed file", "a table in text"
SUFFIXES = {
    EXCEL: (".xlsx", ".xlsm", ".xltx"), ODS: (".ods", ".ots"), XLS: (".xls", ".xlt"),
    STATA: (".dta",), SPSS: (".sav", ".zsav"), R: (".rda", ".rdata", ".rds"), JASP: (".jasp",),
    TEXT: (".csv", ".tsv", ".txt", ".tab", ".dat", ".prn"), PACKED: (".gz", ".bz2", ".xz"),
}  # fmt: skip
SAVE = "save the table as CSV or xlsx and give that"
NEVER = (
    "OpenMeta (.oma) and Python keep such a file as a pickle, which can run any program when it is opened, "
    "so it is never opened here; export the data as CSV from the program that made it"
)
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OLD_STATA = re.compile(rb"[\x69-\x73][\x01\x02]\x01\x00", re.DOTALL)  # versions 105 to 115
R_DATA = re.compile(rb"RD[AXB][23]\n|[XAB]\r?\n(?:\x00\x00\x00[\x02\x03]|[23]\r?\n|[\x02\x03]\x00\x00\x00)")
PICKLE = re.compile(
    rb"\x80[\x01-\x05]|ccopy_reg\n|c__builtin__\n|\(i[\w.]+\n|\((?:d|l)p[01]\n|\(dp?\n|c[\w.]+\n[\w.]+\n"
)
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"BM")
REFUSED: tuple[tuple[Callable[[bytes], object], str], ...] = (
    (PICKLE.match, f"is a Python pickle: {NEVER}"),
    (lambda raw: b"%PDF-" in raw[:1024],
     "is a PDF, which has no table to be read, only marks on a page; copy the table into a spreadsheet, "
     "check every number against the page, and give that"),
    (lambda raw: raw.startswith(PICTURES),
     "is a picture; type the table into a spreadsheet, check it, and give that"),
    (lambda raw: raw.startswith(b"{\\rtf"), f"is a text document (RTF); {SAVE}"),
    (lambda raw: raw.startswith((b"PAR1", b"ARROW1", b"FEA1")),
     "is a Parquet or Arrow file; read it with pandas or polars and give the frame to "
     "Dataset.from_dataframe, or save it as CSV"),
    (lambda raw: raw.startswith(b"SQLite format 3\x00"), f"is a database (SQLite); {SAVE}"),
    (lambda raw: raw.startswith(b"\x89HDF"), f"is an HDF5 file; {SAVE}"),
    (lambda raw: raw[12:16] == b"\xc2\xea\x81\x60" or raw.startswith(b"HEADER RECORD*"),
     f"is a SAS dataset; {SAVE}"),
    (lambda raw: b"ASCII SPSS PORT FILE" in raw[:400],
     "is a portable SPSS file (.por); save it as .sav or CSV"),
    (lambda raw: raw.startswith((b"7z\xbc\xaf", b"Rar!", b"\x1f\x9d")),
     "is an archive of a kind that is not read; unpack it and give the table in it"),
    (lambda raw: raw.startswith((b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")) and b"\x00" in raw[:16],
     "is an Excel file of a version before 97; open it in a spreadsheet program and save it as xlsx"),
)  # fmt: skip
MARKUP = re.compile(rb"\s*<(?P<what>[!?]?[A-Za-z]+)")


def kind_of(raw: bytes) -> str:  # noqa: C901, PLR0911 - kinds, a line each
    """Return which kind a file is; raises ``ValueError`` for one that is not read, with what to do."""
    for is_one, why in REFUSED:
        if is_one(raw):
            raise ValueError(why)
    if archives.is_zip(raw):
        return _in_zip(raw)
    if raw.startswith(COMPOUND):
        return _in_compound(raw)
    if raw.startswith(b"<stata_dta>") or OLD_STATA.match(raw):
        return STATA
    if raw.startswith((b"$FL2", b"$FL3")):
        return SPSS
    if R_DATA.match(raw):
        return R
    if raw.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00")):
        return PACKED
    if found := MARKUP.match(raw[:200].removeprefix(b"\xef\xbb\xbf")):
        _refuse_markup(raw, found["what"].lower())
    return TEXT


def name_note(kind: str, path: str) -> list[str]:
    """Return a note where the name of a file says that it is another kind."""
    suffix = PurePath(path).suffix.lower()
    if suffix in SUFFIXES.get(kind, ()) or not any(suffix in each for each in SUFFIXES.values()):
        return []
    return [f"look at: its name ends in {suffix}, but it is {kind}, and was read as that"]


def without_packing(path: str) -> str:
    """Return the name of what is packed in a file: ``t.csv`` of ``t.csv.gz``."""
    return path[: len(path) - len(suffix)] if (suffix := PurePath(path).suffix) in SUFFIXES[PACKED] else path


def require_no_pickle(path: str) -> None:
    """Raise ``ValueError`` for the name of a file that OpenMeta keeps, whatever its bytes are."""
    if PurePath(path).suffix.lower() in (".oma", ".pkl", ".pickle"):
        raise ValueError(f"is, by its name, a pickle: {NEVER}")


def _in_zip(raw: bytes) -> str:
    names = set(archives.names(raw))
    if "xl/workbook.bin" in names:
        raise ValueError("is a binary Excel workbook (.xlsb); save it as .xlsx")
    if "xl/workbook.xml" in names:
        return EXCEL
    if "content.xml" in names:
        what = archives.unpacked(raw, lambda name: name == "mimetype").get("mimetype", b"")
        if b"spreadsheet" in what or (not what and "styles.xml" in names):
            return ODS
        raise ValueError(f"is an OpenDocument file without a spreadsheet in it; {SAVE}")
    if "internal.sqlite" in names or "data.bin" in names:
        return JASP
    if "META-INF/MANIFEST.MF" in names and "analyses.json" in names:
        raise ValueError(
            "is a JASP file that holds no data, only results; open the data in JASP and save both"
        )
    if any(name.startswith(("word/", "ppt/")) for name in names):
        raise ValueError(f"is a document (Word or PowerPoint), whose tables are not read; {SAVE}")
    raise ValueError(
        f"is a zip archive of {listed(sorted(names), 5)}; unpack it and give the file that holds the table"
    )


def _in_compound(raw: bytes) -> str:
    def has(name: str) -> bool:
        return name.encode("utf-16-le") + b"\x00\x00" in raw

    if has("EncryptedPackage"):
        raise ValueError("is protected by a password; save it again without one")
    if has("Workbook") or has("Book"):
        return XLS
    raise ValueError(f"is a document of an old office program (.doc, .ppt), not a table; {SAVE}")


def _refuse_markup(raw: bytes, what: bytes) -> None:
    head = raw[:4000].lower()
    if what in (b"html", b"!doctype", b"table", b"head", b"body", b"meta") or b"<html" in head:
        raise ValueError(
            "is a web page (HTML), whatever its name says; open it in a spreadsheet program and save it as "
            "xlsx"
        )
    if what in (b"?xml", b"workbook") or head.lstrip().startswith(b"<?xml"):
        raise ValueError(f"is an XML file that is neither RevMan's (.rm5) nor a known table; {SAVE}")
