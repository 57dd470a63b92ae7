"""Zips: what they hold is counted as it comes out, whatever they say of themselves."""

import io
import struct
import zipfile
import zlib

import pytest

from bayes_ivig.files import archives


def zipped(contents: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return made.getvalue()


def refused(raw: bytes) -> str:
    with pytest.raises(ValueError, match=r"\w") as caught:
        archives.unpacked(raw)
    return str(caught.value)


def with_size(raw: bytes, size: int) -> bytes:
    """A zip of one member whose headers state another size."""
    stated = bytearray(raw)
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = raw.index(mark) + offset
        stated[at : at + 4] = struct.pack("<I", size)
    return bytes(stated)


def test_what_is_packed_comes_out_in_its_order() -> None:
    held = {"b/c.csv": b"1,2\n", "../../etc/passwd": b"x", "/a": b""}
    raw = zipped(held)
    assert archives.names(raw) == tuple(held)
    assert list(archives.unpacked(raw).items()) == list(held.items())
    assert archives.unpacked(raw, lambda name: name.endswith(".csv")) == {"b/c.csv": b"1,2\n"}
    assert archives.unpacked(archives.packed(held)) == held


def test_folders_are_no_members() -> None:
    assert archives.unpacked(zipped({"a/": b"", "a/b": b"x"})) == {"a/b": b"x"}


def test_a_zip_in_a_zip_is_opened_and_no_deeper() -> None:
    inner = zipped({"t.csv": b"1"})
    assert archives.unpacked_with_inner(zipped({"in.zip": inner, "u.csv": b"2", "v": b"3"})) == {
        "in.zip/t.csv": b"1",
        "u.csv": b"2",
        "v": b"3",
    }
    wanted = archives.unpacked_with_inner(zipped({"in.zip": inner, "v": b"3"}), lambda n: n.endswith(".csv"))
    assert wanted == {"in.zip/t.csv": b"1"}
    with pytest.raises(ValueError, match="no deeper"):
        archives.unpacked_with_inner(zipped({"a.zip": zipped({"b.zip": inner})}))


def test_a_bomb_is_refused_early() -> None:
    raw = zipped({"a": b"0" * (64 * 2**20)})
    assert len(raw) < 70_000
    assert "grows more than 250-fold" in refused(raw)


def test_many_members_that_are_small_enough_alone_are_too_much_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(archives, "MOST_UNPACKED", 250)
    monkeypatch.setattr(archives, "MOST_MEMBER", 200)
    assert "at most 250" in refused(zipped({"a": b"x" * 150, "b": b"x" * 150}, zipfile.ZIP_STORED))
    assert archives.unpacked(zipped({"a": b"x" * 150, "b": b"x" * 100}))["b"] == b"x" * 100
    assert "said to hold 201 bytes" in refused(zipped({"a": b"x" * 201}))


def test_what_a_header_states_is_not_believed() -> None:
    raw = zipped({"a": b"0123456789" * 100})
    assert "said to hold 4,000,000,000 bytes" in refused(with_size(raw, 4_000_000_000))
    assert "damaged" in refused(with_size(raw, 10)), "less than there is"
    assert archives.unpacked(with_size(raw, 100_000)) == {"a": b"0123456789" * 100}, "checked by its sum"


def test_a_member_that_grows_beyond_its_stated_size_is_not_unpacked() -> None:
    """A header that states 10 bytes, with their checksum, before 100 MB."""
    raw = bytearray(with_size(zipped({"a": b"0" * 10_000_000}), 10))
    for mark, offset in ((b"PK\x03\x04", 14), (b"PK\x01\x02", 16)):
        at = raw.index(mark) + offset
        raw[at : at + 4] = struct.pack("<I", zlib.crc32(b"0" * 10))
    assert archives.unpacked(bytes(raw)) == {"a": b"0" * 10}


def test_too_many_members_are_refused_before_they_are_listed() -> None:
    raw = zipped({f"{i}": b"" for i in range(archives.MOST_MEMBERS + 1)}, zipfile.ZIP_STORED)
    assert refused(raw) == "holds 10,001 members; at most 10,000 are read"


def test_encrypted_members_are_refused() -> None:
    raw = bytearray(zipped({"a.xml": b"x"}))
    raw[raw.index(b"PK\x03\x04") + 6] |= 1
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    assert "a.xml is encrypted; save the file again without a password" in refused(bytes(raw))


def test_other_ways_to_pack_are_named() -> None:
    assert "packed by method 14" in refused(zipped({"a": b"x"}, zipfile.ZIP_LZMA))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_stands_twice_is_refused() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("a", b"1")
        archive.writestr("a", b"2")
    assert "'a' twice" in refused(made.getvalue())


@pytest.mark.parametrize("cut", [4, 30, 60, 90])
def test_one_that_is_cut_short_is_damaged(cut: int) -> None:
    assert "damaged or cut short" in refused(zipped({"a": b"0123456789" * 9})[:cut])


def test_what_is_no_zip_is_said_to_be_none() -> None:
    assert refused(b"study,events\n") == "is not a zip archive"
