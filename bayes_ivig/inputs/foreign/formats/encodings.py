"""The text in the bytes of a file: the encoding that it declares, that the user states, or that is certain.

A text that is not UTF-8 has an encoding that nobody can tell from its bytes: 0x86 is a dagger on one system,
a letter on two others. It is taken for windows-1252 only where every such byte is then a letter or a mark in
a word that has plain letters, too; else the user is asked.
"""

import codecs
import re

from bayes_ivig.errors import listed, quoted

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
NOT_OF_FILES = ("idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "utf-7")
LIKELY = ("windows-1252", "mac-roman", "cp850", "windows-1251", "iso-8859-2")
# the marks of windows-1252 below 0xA0 where no letter stands; 0x92 is an apostrophe within words
QUOTES = re.compile(
    r"(?<![^\W\d_])[\u2018\u201c\u201e\u2013\u2014]|[\u2019\u201d\u2013\u2014](?![^\W\d_])|\u2026"
)
APOSTROPHE = re.compile(r"(?<=[A-Za-z])\u2019(?=[A-Za-z])")
CELL = re.compile(r"[^\t;,|\n\r]+")
WORD = re.compile(r"[^\W\d_]+")
PLAIN = re.compile(r"[A-Za-z]")
MOST_UNSURE = 100_000  # bytes beyond ASCII that are looked at


def decoded(raw: bytes, stated: str = "") -> tuple[str, str]:
    """Return the text of a file, and a note on its encoding (blank for UTF-8).

    Raises ``ValueError`` for an encoding that does not fit, or cannot be told.
    """
    if stated:
        return _as_stated(raw, stated), f"encoding {stated}, as stated"
    for mark, encoding, name in MARKS:
        if raw.startswith(mark):
            try:
                return raw.decode(encoding), "" if name == "UTF-8" else f"encoding {name}"
            except UnicodeDecodeError as error:
                raise ValueError(
                    f"begins with the mark of {name}, but {_place(raw, error)} is none"
                ) from None
    if b"\x00" in raw:
        raise ValueError(
            "holds NUL bytes, so it is no text that can be read as it is; if it is UTF-16 without a mark, "
            "state --encoding utf-16-le (or utf-16-be); else give a table in a format that is read"
        )
    try:
        return raw.decode("utf-8"), ""
    except UnicodeDecodeError as error:
        return _single_byte(raw, error)


def _as_stated(raw: bytes, stated: str) -> str:
    try:
        known = codecs.lookup(stated).name
        if known.replace("_", "-") in NOT_OF_FILES:
            raise LookupError
        text = raw.decode("utf-8-sig" if known == "utf-8" else known)
    except UnicodeError as error:
        where = _place(raw, error) if isinstance(error, UnicodeDecodeError) else "what it holds"
        raise ValueError(f"--encoding {quoted(stated)} does not fit: {where} has no meaning in it") from None
    except (LookupError, ValueError):
        likely = ", ".join(LIKELY)
        raise ValueError(
            f"--encoding {quoted(stated)} is not an encoding; use utf-8, utf-16, {likely}"
        ) from None
    if "\x00" in text:
        raise ValueError(f"--encoding {quoted(stated)} does not fit: the text would hold NUL characters")
    return text


def _single_byte(raw: bytes, error: UnicodeDecodeError) -> tuple[str, str]:
    """Return the text where it is certainly windows-1252; raises ``ValueError`` that shows what it may be."""
    try:
        text = raw.decode("windows-1252")
    except UnicodeDecodeError as undefined:
        raise ValueError(_question(raw, undefined.start)) from None
    at = _unsure(text)
    if at is not None:
        raise ValueError(_question(raw, at))
    number = sum(not letter.isascii() for letter in text)
    words = f"encoding windows-1252, told from {number:,} letters in texts, the first in {_place(raw, error)}"
    return text, f"{words}; another is stated by --encoding"


def _unsure(text: str) -> int | None:
    """Return where the first character stands that need not be what windows-1252 makes of it."""
    looked = 0
    certain = {found.start() for found in QUOTES.finditer(text)}
    certain |= {found.start() for found in APOSTROPHE.finditer(text)}
    for cell in CELL.finditer(text):
        if cell.group().isascii():
            continue
        is_text = PLAIN.search(cell.group()) is not None
        words = [
            range(cell.start() + word.start(), cell.start() + word.end())
            for word in WORD.finditer(cell.group())
            if 2 * len(PLAIN.findall(word.group())) >= len(word.group())
        ]
        for at in range(cell.start(), cell.end()):
            letter = text[at]
            if letter.isascii():
                continue
            looked += 1
            inside = any(at in word for word in words)
            fits = (
                at in certain or ("\xc0" <= letter <= "\xff" and inside) or letter in "\xa0\xa7\xa9\xae\xb0"
            )
            if not (is_text and fits) or looked > MOST_UNSURE:
                return at
    return None


def _question(raw: bytes, at: int) -> str:
    line = raw.count(b"\n", 0, at) + 1
    start = max(raw.rfind(b"\n", 0, at) + 1, at - 12)
    end = min((raw.find(b"\n", at) + 1 or len(raw) + 1) - 1, at + 12)
    around = raw[start:end].rstrip(b"\r")
    readings: dict[str, str] = {}
    for encoding in LIKELY:
        readings.setdefault(quoted(around.decode(encoding, "replace")), encoding)
    choices = listed([f"{encoding} gives {reading}" for reading, encoding in readings.items()])
    return (
        f"line {line}: byte 0x{raw[at]:02X} is not UTF-8, and what it stands for cannot be told; state the "
        f"encoding with --encoding ({choices}), or save the file as UTF-8"
    )


def _place(raw: bytes, error: UnicodeDecodeError) -> str:
    return f"line {raw.count(b'\n', 0, error.start) + 1} (byte {error.start + 1})"
