"""House rules that no single module can keep: one version, no trace of the machine it was made on."""

import ast
import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path

import pytest

import bayes_ivig
from bayes_ivig.version import __version__

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "bayes_ivig"
TEXTS = {
    ".py", ".md", ".toml", ".csv", ".bib", ".cff", ".txt", ".html", ".json", ".svg", ".yml", ".yaml", ".j2",
    ".run", "",
}  # fmt: skip
MACHINE_PATH = re.compile(
    r"(?<![\w.~:/)>-])/(?:home|root|Users|tmp|mnt|workspace|work|private)/\w|\b[A-Z]:\\\w"
)
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")


def tracked() -> list[Path]:
    """Text files under version control; outside a checkout, everything that a checkout would hold."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    names = (
        done.stdout.split("\0")
        if done.returncode == 0
        else [str(path.relative_to(ROOT)) for path in PACKAGE.rglob("*.py")]
    )
    return [ROOT / name for name in names if name and Path(name).suffix in TEXTS and (ROOT / name).is_file()]


FILES = tracked()
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "_bundled" not in path.parts)


def label(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


# One version


def test_one_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = re.search(
        r"^version: (.+)$", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    assert citation
    assert project["version"] == __version__ == bayes_ivig.__version__ == citation[1]
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_package_is_typed_and_licensed() -> None:
    assert (PACKAGE / "py.typed").is_file()
    assert (ROOT / "LICENSE").is_file()


# Nothing ambient


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_only_the_command_prints(path: Path) -> None:
    if path.is_relative_to(PACKAGE / "cli"):
        return
    calls = [node for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
    printing = [call.lineno for call in calls if isinstance(call.func, ast.Name) and call.func.id == "print"]
    assert not printing, f"{label(path)} prints in lines {printing}; return the text instead"


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_no_clock_and_no_unseeded_chance(path: Path) -> None:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            name = ast.unparse(node.func)
            assert not name.endswith(("datetime.now", "date.today", "time.time")), (
                f"{label(path)}:{node.lineno} reads the clock"
            )
            if name.endswith("default_rng"):
                assert node.args or node.keywords, f"{label(path)}:{node.lineno} draws without a seed"


# No case in the code

CASE = re.compile(
    r"live.?birth|preterm|immunoglobulin|\bivig\b|_apl\b|\bapl_|_but_|\bwom[ae]n\b|heparin|\bbirth|neonatal|obstetric"
    r"|pregnan|miscarriage|phospholipid|antibod",
    re.IGNORECASE,
)
PROGRAM = re.compile(r"bayes[-_]ivig", re.IGNORECASE)
EXAMPLE = re.compile(r"^ivig$|a bundled name \(ivig\)")  # the bundled example, as a default and in help
JOINT = {  # texts at most: the model of two steps, and its stored answers, have the names it was made with
    "analyses/weighing/benefit_harm.py": 2,
    "engines/nuts/joint_outcome.py": 37,
    "former_names.py": 1,
    "inputs/counts/joint_dataset.py": 12,
    "inputs/model/joint.py": 9,
    "reporting/wording/equations.py": 6,
    "reporting/wording/models.py": 4,
    "results/other_models/joint_outcome.py": 37,
}


def texts_of(module: ast.Module) -> list[tuple[int, str]]:
    """Every text in the code of a module with its line, docstrings left out."""
    holders = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    first = [node.body[0] for node in ast.walk(module) if isinstance(node, holders) and node.body]
    told = {id(line.value) for line in first if isinstance(line, ast.Expr)}
    found = [node for node in ast.walk(module) if isinstance(node, ast.Constant) and id(node) not in told]
    return [(node.lineno, node.value) for node in found if isinstance(node.value, str)]


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_no_fact_of_the_case_stands_in_the_code(path: Path) -> None:
    """What is said of a case stands in its sidecar, under keys that any case has: see data/README.md."""
    texts = texts_of(tree(path))
    found = [(line, text) for line, text in texts if CASE.search(PROGRAM.sub("", text))]
    wrong = [f"{label(path)}:{line}: {text}" for line, text in found if not EXAMPLE.search(text)]
    assert len(wrong) <= JOINT.get(path.relative_to(PACKAGE).as_posix(), 0), wrong


# One way to write a file

WRITERS = {PACKAGE / "files" / name for name in ("writing.py", "replacing.py", "staging.py")}

WRITING = {
    "write_text", "write_bytes", "mkstemp", "mkdtemp", "NamedTemporaryFile", "TemporaryFile", "savefig",
    "to_csv",
}  # fmt: skip
OPENING = {"open", "fdopen", "ZipFile"}
NO_FILES = {  # calls that only make a text, or replace nothing
    "bayes_ivig/files/archives.py": {"zipfile.ZipFile"},  # in memory
    "bayes_ivig/files/office.py": {"zipfile.ZipFile"},
    "bayes_ivig/cli/files.py": {"named.to_csv"},
    "bayes_ivig/reporting/figures/figure.py": {"self.figure.savefig"},  # in memory
    "bayes_ivig/cli/faults.py": {"tempfile.mkstemp", "os.fdopen"},  # a new file each time, for nobody else
}


@pytest.mark.parametrize("path", [path for path in MODULES if path not in WRITERS], ids=label)
def test_files_are_written_by_one_module(path: Path) -> None:
    """What is written half when it is interrupted is written by ``files/writing.py``, never half."""
    for node in ast.walk(tree(path)):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        last = name.rpartition(".")[2]
        modes = [
            arg.value
            for arg in (*node.args, *(word.value for word in node.keywords))
            if isinstance(arg, ast.Constant)
        ]
        writes = last in OPENING and any(
            isinstance(mode, str) and set(mode) & set("wax+") and len(mode) < 4 for mode in modes
        )
        own = (
            last in WRITING and not name.startswith("writing.") and name not in ("write_text", "write_bytes")
        )
        assert not (writes or own or name == "os.replace") or name in NO_FILES.get(label(path), ()), (
            f"{label(path)}:{node.lineno}: {name} writes a file; bayes_ivig.files.writing does it whole"
        )


# One way to read a file

READING = {
    "read_text", "read_bytes", "read_csv", "fromfile", "loadtxt", "genfromtxt", "read_excel", "read_json",
}  # fmt: skip
PARSING = {"tomllib", "pickle", "shelve", "marshal", "yaml"}  # modules that only the doors import, or nobody
PARSERS = {"json.load", "json.loads", "csv.reader", "csv.DictReader", "csv.Sniffer", "json.JSONDecoder"}
DOORS = {"reading.read_bytes", "read_bytes", "tables.read_csv", "read_csv"}  # by their names
ROOM = PACKAGE / "files"
SYSTEM = {PACKAGE / "budget.py"}  # what the system says of itself is no file of the user's


@pytest.mark.parametrize(
    "path",
    [path for path in MODULES if path not in SYSTEM | {ROOM / "documents.py", ROOM / "rows.py"}],
    ids=label,
)
def test_files_are_read_and_parsed_by_one_room(path: Path) -> None:
    """Only ``files/reading.py`` opens what may be endless, only its neighbours parse what may be too deep."""
    for node in ast.walk(tree(path)):
        where = f"{label(path)}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.Import | ast.ImportFrom):
            own = {node.module or ""} if isinstance(node, ast.ImportFrom) else set()
            names = own | {each.name for each in node.names}
            assert not names & PARSING, f"{where}: {names & PARSING}; files/documents.py parses"
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            last = name.rpartition(".")[2]
            opens = name in ("open", "io.open", "os.open") or last == "open"
            reads = (last in READING and name not in DOORS) or name in PARSERS
            outside = path.parent != ROOM and "devnull" not in ast.unparse(node)
            assert not (opens and outside), f"{where}: {name}; files/reading.py opens"
            assert not reads, f"{where}: {name}; use bayes_ivig.files.reading, .documents or .rows"


# Nothing left lying about


@pytest.mark.parametrize("path", FILES, ids=label)
def test_no_trace_of_a_machine(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    found = [
        f"{number}: {line.strip()[:120]}" for number, line in enumerate(lines, 1) if MACHINE_PATH.search(line)
    ]
    assert not found


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_nothing_is_unfinished(path: Path) -> None:
    assert not UNFINISHED.findall(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", [path for path in FILES if path.suffix == ".md"], ids=label)
def test_links_stay_in_the_house(path: Path) -> None:
    """Every relative link of a Markdown page leads to a file of this repository."""
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8")):
        if "://" not in target and not target.startswith("mailto:"):
            there = (path.parent / target).resolve()
            assert there.is_relative_to(ROOT.resolve()), (
                f"{label(path)} links out of the repository: {target}"
            )
            assert there.exists(), f"{label(path)} links to {target}, which is not there"
