"""Whoever has a type checker can copy what is in README, on the pages and in the examples, and write like
``typed_user``: mypy in its strict mode and basedpyright find nothing, each read once for all files.
"""

import json
import os
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path

import pytest
from docs_pages import PAGES, ROOT, name, run

pytestmark = pytest.mark.slow

SCRIPTS = (*(ROOT / "examples").glob("*.py"), ROOT / "tests" / "typed_user.py")
# packages without types of their own, which a page may import
UNTYPED = ("arviz", "nutpie", "pymc", "statsmodels")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts, and of every page one, whose lines are those of the page."""
    made = tmp_path_factory.mktemp("typed")
    for script in SCRIPTS:
        (made / script.name).write_text(script.read_text(encoding="utf-8"), encoding="utf-8")
    for page in PAGES:
        code = ""
        for block in run("python", page):
            code += "\n" * (block.line - 1 - code.count("\n")) + block.code
        if code:
            called = name(page).removesuffix(".md").replace("/", "_").replace("-", "_")
            (made / f"{called}.py").write_text(code, encoding="utf-8")
    return made


def checked(folder: Path, *command: str) -> tuple[int, str]:
    """The status and the words of a checker, asked in a folder beside which the package is installed."""
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**os.environ, "MYPYPATH": str(ROOT), "PYTHONPATH": str(ROOT)},
    )
    return done.returncode, done.stdout + done.stderr


def test_there_is_something_to_check(folder: Path) -> None:
    names = {path.stem for path in folder.glob("*.py")}
    assert {"README", "docs_start", "docs_case", "typed_user", "subsets"} <= names
    assert (ROOT / "bayes_ivig" / "py.typed").exists()


def test_mypy_finds_nothing(folder: Path, tmp_path: Path) -> None:
    own = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]
    assert own["strict"] is True
    settings = "".join(f"[mypy-{package}.*]\nignore_missing_imports = true\n" for package in UNTYPED)
    (tmp_path / "mypy.ini").write_text(f"[mypy]\nstrict = true\n{settings}", encoding="utf-8")
    options = ["--config-file", str(tmp_path / "mypy.ini"), "--cache-dir", str(tmp_path / "cache")]
    files = sorted(path.name for path in folder.glob("*.py"))
    status, words = checked(folder, sys.executable, "-m", "mypy", *options, "--follow-imports=silent", *files)
    assert (status, words) == (0, f"Success: no issues found in {len(files)} source files\n"), words


def test_basedpyright_finds_nothing(folder: Path) -> None:
    own = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["basedpyright"]
    settings = own | {"include": ["*.py"], "extraPaths": [str(ROOT)]}
    (folder / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    program = Path(sysconfig.get_path("scripts")) / "basedpyright"
    status, words = checked(folder, str(program), "--pythonpath", sys.executable)
    assert (status, words) == (0, "0 errors, 0 warnings, 0 notes\n"), words
