"""Vega, Vega-Lite and vega-embed as one script: what makes the interactive part
of a page work without a network.
"""

from contextlib import suppress
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from bayes_ivig import resources
from bayes_ivig.files.cache import read_kept, write_kept

FOLDER = "scripts"  # in the user's cache


@cache
def vega_script() -> str:
    """Return the script, the same for one version of vl-convert.

    Bundling takes more than a second, so that it is kept in the user's cache, with a checksum. A file that is
    not whole is made again, and where none can be kept nothing is: the script is the same either way.
    """
    import vl_convert

    folder = resources.usual_cache()
    if folder is None:
        return str(vl_convert.javascript_bundle())  # type: ignore[call-arg]
    path = folder / FOLDER / f"vega-of-vl-convert-{version('vl-convert-python')}.js"
    if (kept := _read(path, folder)) is not None:
        return kept
    made = str(vl_convert.javascript_bundle())  # type: ignore[call-arg]
    _keep(path, folder, made)
    return made


def _read(path: Path, cache: Path) -> str | None:
    """Return the script in a file: below a line that holds its checksum;
    None where there is no such file, or another text, or one that may be another's.
    """
    try:
        checksum, _, script = (read_kept(path, cache) or b"").partition(b"\n")
    except OSError:
        return None
    return script.decode("utf-8") if checksum == _checksum(script) else None


def _keep(path: Path, cache: Path, script: str) -> None:
    content = script.encode("utf-8")
    with suppress(OSError):  # a home that cannot be written: it will be made again
        write_kept(path, cache, _checksum(content) + b"\n" + content)


def _checksum(content: bytes) -> bytes:
    return f"// {sha256(content).hexdigest()}".encode()
