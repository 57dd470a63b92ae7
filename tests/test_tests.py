"""Rules that the tests themselves keep: each can fail, and none knows what a module keeps to itself."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
FILES = sorted(TESTS.rglob("*.py"))
CHECKS = {"raises", "warns", "fail", "deprecated_call"}  # of pytest
OPEN = {"_fields", "_replace", "_asdict", "_make"}  # what a named tuple offers


def label(path: Path) -> str:
    return path.relative_to(TESTS).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef))


def called(node: ast.AST) -> set[str]:
    """Names of the functions that are called by a plain name."""
    return {
        each.func.id
        for each in ast.walk(node)
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Name)
    }


def checks(function: ast.FunctionDef) -> bool:
    """Whether a function asserts something, or expects an error."""
    named = {node.attr for node in ast.walk(function) if isinstance(node, ast.Attribute)}
    by_call = any(name in CHECKS or name.startswith("assert_") for name in named)
    return by_call or any(isinstance(node, ast.Assert) for node in ast.walk(function))


@cache
def checking(path: Path) -> frozenset[str]:
    """Functions of a module that check something, or call one that does,
    its own and those from other tests' modules.
    """
    own = {function.name: function for function in functions(path)}
    found = {name for name, function in own.items() if checks(function)}
    for node in (each for each in ast.walk(tree(path)) if isinstance(each, ast.ImportFrom)):
        home = next((each for each in FILES if each.stem == node.module), None)
        if home:
            found |= {alias.asname or alias.name for alias in node.names if alias.name in checking(home)}
    while more := {name for name, function in own.items() if name not in found and found & called(function)}:
        found |= more
    return frozenset(found)


@pytest.mark.parametrize("path", [path for path in FILES if path.name.startswith("test_")], ids=label)
def test_every_test_can_fail(path: Path) -> None:
    tests = [function for function in functions(path) if function.name.startswith("test_")]
    idle = [test.name for test in tests if test.name not in checking(path)]
    assert tests
    assert not idle, f"{label(path)}: nothing is asserted in {', '.join(idle)}"


@pytest.mark.parametrize("path", FILES, ids=label)
def test_no_test_knows_what_a_module_keeps_to_itself(path: Path) -> None:
    """A name with an underscore may change without notice:
    what is worth a test of its own gets a name of its own.
    """
    known = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("bayes_ivig"):
            known += [alias.name for alias in node.names if private(alias.name)]
        elif isinstance(node, ast.Attribute) and private(node.attr) and node.attr not in OPEN:
            known += (
                []
                if isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
                else [ast.unparse(node)]
            )
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "setattr"
        ):
            known += [
                each.value
                for each in node.args[:2]
                if isinstance(each, ast.Constant) and private(str(each.value))
            ]
    assert not known


def private(name: str) -> bool:
    """Whether the last part of a name begins with one underscore;
    notebooks' ``_repr_html_`` and its like are for others.
    """
    last = name.rpartition(".")[2]
    return last.startswith("_") and not last.startswith("__") and not last.endswith("_")


def test_no_case_is_named_by_an_address(request: pytest.FixtureRequest) -> None:
    """Processes that share the tests must agree on the names of all cases."""
    named = [item.nodeid for item in request.session.items if " object at 0x" in item.nodeid]
    assert named == [], "give ids to parametrize"
