"""The door for CSV: what is no table, or larger than is read, is said in one message, and soon."""

import time

import pytest

from bayes_ivig.files import rows


def problem(raw: str | bytes) -> str:
    """What is wrong with a CSV; it is said within seconds, whatever its size."""
    start = time.monotonic()
    with pytest.raises(ValueError, match=r"\w") as caught:
        rows.parse_csv(raw if isinstance(raw, bytes) else raw.encode())
    assert time.monotonic() - start < 20
    assert len(str(caught.value)) < 300
    return str(caught.value)


def test_rows_have_the_line_they_begin_at() -> None:
    read = rows.parse_csv(b'\xef\xbb\xbfa, b\n\n"x\ny",1\r\n , \n,2\r')
    assert read == [(1, ("a", "b")), (3, ("x\ny", "1")), (6, ("", "2"))]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("a,b\n" + "x" * 32_768 + ",1\n", "row 2: column 1: a cell of 32,768 characters; at most 32,767"),
        ("a,b\n" + "x" * 200_000 + ",1\n", "row 2: a cell of more than 32,767 characters"),
        ('a,b\n1,2\n"x' + ",1\n" * 1_000_000, "row 3: a cell of more than 32,767 characters"),
        ('a,b\n"x\ny', "row 2: not a CSV file"),
        ("a," * 1_000 + "a\n", "row 1: 1,001 columns; at most 1,000"),
        ("a\n" + "," * 5_000_000, "row 2: 5,000,000 commas; at most 1,000 columns"),
        ("a\n" * 100_001, "row 100001: more than 100,000 rows"),
        ("\n" * 2_000_000, "more than 100,000 rows"),
        (("," * 999 + "\n") * 11_000, "more than 1,000,000 cells"),
        (b"a\n\xff", "row 2: byte 3 (b'\\xff') is not UTF-8"),
        (b"a\0", "NUL"),
        (b"PK\x03\x04", "Excel workbook"),
    ],
)
def test_bounds(raw: str | bytes, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "MOST_ROWS", 100_000)  # a tenth, to be quick
    monkeypatch.setattr(rows, "MOST_CELLS", 1_000_000)
    assert words in problem(raw)


def test_what_is_within_the_bounds_is_read() -> None:
    assert len(rows.parse_csv(b"a\n" * 100_000)) == 100_000
    assert len(rows.parse_csv(b"a," * 999 + b"a\n")[0][1]) == 1_000
    assert len(rows.parse_csv(b"x" * 32_767)[0][1][0]) == 32_767
