"""Vega, Vega-Lite and vega-embed as one script: what makes the interactive part
of a page work without a network.
"""

from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from bayes_ivig import resources
from bayes_ivig.files import writing
from bayes_ivig.files.reading import content

FOLDER = "scripts"  # in the user's cache


@cache
def vega_script() -> str:
    """Return the script, the same for one version of vl-convert.

    Bundling takes more than a second, so that it is kept in the user's cache, with a checksum. A file that is
    not whole is made again, and where none can be kept nothing is: the script is the same either way.
    """
    import vl_convert

    folder = resources.usual_cache()
    path = (
        None if folder is None else folder / FOLDER / f"vega-of-vl-convert-{version('vl-convert-python')}.js"
    )
    if path is not None and (kept := _read(path)) is not None:
        return kept
    made = str(vl_convert.javascript_bundle())  # type: ignore[call-arg]
    if path is not None:
        _keep(path, made)
    return made


def _read(path: Path) -> str | None:
    """Return the script in a file: below a line that holds its checksum;
    None where there is no such file, or another text.
    """
    try:
        checksum, _, script = content(path).partition(b"\n")
    except OSError:
        return None
    return script.decode("utf-8") if checksum == _checksum(script) else None


def _keep(path: Path, script: str) -> None:
    kept = script.encode("utf-8")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        writing.write_bytes(path, _checksum(kept) + b"\n" + kept)
    except OSError:  # a home that cannot be written: it will be made again
        return


def _checksum(content: bytes) -> bytes:
    return f"// {sha256(content).hexdigest()}".encode()
