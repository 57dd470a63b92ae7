"""Tables in text: every habit of people and programs, and what is left as it is because it may be either."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inputs.foreign.formats.test_sheets import only, refused

from bayes_ivig.inputs.foreign.formats.delimiters import NAMES


def rows(text: str | bytes, **stated: str) -> tuple[tuple[str, ...], ...]:
    return only(text.encode() if isinstance(text, str) else text, **stated).rows


def notes(text: str | bytes) -> str:
    return "; ".join(only(text.encode() if isinstance(text, str) else text).notes)


# What stands between cells


def test_titles_above_and_notes_below_stay_in_the_grid_with_their_numbers() -> None:
    sheet = only(
        b"Table 1. Deaths, all trials\n\nstudy;e;n\nA;1;10\nB;2;20\nTotal;3;30\n\nNote: a, b, and c\n\n"
    )
    assert sheet.numbers == (1, 2, 3, 4, 5, 6, 7, 8)
    assert sheet.rows[0] == ("Table 1. Deaths, all trials", "", "")
    assert sheet.rows[2:4] == (("study", "e", "n"), ("A", "1", "10"))
    assert sheet.rows[-1] == ("Note: a, b, and c", "", "")
    assert sheet.notes == ("semicolons between cells",)


def test_a_decimal_comma_does_not_part_cells_where_semicolons_do() -> None:
    assert rows("study;or;low\nA;1,25;0,5\nB;2,5;1,75\n")[1:] == (("A", "1.25", "0.5"), ("B", "2.5", "1.75"))


def test_tables_that_blanks_part() -> None:
    r_table = '"author" "ai" "n1i"\n"1" "Smith J" 4 123\n"2" "Jones\' own" 5 100\n'
    assert rows(r_table) == (
        ("", "author", "ai", "n1i"),
        ("1", "Smith J", "4", "123"),
        ("2", "Jones' own", "5", "100"),
    )
    assert "names of rows, as R writes them" in notes(r_table)
    aligned = "study         ai   n1i\nSmith 1999     4   123\nDoe and Roe   10     7\n"
    assert rows(aligned) == (("study", "ai", "n1i"), ("Smith 1999", "4", "123"), ("Doe and Roe", "10", "7"))
    assert "two or more blanks between cells" in notes(aligned)
    assert rows("ai n1i ci n2i\n1 2 3 4\n5 6 7 8\n") == (
        ("ai", "n1i", "ci", "n2i"),
        tuple("1234"),
        tuple("5678"),
    )


def test_a_header_that_is_one_name_short_is_not_shifted_in_silence() -> None:
    assert rows("e\tn\tk\n1\t3\t10\tx\n2\t4\t20\ty\n")[0] == ("", "e", "n", "k"), "rows are counted"
    message = refused(b"e1,n1,e2\nSmith,1,2,3\nDoe,4,5,6\n")
    assert "whether the first or the last column has no name cannot be told" in message
    assert rows("study,e,n\nA,1,10,\nB,2,20,\n") == (("study", "e", "n"), ("A", "1", "10"), ("B", "2", "20"))


def test_quotes_of_both_kinds_keep_what_is_in_them() -> None:
    assert rows('study,e\n"Smith, J ""II""",1\nB,2\n')[1] == ('Smith, J "II"', "1")
    assert rows("'study','e'\n'It''s, he said','1'\n'B','2'\n")[1] == ("It's, he said", "1")
    assert rows('study,e\n"two\nlines",1\nB,2\n')[1:] == (("two lines", "1"), ("B", "2"))
    assert rows("study,e\nO'Brien,1\nD'Arcy,2\n")[1:] == (("O'Brien", "1"), ("D'Arcy", "2"))
    assert "mind the quotes" in refused(b'study,e\n"A,1\nB,2\n')


def test_comments_are_left_out_and_said() -> None:
    text = "# made by us\n#, with a comma\nstudy,e,n\nA,1,2\n#B,3,4\n"
    sheet = only(text.encode())
    assert (sheet.rows, sheet.numbers) == ((("study", "e", "n"), ("A", "1", "2")), (3, 4))
    assert "3 comment lines (#) left out" in sheet.notes
    assert rows("#study,e,n\nA,1,2\nB,3,4\n")[0] == ("study", "e", "n"), "the one header that there is"
    assert rows('study,e\n"x\n# y",1\n')[1] == ("x # y", "1"), "no comment within a cell"


def test_a_first_line_may_say_what_parts_cells() -> None:
    assert rows("sep=;\na,b;c\nx,y;3\n") == (("a,b", "c"), ("x,y", "3"))


def test_one_column_is_a_table_too() -> None:
    assert rows("study\nA\nB\n") == (("study",), ("A",), ("B",))


WORDS = st.text("abcdefgh", min_size=1, max_size=6)


@given(
    st.sampled_from(list(NAMES)),
    st.integers(2, 6).flatmap(
        lambda width: st.lists(
            st.lists(st.integers(0, 999), min_size=width, max_size=width), min_size=2, max_size=8
        )
    ),
    WORDS,
)
def test_any_table_of_whole_numbers_comes_back(mark: str, numbers: list[list[int]], word: str) -> None:
    header = [f"{word}{j}" for j in range(len(numbers[0]))]
    table = [header, *[list(map(str, row)) for row in numbers]]
    text = "\n".join(mark.join(row) for row in table)
    assert rows(text) == tuple(map(tuple, table))


@given(
    st.sampled_from([";", "\t", "|"]),
    st.lists(st.tuples(st.integers(0, 99_999), st.integers(0, 99_999)), min_size=2, max_size=9),
)
def test_numbers_of_decimal_commas_are_those_of_decimal_points(
    mark: str, parts: list[tuple[int, int]]
) -> None:
    plain = [f"{whole}.{rest:05d}" for whole, rest in parts]
    commas = f"study{mark}x\n" + "".join(f"A{mark}{each.replace('.', ',')}\n" for each in plain)
    points = f"study{mark}x\n" + "".join(f"A{mark}{each}\n" for each in plain)
    assert rows(commas) == rows(points)


# Numbers


@pytest.mark.parametrize(
    ("cells", "plain"),
    [
        (("1,5", "0,123", "2,500"), ("1.5", "0.123", "2.500")),
        (("1,5", "1.234", "-1.234,56"), ("1.5", "1234", "-1234.56")),
        (("20.5", "1,234", "1,234,567.8"), ("20.5", "1234", "1234567.8")),
        (("1,234", "2,000", "3"), ("1,234", "2,000", "3")),
        (("1,5", "2.5", "3"), ("1,5", "2.5", "3")),
        (("1\u00a0234", "12\u202f345,5", "7"), ("1234", "12345.5", "7")),
        (("1'234", "7", "8"), ("1234", "7", "8")),
        (("1 234", "900", "7"), ("1234", "900", "7")),
        (("12 345", "9 100", "1 000"), ("12 345", "9 100", "1 000")),
        (("1 234", "5000", "7"), ("1 234", "5000", "7")),
        (("0\u00b75", "\u22123", "\u22120\u00b725"), ("0.5", "-3", "-0.25")),
        ((",5", "-,25", "1,0e-3"), ("0.5", "-0.25", "1.0e-3")),
        (("12/45", "12 (27 %)", "<0,001"), ("12/45", "12 (27 %)", "<0,001")),
        (("1.1", "1.2.3", "12.05.2024"), ("1.1", "1.2.3", "12.05.2024")),
        (("007", "1e5", "NA"), ("007", "1e5", "NA")),
    ],
)  # fmt: skip
def test_numbers_are_made_plain_where_that_is_certain(cells: tuple[str, ...], plain: tuple[str, ...]) -> None:
    read = rows("study;x\n" + "".join(f"A;{cell}\n" for cell in cells))
    assert tuple(row[1] for row in read[1:]) == plain


def test_each_column_tells_its_own_mark_where_a_file_has_two() -> None:
    assert rows("no;x\n1.1;1,5\n1.2;2,5\n")[1:] == (("1.1", "1.5"), ("1.2", "2.5"))


def test_what_was_changed_and_what_was_not_is_said() -> None:
    assert "decimal commas: '0,75' is 0.75, '1,5' is 1.5" in notes("s;x\nA;1,5\nB;0,75\n")
    assert "thousands: '1,234' is 1234" in notes("s;x\nA;1,234\nB;0.75\n")
    assert "look at: '1,234': the comma may be a decimal one or one of thousands; left" in notes(
        "s;x\nA;1,234\n"
    )


def test_where_commas_part_cells_none_is_a_decimal_one() -> None:
    assert rows('s,x\nA,"1,5"\nB,"2,5"\n')[1:] == (("A", "1,5"), ("B", "2,5"))
    assert rows('s,x\nA,"1,234"\nB,2.5\n')[1:] == (("A", "1234"), ("B", "2.5"))


@pytest.mark.parametrize("date", ["Dec-45", "05. Dez", "5-May", "2024-12-05", "12-Jan"])
def test_counts_that_became_dates_are_noticed(date: str) -> None:
    text = f"study;x\nA;12/45\nB;{date}\nC;3/40\n"
    assert f"look at: dates ('{date}') among numbers at B3" in notes(text)
    assert "dates" not in notes(f"study;x\nA;{date}\nB;{date}\n"), "a column of dates"


# Encodings


def test_letters_of_windows_1252_in_words_are_told_and_said() -> None:
    raw = "study,e\nMüller,1\nO\u2019Brien \u2013 \u201cSons\u201d,2\nÅse & Öst,3\n".encode("windows-1252")
    assert rows(raw)[1:] == (
        ("Müller", "1"),
        ("O\u2019Brien \u2013 \u201cSons\u201d", "2"),
        ("Åse & Öst", "3"),
    )
    assert "encoding windows-1252, told from" in notes(raw)


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"study,e\nBj\x86rk,1\n", "cp850 gives 'Bj\u00e5rk,1'"),
        (
            b"study,e\n\xcc\xee\xf1\xea\xe2\xe0,1\n",
            "windows-1251 gives '\u041c\u043e\u0441\u043a\u0432\u0430,1'",
        ),
        (b"study,e\nA,1\xa0234\nM\xfcller,5\n", "byte 0xA0"),
        (b"study,e\nA,3\xb75\n", "byte 0xB7"),
        (b"study,e\nA,\x961\n", "byte 0x96"),
        (b"study,e\nA\x81,1\n", "byte 0x81"),
    ],
)
def test_an_encoding_that_cannot_be_told_is_asked_for(raw: bytes, why: str) -> None:
    message = refused(raw)
    assert "state the encoding with --encoding" in message
    assert why in message
    assert "\ufffd" not in "".join(rows(raw.replace(b"\x81", b""), encoding="mac-roman")[1])


def test_the_encoding_that_is_stated_is_obeyed() -> None:
    assert rows(b"study,e\nBj\x86rk,1\n", encoding="cp850")[1] == ("Bjørk".replace("ø", "å"), "1")
    assert rows("study,e\nÅ,1\n".encode("utf-16-le"), encoding="utf-16-le")[1] == ("Å", "1")
    assert "has no meaning in it" in refused(b"study,e\n\xff,1\n", encoding="ascii")
    for none in ("klingon", "rot13", "base64", "idna", "unicode_escape"):
        assert f"--encoding '{none}' is not an encoding" in refused(b"study,e\nA,1\n", encoding=none)
    assert "utf-16-le" in refused("study,e\nA,1\n".encode("utf-16-le"))
    assert "begins with the mark of UTF-16" in refused(b"\xff\xfea")
