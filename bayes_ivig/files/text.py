"""The one way from bytes to text."""


def decoded(raw: bytes, unit: str = "line", remedy: str = "save it as UTF-8") -> str:
    """Return the text of UTF-8 bytes, without a byte order mark; raises ``ValueError`` that names the first
    byte that is none, in which ``unit`` (a line, a row) it stands, and what to do.
    """
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = raw.count(b"\n", 0, error.start) + 1
        byte = raw[error.start : error.start + 1]
        raise ValueError(
            f"{unit} {place}: byte {error.start + 1} ({byte!r}) is not UTF-8; {remedy}"
        ) from None
