"""The door for TOML and JSON: one message for what is no document, and bounds on what is one."""

import time
from pathlib import Path

import pytest

from bayes_ivig.errors import DataError, ModelError
from bayes_ivig.files import documents

DEEP = documents.DEEPEST


def problem(text: str | bytes) -> str:
    """What is wrong with a TOML; it is said within seconds, whatever its size."""
    start = time.monotonic()
    with pytest.raises(ValueError, match=r"\w") as caught:
        documents.parse_toml(text if isinstance(text, bytes) else text.encode())
    assert time.monotonic() - start < 20
    return str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 500 + "]" * 500,
        "a = " + "[" * 2**20,
        "a = " + "{a = " * 2**17,
        "a." * 2**19 + "a = 1",
        "[" + "a." * 2**19 + "a]",
        '"a"."b".' * 100 + "a = 1",
        "\n\na = " + "[\n" * 500,
    ],
    ids=["lists", "open lists", "tables", "dotted key", "dotted header", "quoted keys", "lines"],
)
def test_nesting_is_bounded(text: str) -> None:
    assert f"at most {DEEP} levels" in problem(text)


def test_each_table_below_the_next_is_bounded_too() -> None:
    deep = ".".join("a" * (DEEP - 10))
    inner = "{a = " * 20 + "1" + "}" * 20
    assert f"at most {DEEP} levels" in problem(f"[{deep}]\nb = {inner}")


def test_what_only_looks_deep_is_read() -> None:
    text = (
        'a = "' + "[" * 100 + '" # ' + "[" * 100 + "\nb = '''\n" + "{" * 100 + "'''\nc = [1.5, \"\\\"[\"]\n"
    )
    assert documents.parse_toml(text.encode())["c"] == [1.5, '"[']
    assert documents.parse_toml(b"a = " + b"[" * (DEEP - 1) + b"]" * (DEEP - 1))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a = " + "9" * 400, "a whole number of too many digits"),
        ("[t]\na = -9223372036854775809", "t.a: a whole number"),
        ("a = 0x" + "f" * 5000, "a: a whole number"),
        ("\na = " + "9" * 5000, "line 2: a number of 5,000 digits"),
        ("a = 1e999", "found the number '1e999'"),
        ("a = [1, -1e999]", "found the number '-1e999'"),
    ],
)
def test_numbers_are_bounded(text: str, words: str) -> None:
    assert words in problem(text)


def test_numbers_up_to_the_bounds_are_read() -> None:
    text = "a = 9223372036854775807\nb = 1.7e308\nc = inf\nd = 0.33333333333333333333333333333333333333\n"
    assert documents.parse_toml(text.encode())["a"] == 2**63 - 1


def test_keys_are_bounded() -> None:
    assert "100,000 keys" in problem("a = [" + "1," * 100_001 + "]")


def test_what_is_not_utf_8() -> None:
    assert "line 2: byte 6 (b'\\xe9') is not UTF-8" in problem(b"a=1\nb\xe9")
    assert "not UTF-8" in problem("a = 1".encode("utf-16"))


def test_a_mark_of_utf_8_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(b"\xef\xbb\xbfa = 1\n")
    assert documents.read_toml(tmp_path / "a.toml") == {"a": 1}


def test_a_file_is_named_and_bounded(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(b"a = \n")
    with pytest.raises(ModelError, match=r"a\.toml: not a TOML file: .*line 1"):
        documents.read_toml(path, error=ModelError)
    path.write_bytes(b"#" * (2**20 + 1))
    with pytest.raises(DataError, match="1,048,577 bytes"):
        documents.read_toml(path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[" * 100_000, "nested too deep"),
        ("[" * (DEEP + 1) + "]" * (DEEP + 1), "nested too deep"),
        ('{"a":' * 100_000, "nested too deep"),
        ('{"a": 1, "b": 2, "a": 3}', "the key 'a' stands twice"),
        ('{"a": NaN}', "found NaN"),
        ('{"a": -Infinity}', "found -Infinity"),
        ('{"a": 1e999}', "found the number"),
        ('{"a": ' + "9" * 5000 + "}", "found the number"),
        ('{"a": 9223372036854775808}', "found the number"),
        ("{", "line 1"),
        (b'{"a": "\xff"}', "not UTF-8"),
    ],
)
def test_json_is_bounded(text: str | bytes, words: str) -> None:
    with pytest.raises(ValueError, match=r"\w") as caught:
        documents.parse_json(text)
    assert words in str(caught.value)
    assert len(str(caught.value)) < 500


def test_json_is_read() -> None:
    text = '{"a": [1, -2.5, "x", null, true], "b": {"a": 9223372036854775807}}'
    assert documents.parse_json(text) == {"a": [1, -2.5, "x", None, True], "b": {"a": 2**63 - 1}}
