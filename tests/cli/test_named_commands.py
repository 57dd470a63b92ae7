"""Every command and option that a message, a docstring or a page
of the documentation tells people to use exists.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import typer

from bayes_ivig.cli.app import app

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "Makefile",
    *sorted((ROOT / "docs").rglob("*.md")),
]
SOURCES = [*sorted((ROOT / "bayes_ivig").rglob("*.py")), *sorted((ROOT / "benchmarks").glob("*.py"))]
FILES = (*PAGES, *SOURCES)
USE = re.compile(r"\bbayes-ivig ([a-z-]+)(?: ([a-z-]+))?([^`\n|]*)")
PROSE = {"and", "is", "was", "for", "in", "from", "of"}  # what may follow the program's name in a sentence
NAMES = {"bayes-ivig results"}  # of the schema of results.json


def texts(path: Path) -> Iterator[str]:
    """The text of a page, or every text in a source file: messages and docstrings."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        yield text
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@cache
def options(*names: str) -> frozenset[str] | None:
    """The options of a command, of one in a group, or, without a name, of the program;
    None where it does not exist.
    """
    command = typer.main.get_command(app)
    for name in names:
        command = getattr(command, "commands", {}).get(name)
        if command is None:
            return None
    return frozenset({"--help", *(option for parameter in command.params for option in parameter.opts)})


def unknown(text: str) -> list[str]:
    """The uses of the program in a text whose command, or one of whose options, does not exist."""
    wrong = []
    for use in USE.finditer(text):
        name, second, rest = use.groups(default="")
        if name in PROSE or use.group() in NAMES:
            continue
        known = options() if name.startswith("-") else options(name, second) or options(name)
        stated = set(re.findall(r"(?<=\s)--[a-z-]+", f" {name} {second} {rest}"))
        if known is None or stated - known:
            wrong.append(use.group())
    return wrong


def test_what_people_are_told_to_type_exists() -> None:
    wrong = {
        path.relative_to(ROOT).as_posix(): use
        for path in FILES
        for text in texts(path)
        for use in unknown(text)
    }
    assert wrong == {}


@pytest.mark.parametrize(
    "text", ["use bayes-ivig batch for all", "bayes-ivig fit ivig --nothing", "`bayes-ivig --verbose`"]
)
def test_what_does_not_exist_is_seen(text: str) -> None:
    assert unknown(text)


def test_the_command_is_looked_for_where_it_is_named() -> None:
    named = {use for path in FILES for text in texts(path) for use, *_ in USE.findall(text)}
    assert {"fit", "report", "pool", "audit", "reconstruct"} <= named


def helps(command: object) -> Iterator[str]:
    """The help of a command, of its options and of the commands in it."""
    yield getattr(command, "help", None) or ""
    yield from (getattr(each, "help", None) or "" for each in getattr(command, "params", ()))
    for inner in getattr(command, "commands", {}).values():
        yield from helps(inner)


def test_no_help_loses_words_that_look_like_markup() -> None:
    """The terminal takes ``[pair]`` for a style, and shows nothing of it."""
    lost = [text for text in helps(typer.main.get_command(app)) if re.search(r"\[[a-z]+\]", text)]
    assert lost == []
