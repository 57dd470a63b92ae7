"""The rooms of the house as a test: where a file stands, what it is called, which rooms know of which."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import bayes_ivig

PACKAGE = Path(bayes_ivig.__file__).parent
ROOT = PACKAGE.parent
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts): path
    for path in sorted(PACKAGE.rglob("*.py"))
    if "_bundled" not in path.parts
}
# modules in a folder; a command has a file each, so `cli` may have more; a group of public names has one that
# only hands them on
MOST = 20
SUBJECTS = {
    "fit", "pool", "counts", "audit", "reconstruction", "priors", "trials", "tipping", "benefit", "weighing",
    "checks", "calibration", "comparisons", "other_models", "evidence", "explorer", "brief", "report",
    "reanalysis", "imports", "judgements", "specification", "programs", "small_studies", "next_trial",
    "history",
}  # fmt: skip
SERVANTS = {  # rooms that serve every subject of their layer
    "analyses": set(),
    "results": {"marginals", "posterior", "draws", "files"},
    "reporting": {"wording", "drawing", "figures", "document", "display"},
}
MEDIA = {"words", "text", "json", "table", "section", "chart", "figure", "csv"}
FLOORS = {
    "wording": 0,
    "drawing": 1,
    "figures": 1,
    "document": 2,
    "brief": 4,
    "report": 5,
}  # of `reporting`; a subject stands on 3


def label(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def imports(path: Path) -> Iterator[str]:
    """Every module of the package that a file imports, at its head, in a function or for types only."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            inner = [f"{node.module}.{name.name}" for name in node.names]
            yield from [name for name in inner if name in MODULES] or [node.module]


def rooms(layer: str) -> list[Path]:
    return sorted(
        path.parent for path in (PACKAGE / layer).rglob("__init__.py") if path.parent != PACKAGE / layer
    )


def test_no_folder_is_a_heap() -> None:
    own = [path for path in MODULES.values() if not path.with_suffix(".pyi").exists()]
    counts = Counter(path.parent for path in own if path.name != "__init__.py")
    crowded = {
        label(folder): count for folder, count in counts.items() if count > MOST and folder.name != "cli"
    }
    assert not crowded, (
        f"more than {MOST} modules in one folder: find what belongs together and give it a room"
    )


@pytest.mark.parametrize("layer", sorted(SERVANTS))
def test_a_subject_has_one_name_in_every_layer(layer: str) -> None:
    strange = {room.name for room in rooms(layer)} - SUBJECTS - SERVANTS[layer]
    assert not strange, (
        f"{layer}: rooms must be a subject ({', '.join(sorted(SUBJECTS))}) or serve all of them"
    )


def test_a_file_that_shows_a_subject_is_named_for_its_medium() -> None:
    shows = [
        path
        for room in rooms("reporting")
        if room.name in SUBJECTS - {"brief", "report"}
        for path in room.glob("*.py")
    ]
    strange = [
        label(path)
        for path in shows
        if path.stem.rpartition("_")[2] not in MEDIA and path.name != "__init__.py"
    ]
    assert not strange, (
        f"a name in reporting/SUBJECT is [what_]medium, and a medium is one of {', '.join(sorted(MEDIA))}"
    )


def floor(room: str) -> int:
    return FLOORS.get(room, 3)


def test_rooms_of_reporting_know_only_what_is_below_them() -> None:
    """Wording is below drawing and figures, these below document, that below every subject, these below the
    brief, and the report above all.

    A subject takes no helper from another subject's chart or text: what two of them need stands below.
    """
    wrong = []
    for name, path in MODULES.items():
        room = name.split(".")[2:-1]
        if name.startswith("bayes_ivig.reporting.") and room:
            others = {
                other.split(".")[2]
                for other in imports(path)
                if re.match(r"bayes_ivig\.reporting\.\w+\.", other)
            }
            wrong += [
                f"{label(path)} imports of {other}"
                for other in sorted(others - {room[0]})
                if floor(other) >= floor(room[0])
            ]
    assert not wrong


def named_files(page: str) -> list[str]:
    """Return the paths that a page puts between backticks, those with a placeholder left out."""
    text = (ROOT / page).read_text(encoding="utf-8")
    names = re.findall(r"`([\w./]*/[\w./]+|\w+\.(?:md|py|toml))`", text[text.index("\n## ") :])
    return [name for name in names if not re.search(r"NAME|SUBJECT|[ab]/b\.py", name)]


@pytest.mark.parametrize(("page", "least"), [("CONTRIBUTING.md", 25), ("docs/adding.md", 20)])
def test_pages_for_contributors_name_files_that_exist(page: str, least: int) -> None:
    names = named_files(page)
    assert len(names) >= least
    assert [name for name in names if not (ROOT / name).exists() and not (PACKAGE / name).exists()] == []


def recipe(title: str) -> set[str]:
    """Return the files that a recipe of ``docs/adding.md`` names."""
    text = (ROOT / "docs" / "adding.md").read_text(encoding="utf-8")
    part = text[text.index(f"\n## {title}\n") :].split("\n## ")[1]
    return set(re.findall(r"`([\w/]+\.\w+)`", part))


def holders(pattern: str, history: set[str]) -> set[str]:
    """Return the files of the package and of the tests' examples in which a pattern stands."""
    paths = [*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.pyi"), ROOT / "docs" / "reference.md"]
    places = {
        path.relative_to(ROOT).as_posix() for path in paths if re.search(pattern, path.read_text("utf-8"))
    }
    return places - history


def test_a_prior_family_stands_where_its_recipe_says() -> None:
    history = {f"bayes_ivig/{name}" for name in ("former_names.py", "results/files/stable_names.py")}
    places = holders(r"\bLogStudentT\b", history)
    assert places, "choose a family that exists"
    assert places <= recipe("A prior family")


def test_a_kind_of_result_stands_where_its_recipe_says() -> None:
    places = holders(r"\bMonteCarloErrors\b", set())
    own = {"bayes_ivig/results/draws/monte_carlo.py"}
    assert own < places
    assert places - own <= recipe("A kind of result")
