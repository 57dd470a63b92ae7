"""Build the wheel, install it with the locked dependencies on every Python that there is, and run it.

``python .ci/wheel.py`` prints a line for each Python from 3.12 on: passed, failed, or skipped where this
machine has none. Returns 1 where one failed, or where none could be tried.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements.lock"
VERSIONS = ("3.12", "3.13", "3.14")
FOREST = "import bayes_ivig as bi; bi.plot.forest(bi.fit(bi.load_dataset('ivig', 'live_birth')))"
TRIED = (
    ("bayes-ivig", "fit", "ivig", "--outcome", "live_birth", "--json"),
    ("bayes-ivig", "models"),
    ("bayes-ivig", "data"),
    ("python", "-c", FOREST),
)


def main() -> int:
    """Try every Python; returns the exit status."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", folder, str(ROOT)]
        subprocess.run(command, check=True)
        (wheel,) = Path(folder).glob("*.whl")
        outcomes = []
        for version in VERSIONS:
            python = python_of(version)
            outcome = "skipped: not on this machine" if python is None else tried(python, wheel, folder)
            outcomes.append(outcome)
            print(f"wheel on Python {version}: {outcome}", flush=True)
    failed = any(outcome.startswith("failed") for outcome in outcomes)
    return int(failed or "passed" not in outcomes)


def python_of(version: str) -> str | None:
    """Return an interpreter of a version: this one, one on the path, or one that pyenv keeps."""
    if f"{sys.version_info.major}.{sys.version_info.minor}" == version:
        return sys.executable
    names = [shutil.which(f"python{version}") or ""]
    if shutil.which("pyenv"):
        root = subprocess.run(["pyenv", "root"], capture_output=True, text=True, check=False).stdout.strip()
        names += [str(path) for path in sorted(Path(root, "versions").glob(f"{version}.*/bin/python"))]
    works = (name for name in names if name and runs(name, version))
    return next(works, None)


def runs(python: str, version: str) -> bool:
    """Whether an interpreter starts, and is of the version: the name alone may be a stand-in."""
    ask = "import sys, venv; print('%d.%d' % sys.version_info[:2])"
    done = subprocess.run([python, "-c", ask], capture_output=True, text=True, check=False)
    return done.returncode == 0 and done.stdout.strip() == version


def tried(python: str, wheel: Path, folder: str) -> str:
    """Install the wheel in an environment of its own, away from the sources, and run it."""
    own = Path(folder, Path(python).parent.parent.name + "-env")
    programs = own / "bin"
    pip = [str(programs / "python"), "-m", "pip", "install", "--quiet"]
    commands = [
        [python, "-m", "venv", str(own)],
        [*pip, "--require-hashes", "-r", str(LOCK)],
        [*pip, "--no-deps", str(wheel)],
        *([str(programs / name), *rest] for name, *rest in TRIED),
    ]
    for command in commands:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            return f"failed: {' '.join(map(str, command[:4]))}: {done.stderr.strip()[-800:]}"
    shutil.rmtree(own)
    return "passed"


if __name__ == "__main__":
    sys.exit(main())
