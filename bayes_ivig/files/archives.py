"""The one way into a zip: what its members hold, bounded by what really comes out of them.

What a zip says of itself, sizes and numbers, may be anything, so it is counted while it is unpacked. Names
of members are names alone and never become paths. All of this raises ``ValueError`` that says what is the
matter, fit to stand behind the name of a file.
"""

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping

from bayes_ivig.errors import named, quoted
from bayes_ivig.files.reading import MIB

MOST_MEMBERS = 10_000
MOST_MEMBER = 192 * MIB  # of one member, unpacked
MOST_UNPACKED = 256 * MIB  # of all members that are asked for
MOST_RATIO = 250  # unpacked to packed, of a member larger than ``FREE``: tables reach 60, bombs 1,000
FREE = 4 * MIB
LONGEST_NAME = 1_000  # characters

_BLOCK = MIB
_ENTRY = b"PK\x01\x02"  # at the start of every entry of the list of members
_ENCRYPTED = 0x1
_PACKED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
# what the library raises for a zip that is damaged, cut short or made up
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)

type Wanted = Callable[[str], bool]


def is_zip(raw: bytes) -> bool:
    """Whether bytes begin as a zip does; an empty one counts."""
    return raw.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def names(raw: bytes) -> tuple[str, ...]:
    """Return the names of a zip's members, folders left out; raises ``ValueError``."""
    return tuple(member.filename for member in _members(_opened(raw)))


def unpacked(raw: bytes, wanted: Wanted | None = None) -> dict[str, bytes]:
    """Return what a zip holds by name, or those members alone whose name is ``wanted``, in their order.

    Raises ``ValueError`` for what is no zip, is encrypted, damaged or cut short, or holds more than is read.
    """
    archive = _opened(raw)
    held: dict[str, bytes] = {}
    left = MOST_UNPACKED
    for member in _members(archive):
        if wanted is not None and not wanted(member.filename):
            continue
        held[member.filename] = b"".join(_blocks(archive, member, left))
        left -= len(held[member.filename])
    return held


def unpacked_with_inner(raw: bytes, wanted: Wanted | None = None) -> dict[str, bytes]:
    """Return what a zip holds as ``unpacked`` does, and what the zips in it hold, as ``outer.zip/name``.

    A zip in a zip in a zip is refused.
    """
    outer = unpacked(raw, lambda name: name.lower().endswith(".zip") or wanted is None or wanted(name))
    held: dict[str, bytes] = {}
    for name, content in outer.items():
        if not (name.lower().endswith(".zip") and is_zip(content)):
            if wanted is None or wanted(name):
                held[name] = content
            continue
        if any(inner.lower().endswith(".zip") for inner in names(content)):
            raise ValueError(f"{named(name)}: holds a zip itself; one zip in another is read, no deeper")
        try:
            held |= {f"{name}/{inner}": part for inner, part in unpacked(content, wanted).items()}
        except ValueError as error:
            raise ValueError(f"{named(name)}: {error}") from None
        _require_room(sum(map(len, held.values())))
    return held


def packed(contents: Mapping[str, bytes]) -> bytes:
    """Return a zip of contents by name, not compressed: for a library that wants one, which then unpacks
    nothing but what was counted here.
    """
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name, content in contents.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return made.getvalue()


def _opened(raw: bytes) -> zipfile.ZipFile:
    if not is_zip(raw):
        raise ValueError("is not a zip archive")
    if (number := raw.count(_ENTRY)) > MOST_MEMBERS:  # before any of them is held
        raise ValueError(f"holds {number:,} members; at most {MOST_MEMBERS:,} are read")
    try:
        return zipfile.ZipFile(io.BytesIO(raw))
    except _DAMAGED as error:
        raise _damaged(error) from None


def _members(archive: zipfile.ZipFile) -> tuple[zipfile.ZipInfo, ...]:
    """Return the members that are no folders, each known to be readable as far as the list of them says."""
    found: dict[str, zipfile.ZipInfo] = {}
    for member in archive.infolist():
        name = member.filename
        if len(name) > LONGEST_NAME:
            raise ValueError(f"holds a name of {len(name):,} characters; at most {LONGEST_NAME:,} are read")
        if member.is_dir():
            continue
        if name in found:
            raise ValueError(f"holds {quoted(name)} twice, so that it is unclear which one is meant")
        if member.flag_bits & _ENCRYPTED:
            raise ValueError(f"{named(name)} is encrypted; save the file again without a password")
        if member.compress_type not in _PACKED:
            raise ValueError(
                f"{named(name)} is packed by method {member.compress_type}, which is not read; "
                "unpack it and pack it anew as a plain zip"
            )
        found[name] = member
    return tuple(found.values())


def _blocks(archive: zipfile.ZipFile, member: zipfile.ZipInfo, left: int) -> Iterator[bytes]:
    """Yield what a member holds; raises ``ValueError`` once it is more than is read, or damaged."""
    name = named(member.filename)
    most = min(MOST_MEMBER, left)
    if member.file_size > MOST_MEMBER:
        raise ValueError(f"{name} is said to hold {member.file_size:,} bytes; {_most(MOST_MEMBER)}")
    size = 0
    try:
        with archive.open(member) as opened:
            while block := opened.read(_BLOCK):
                size += len(block)
                if size > most:
                    break
                if size > max(FREE, MOST_RATIO * member.compress_size):
                    raise _Bomb(
                        f"{name} grows more than {MOST_RATIO}-fold when it is unpacked; no table does"
                    )
                yield block
    except _Bomb as bomb:
        raise ValueError(str(bomb)) from None
    except _DAMAGED as error:
        raise _damaged(error, f"{name}: ") from None
    if size > most:
        _require_room(MOST_UNPACKED - left + size)
        raise ValueError(f"{name} holds more than is read; {_most(MOST_MEMBER)}")


class _Bomb(Exception):  # noqa: N818 - goes no further than this file
    """A member that grows as no table does."""


def _require_room(size: int) -> None:
    if size > MOST_UNPACKED:
        raise ValueError(f"holds more than is read; {_most(MOST_UNPACKED)} in all")


def _most(size: int) -> str:
    return f"at most {size:,} ({size // MIB} MiB) are unpacked"


def _damaged(error: Exception, where: str = "") -> ValueError:
    what = named(str(error) or type(error).__name__, 200)
    return ValueError(f"{where}the zip is damaged or cut short ({what}); download or save it again")
