"""The architecture as a test: who may import whom, what is imported late, and how large a piece may be.

``LAYERS`` is the diagram, from top to bottom: a module imports from its own package and from the layers
below, and packages side by side in one layer are strangers to each other, as are those of ``STRANGERS``.
"""

import ast
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path

import pytest

import bayes_ivig

LAYERS = (
    ("__main__",),
    ("cli",),
    ("one_call", "data_figure"),
    ("analyses", "reporting"),
    ("engines", "frequentist"),
    ("results",),
    ("inputs",),
    ("likelihoods",),
    ("priors",),
    ("formulas", "citation"),
    ("files", "kinds"),
    ("budget", "one_thread", "progress", "resources"),
    ("measures",),
    ("errors", "public_names", "version"),
    ("former_names",),
)
# what shows answers computes none, though it stands higher
STRANGERS = {("reporting", "engines"), ("reporting", "frequentist")}
SAMPLERS = {"pymc", "pytensor", "nutpie", "arviz", "arviz_base", "arviz_stats", "xarray"}
# the only homes of the samplers: with effects of studies, and, more than one room holds, without them
SAMPLING = ("engines/nuts/", "engines/marginal/", "results/draws/arviz.py")
READERS = {"defusedxml", "narwhals", "pyarrow", "python_calamine", "pyreadstat", "rdata", "xlsxwriter"}
LATE = (
    SAMPLERS
    | READERS
    | {
        "altair",
        "matplotlib",
        "vl_convert",
        "jinja2",
        "pandas",
        "docx",
        "xlsxwriter",
        "dask",
        "distributed",
        "h5netcdf",
        "h5py",
    }
)
LATE_PARTS = {"scipy.stats", "scipy.optimize", "scipy.interpolate", "scipy.integrate"}
MODULE_OF = {"vl-convert-python": "vl_convert", "python-calamine": "python_calamine", "python-docx": "docx"}
# required by arviz, by PyMC and by Jinja2 themselves
COME_ALONG = {"arviz_stats", "xarray", "pytensor", "markupsafe"}
BY_NAME = {("bayes_ivig.results.shown", "bayes_ivig.reporting.shows")}  # late, and no circle counts it
TABLES = {"bayes_ivig.reporting.shows"}  # of functions that show a kind of result, and ask it about its parts
MOST_LINES, MOST_CODE, MOST_ARGUMENTS = 355, 40, 6  # lines of up to 110 columns: as much text as 300 of 130

ROOT = Path(bayes_ivig.__file__).parent
RANK = {package: rank for rank, layer in enumerate(LAYERS) for package in layer}
MODULES = sorted(path for path in ROOT.rglob("*.py") if "_bundled" not in path.parts)
# the root and the groups of public names
DOORS = [path for path in MODULES if path.with_suffix(".pyi").is_file()]
LAYERED = [path for path in MODULES if path not in DOORS or path.parent != ROOT]

type Function = ast.FunctionDef | ast.AsyncFunctionDef


def label(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def package(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(nodes: Iterator[ast.AST]) -> Iterator[tuple[str, int]]:
    """Every module that is imported, ``from a import b`` as ``a.b``, with its line."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from ((name.name, node.lineno) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: imports are absolute here"
            yield from ((f"{node.module}.{name.name}", node.lineno) for name in node.names)


def running(node: ast.AST, functions: bool = True) -> Iterator[ast.AST]:
    """Every node that can run: none under ``if TYPE_CHECKING``,
    and without ``functions`` only what runs at import.
    """
    for child in ast.iter_child_nodes(node):
        if (
            isinstance(child, ast.If)
            and isinstance(child.test, ast.Name)
            and child.test.id == "TYPE_CHECKING"
        ):
            continue
        if functions or not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield child
            yield from running(child, functions)


def is_one_of(name: str, packages: set[str]) -> bool:
    return any(name == other or name.startswith(f"{other}.") for other in packages)


def everything_imported(module: ast.Module) -> Iterator[str]:
    """Every import: at the top, late, under ``if TYPE_CHECKING``, by ``import_module("a.b")``."""
    yield from (name for name, _ in imports(ast.walk(module)))
    for call in (node for node in ast.walk(module) if isinstance(node, ast.Call) and node.args):
        by_name = ast.unparse(call.func).rpartition(".")[2] in ("import_module", "__import__")
        if by_name and isinstance(call.args[0], ast.Constant):
            yield str(call.args[0].value)


def named_in_tables(module: ast.Module, own: str, names: Iterable[str]) -> Iterator[str]:
    """Modules that texts name, in full or from the module's own folder: ``"a.b"``, ``"b.c:function"``."""
    folder = own.rpartition(".")[0]
    for text in (node.value for node in ast.walk(module) if isinstance(node, ast.Constant)):
        if isinstance(text, str) and re.fullmatch(r"\w+(\.\w+)+|\w+(\.\w+)*:\w+", text):
            place = text.partition(":")[0]
            yield from (name for name in (place, f"{folder}.{place}") if name in names)


def graph(root: Path) -> dict[str, list[str]]:
    """The modules of a package, each with those it imports but for ``BY_NAME`` and what ``TABLES`` name.

    To import ``a.b`` does not count as importing ``a``.
    """
    files = [path for path in sorted(root.rglob("*.py")) if "_bundled" not in path.parts]
    parts = {path: path.relative_to(root.parent).with_suffix("").parts for path in files}
    names = {".".join(each[:-1] if each[-1] == "__init__" else each): path for path, each in parts.items()}
    found: dict[str, list[str]] = {}
    for own, path in names.items():
        module = tree(path)
        imported = {
            name if name in names else name.rpartition(".")[0] for name in everything_imported(module)
        }
        imported |= set() if own in TABLES else set(named_in_tables(module, own, names))
        found[own] = sorted(name for name in imported & set(names) - {own} if (own, name) not in BY_NAME)
    return found


def circle(imported: dict[str, list[str]]) -> str:
    """One circle of imports, each module followed by one that it imports; empty where there is none."""
    try:
        TopologicalSorter(imported).prepare()
    except CycleError as error:
        return " imports ".join(reversed(error.args[1]))
    return ""


def functions(path: Path) -> Iterator[Function]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def code_lines(function: Function, source: list[str]) -> int:
    """Lines of a function that hold code: no docstring, no blank line, no comment."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    lines = source[body[0].lineno - 1 : function.end_lineno] if body else []
    signature = source[function.lineno - 1 : (function.body[0].lineno - 1 or function.lineno)]
    return sum(bool(line.strip()) and not line.strip().startswith("#") for line in signature + lines)


@pytest.mark.parametrize("path", LAYERED, ids=label)
def test_imports_only_go_down(path: Path) -> None:
    own = package(path)
    assert own in RANK, f"{own} has no place in LAYERS"
    for name, line in imports(ast.walk(tree(path))):
        top, _, rest = name.partition(".")
        if top != "bayes_ivig":
            continue
        other = rest.partition(".")[0]
        assert other in RANK, f"{label(path)}:{line} imports {name}; import from the module a name lives in"
        allowed = other == own or (RANK[other] > RANK[own] and (own, other) not in STRANGERS)
        assert allowed, f"{label(path)}:{line}: {own} imports {name}, which is not below it"


def test_only_listed_names_lead_up() -> None:
    """What a module loads by name is below it, too; ``BY_NAME`` alone goes up."""
    found = set()
    for path in LAYERED:
        own = package(path)
        for name in everything_imported(tree(path)):
            other = name.removeprefix("bayes_ivig.").partition(".")[0]
            if name.startswith("bayes_ivig.") and other != own and RANK[other] <= RANK[own]:
                found.add((".".join(path.relative_to(ROOT.parent).with_suffix("").parts), name))
    assert found == BY_NAME


@pytest.mark.parametrize("path", DOORS, ids=label)
def test_a_door_imports_nothing_of_the_house(path: Path) -> None:
    """What it hands on stands in its stub, and is loaded when touched."""
    assert [name for name, _ in imports(ast.walk(tree(path)))] == ["bayes_ivig.public_names.hand_on"]


def test_no_circle_of_imports() -> None:
    assert circle(graph(ROOT)) == ""


@pytest.mark.parametrize(
    ("back", "through"),
    [
        ("from toy import a", {"toy.a", "toy.low.b"}),
        ("from toy.a import name", {"toy.a", "toy.low.b"}),
        ("if TYPE_CHECKING:\n    from toy.a import Name", {"toy.a", "toy.low.b"}),
        ("def late():\n    import toy.a as other", {"toy.a", "toy.low.b"}),
        ("home = importlib.import_module('toy.a')", {"toy.a", "toy.low.b"}),
        ("TABLE = {'x': 'toy.a:f'}", {"toy.a", "toy.low.b"}),
        ("TABLE = ('c:f', 'toy.a')", {"toy.a", "toy.low.b"}),
        ("from toy.low import name", {"toy.a", "toy.low.b", "toy.low"}),
        ("from toy import c", {""}),
        ("import toybox.a", {""}),
    ],
)
def test_a_circle_is_found_however_it_is_closed(tmp_path: Path, back: str, through: set[str]) -> None:
    files = {
        "__init__": "",
        "a": "from toy.low.b import x",
        "low/__init__": "import toy.a",
        "low/b": back,
        "c": "",
    }
    for name, text in files.items():
        path = tmp_path / "toy" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n")
    imported = graph(tmp_path / "toy")
    steps = circle(imported).split(" imports ")
    assert set(steps) == through
    assert all(one == other or other in imported[one] for one, other in pairwise(steps))


def test_only_what_is_listed_as_imported_by_name_is_no_circle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "toy").mkdir()
    (tmp_path / "toy" / "low.py").write_text("def table():\n    return import_module('toy.high')\n")
    (tmp_path / "toy" / "high.py").write_text("import toy.low\n")
    assert circle(graph(tmp_path / "toy"))
    monkeypatch.setitem(globals(), "BY_NAME", {("toy.low", "toy.high")})
    assert circle(graph(tmp_path / "toy")) == ""


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_heavy_libraries_are_imported_late(path: Path) -> None:
    for name, line in imports(running(tree(path), functions=False)):
        assert not is_one_of(name, LATE | LATE_PARTS), (
            f"{label(path)}:{line}: import {name} in the function that needs it"
        )


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_samplers_stay_at_home(path: Path) -> None:
    if not label(path).startswith(SAMPLING):
        for name, line in imports(running(tree(path))):
            assert not is_one_of(name, SAMPLERS), (
                f"{label(path)}:{line}: {name} belongs in {' and '.join(SAMPLING)}"
            )


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_third_parties_are_declared(path: Path) -> None:
    """Run-time imports name what pyproject.toml installs, never a test tool or a package
    that is there by chance.
    """
    project = tomllib.loads((ROOT.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = [re.split(r"[^\w.-]", requirement)[0] for requirement in project["dependencies"]]
    declared = {MODULE_OF.get(name, name) for name in names} | COME_ALONG | {"bayes_ivig"}
    for name, line in imports(ast.walk(tree(path))):
        top = name.partition(".")[0]
        assert top in declared or top in sys.stdlib_module_names, f"{label(path)}:{line} imports {name}"


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_pieces_are_small(path: Path) -> None:
    source = path.read_text(encoding="utf-8").splitlines()
    too_much = [f"{len(source)} lines, more than {MOST_LINES}"] if len(source) > MOST_LINES else []
    for function in functions(path):
        lines = code_lines(function, source)
        arguments = [
            a.arg for a in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
        ]
        count = len([name for name in arguments if name not in ("self", "cls")])
        if lines > MOST_CODE and package(path) != "cli":
            too_much.append(f"{function.name}: {lines} lines of code, more than {MOST_CODE}")
        if count > MOST_ARGUMENTS and package(path) != "cli":
            too_much.append(f"{function.name}: {count} arguments, more than {MOST_ARGUMENTS}")
    assert not too_much


def overload(node: ast.AST) -> bool:
    """Whether a function only says a type: the one it stands for is documented."""
    return any(ast.unparse(each).endswith("overload") for each in getattr(node, "decorator_list", []))


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_public_names_are_documented(path: Path) -> None:
    module = tree(path)
    bare = [] if ast.get_docstring(module) else ["the module"]
    for node in module.body:
        if isinstance(node, Function.__value__ | ast.ClassDef) and not node.name.startswith("_"):
            if overload(node):
                continue
            bare += [] if ast.get_docstring(node) else [node.name]
            methods = node.body if isinstance(node, ast.ClassDef) else []
            public = [
                m
                for m in methods
                if isinstance(m, Function.__value__) and not m.name.startswith("_") and not overload(m)
            ]
            bare += [f"{node.name}.{m.name}" for m in public if not ast.get_docstring(m)]
    assert not bare


def test_the_diagram_is_complete() -> None:
    assert {package(path) for path in LAYERED} == set(RANK)
