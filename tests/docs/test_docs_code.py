"""Every block of code on every page runs as it stands, top to bottom, and prints the numbers it promises."""

import ast
import dataclasses
import doctest
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import docs_files
import numpy as np
import pytest
from docs_pages import PAGES, ROOT, blocks, name, run, statements

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("always::bayes_ivig.errors.ReadNote")]

NOT_RUN = 1  # blocks that are marked so, with a reason
SAMPLED = {("docs/joint_outcome.md", "python"), ("README.md", "sh")}
LANGUAGES = {"python", "pycon", "sh", "toml", "r", "json", "text", "csv", "bibtex"}


def pages_with(language: str) -> list[object]:
    """The pages that have blocks of a language to be run."""
    return [
        pytest.param(
            page, id=name(page), marks=[pytest.mark.mcmc] if (name(page), language) in SAMPLED else []
        )
        for page in PAGES
        if run(language, page)
    ]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a user, and the current one."""
    docs_files.write_all(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def numbers(value: object) -> Iterator[float]:
    """The numbers of an answer, in order."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = [getattr(value, field.name) for field in dataclasses.fields(value)]
    if isinstance(value, str):
        yield from map(float, re.findall(r"-?\d+\.?\d*", value))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from numbers(each)
    elif isinstance(value, int | float | np.number | np.ndarray):
        yield from np.ravel(value).astype(float)


def kept(value: object, promise: str) -> bool:
    """Whether an answer is the numbers of a comment, to the digits that stand there."""
    texts = re.findall(r"-?\d+\.\d+", promise)
    got = list(numbers(value))
    return [
        f"{number:.{len(text.partition('.')[2])}f}" for number, text in zip(got, texts, strict=False)
    ] == texts


@pytest.mark.parametrize("page", pages_with("python"))
@pytest.mark.usefixtures("folder")
def test_the_python_of_a_page_runs(page: Path) -> None:
    names: dict[str, object] = {"__name__": "__main__"}
    broken = []
    for block in run("python", page):
        for statement, promise in statements(block):
            where = f"{name(page)}:{statement.lineno}"
            if isinstance(statement, ast.Expr):
                value = eval(compile(ast.Expression(statement.value), where, "eval"), names)
                broken += (
                    [] if promise is None or kept(value, promise) else [f"{where}: {promise} is {value}"]
                )
            else:
                exec(compile(ast.Module([statement], []), where, "exec"), names)
    assert broken == []


@pytest.mark.parametrize("page", pages_with("pycon"))
@pytest.mark.usefixtures("folder")
def test_the_examples_of_a_page_are_true(page: Path) -> None:
    code = "\n".join(block.code for block in run("pycon", page))
    test = doctest.DocTestParser().get_doctest(code, {}, name(page), str(page), 0)
    shown: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    assert runner.run(test, out=shown.append).failed == 0, "".join(shown)


@pytest.mark.parametrize("page", pages_with("sh"))
@pytest.mark.usefixtures("folder")
def test_the_commands_of_a_page_run(
    page: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from bayes_ivig.cli import main

    lines = [line for block in run("sh", page) for line in block.code.replace("\\\n", " ").splitlines()]
    for line in lines:
        command = shlex.split(re.split(r" [|>] ", line)[0], comments=True)
        if command[:1] == ["make"]:
            makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
            assert re.search(rf"^{command[1]}:", makefile, flags=re.MULTILINE), line
        elif command[:1] == ["bayes-ivig"]:
            monkeypatch.setattr(sys, "argv", command)
            with pytest.raises(SystemExit) as left:
                main()
            out, err = capsys.readouterr()
            assert (left.value.code, "Error" in err) == (0, False), f"{line}: {err}"
            assert out, line
        else:
            assert not command or command[0] in {"pip", "python", "cat"}, f"{name(page)}: what is {line}?"


def test_few_blocks_are_not_run() -> None:
    marked = [block for page in PAGES for block in blocks(page) if block.reason is not None]
    assert len(marked) == NOT_RUN, [(name(block.page), block.line, block.reason) for block in marked]


def test_every_block_says_its_language() -> None:
    fences = {
        name(page): re.findall(r"^ *```(.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
        for page in PAGES
    }
    unknown = {at: set(found[::2]) - LANGUAGES for at, found in fences.items()}
    assert {at: kinds for at, kinds in unknown.items() if kinds} == {}
