"""What the package stands on: the lock agrees with the pins and is whole, and nothing that is read is run."""

import ast
import re
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import bayes_ivig

PACKAGE = Path(bayes_ivig.__file__).parent
ROOT = PACKAGE.parent
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
LINE = re.compile(
    r"^(?P<what>[^#\s][^\\\n]*?) \\\n(?P<hashes>(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.MULTILINE
)
LOCKED = [(Requirement(line["what"]), line["hashes"].count("--hash")) for line in LINE.finditer(LOCK)]
PINS = {
    canonicalize_name(name): version
    for name, version in re.findall(
        r"^([\w.-]+)==(\S+)$", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE
    )
}


def needed(requirement: Requirement) -> set[str]:
    """A requirement and all that it needs here, as the installed packages say themselves."""
    seen: set[tuple[str, str]] = set()
    todo = [(requirement, extra) for extra in ("", *requirement.extras)]
    while todo:
        one, extra = todo.pop()
        name = canonicalize_name(one.name)
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        own = map(Requirement, requires(name) or ())
        todo += [
            (each, of_its_own)
            for each in own
            if each.marker is None or each.marker.evaluate({"extra": extra})
            for of_its_own in ("", *each.extras)
        ]
    return {name for name, _ in seen}


def test_every_line_of_the_lock_is_a_pin_with_hashes() -> None:
    assert (
        LINE.sub("", "\n".join(line for line in LOCK.splitlines() if not line.startswith("#")) + "\n") == ""
    )
    assert {
        canonicalize_name(one.name): str(one.specifier).removeprefix("==") for one, _ in LOCKED
    }.items() <= PINS.items()
    assert all(number for _, number in LOCKED)


def test_the_lock_holds_all_that_is_needed_and_no_address() -> None:
    names = {canonicalize_name(one.name) for one, _ in LOCKED}
    assert needed(Requirement("bayes-ivig")) - {"bayes-ivig"} <= names
    elsewhere = {canonicalize_name(one.name) for one, _ in LOCKED if one.marker}
    assert names - elsewhere <= needed(Requirement("bayes-ivig"))
    assert not re.search(r"https?:|file:|index|find.links|@", re.sub(r"^#.*$", "", LOCK, flags=re.MULTILINE))


RUNS = {"eval", "exec", "compile", "__import__"}  # by name alone: re.compile is another
RUN_WHAT_THEY_READ = {
    "pickle",
    "cPickle",
    "dill",
    "cloudpickle",
    "joblib",
    "marshal",
    "shelve",
    "yaml",
    "code",
}


@pytest.mark.parametrize(
    "path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.relative_to(PACKAGE).as_posix()
)
def test_nothing_that_is_read_is_run(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Name(name)):
                assert name not in RUNS, node.lineno
            case ast.Import(names):
                assert not {each.name.partition(".")[0] for each in names} & RUN_WHAT_THEY_READ, node.lineno
            case ast.ImportFrom(module=str(module)):
                assert module.partition(".")[0] not in RUN_WHAT_THEY_READ, node.lineno
            case ast.keyword(arg="allow_pickle" | "shell", value=value):
                assert isinstance(value, ast.Constant) and value.value is False, node.value.lineno
            case ast.Attribute(attr="read_pickle" | "load_pickle" | "system" | "popen"):
                pytest.fail(f"line {node.lineno}: {node.attr}")


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.js")), ids=lambda path: path.name)
def test_no_script_of_the_page_makes_code_or_markup_of_text(path: Path) -> None:
    """What it shows goes into the page as text."""
    assert not re.search(
        r"\beval\(|new Function|innerHTML|outerHTML|document\.write|insertAdjacentHTML",
        path.read_text(encoding="utf-8"),
    )
