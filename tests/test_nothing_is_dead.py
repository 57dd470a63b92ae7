"""Every name that a module defines is used by the package or handed to its users:
what only tests call is no part of it.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import bayes_ivig

ROOT = Path(bayes_ivig.__file__).parent
# of the other side of what the package reads: benchmarks/ writes the bundled files,
# and must name them as they are looked for
WRITERS = {"compared_sets", "feasible_csv", "file_name", "write_answer"}
# of a table of functions or classes that are loaded when asked for
BY_NAME = re.compile(r"(?:[\w.]+:)?(\w+)")
HOOKS = {"__all__", "__getattr__", "__dir__"}  # read by Python itself


def defined(module: ast.Module) -> Iterator[tuple[str, ast.stmt]]:
    """The names that a module defines at its top, without those that a decorator hands on (commands)."""
    for node in module.body:
        match node:
            case ast.FunctionDef() | ast.ClassDef():
                if not any(
                    isinstance(each, ast.Call)
                    for each in node.decorator_list
                    if isinstance(node, ast.FunctionDef)
                ):
                    yield node.name, node
            case ast.TypeAlias(name=name):
                yield name.id, node
            case ast.Assign(targets=targets):
                yield from (
                    (n.id, node) for target in targets for n in ast.walk(target) if isinstance(n, ast.Name)
                )
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name, node


def words(nodes: Iterator[ast.AST]) -> Iterator[str]:
    """The names that are read, and those in annotations that are text."""
    for node in nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 200:
            yield from (
                w
                for w in node.value.replace("[", " ").replace("]", " ").replace(",", " ").split()
                if w.isidentifier()
            )


def unused(root: Path) -> list[str]:
    """Names that stand nowhere in the package but where they are defined."""
    trees = {
        path: ast.parse(path.read_text(encoding="utf-8"))
        for kind in ("*.py", "*.pyi")
        for path in sorted(root.rglob(kind))
    }
    everything = [node for module in trees.values() for node in ast.walk(module)]
    elsewhere = {node.attr for node in everything if isinstance(node, ast.Attribute)} | HOOKS | WRITERS
    imported = {
        (str(node.module), name.name)
        for node in everything
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    }
    texts = (node.value for node in everything if isinstance(node, ast.Constant))
    elsewhere |= {named[1] for text in texts if isinstance(text, str) and (named := BY_NAME.fullmatch(text))}
    dead = []
    for path, module in trees.items():
        own = ".".join(path.relative_to(root.parent).with_suffix("").parts).removesuffix(".__init__")
        here = Counter(words(ast.walk(module)))
        for name, statement in defined(module) if path.suffix == ".py" else ():
            alone = here[name] == Counter(words(ast.walk(statement)))[name]
            if alone and name not in elsewhere and (own, name) not in imported:
                dead.append(f"{path.relative_to(root)}: {name}")
    return dead


def test_nothing_is_defined_for_nobody() -> None:
    assert unused(ROOT) == []


@pytest.mark.parametrize(
    ("text", "dead"),
    [
        ("def f():\n    return f()", ["f"]),
        ("A = 1\nB = A", ["B"]),
        ("type T = int\ndef _g(x: 'T'): ...\n_g(1)", []),
        ("def used(): ...", []),
        ("def f(): ...\nTABLE = {'x': 'a:f'}\nprint(TABLE)", []),
    ],
)
def test_what_nobody_uses_is_seen(tmp_path: Path, text: str, dead: list[str]) -> None:
    (tmp_path / "toy").mkdir()
    (tmp_path / "toy" / "a.py").write_text(text)
    (tmp_path / "toy" / "b.py").write_text("from toy.a import used\nused()")
    assert unused(tmp_path / "toy") == [f"a.py: {name}" for name in dead]
