"""Public names: each is there, documented, listed once, loaded late;
those of version 0.1 work and say where they went.
"""

import inspect
import pickle
import subprocess
import sys
import tomllib
import warnings
from operator import attrgetter
from pathlib import Path
from types import ModuleType
from zipfile import ZipFile

import pytest
import reference_page
import typed_user

import bayes_ivig
from bayes_ivig.former_names import NOW

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "bayes_ivig"
GROUPS = reference_page.groups()
PLACES = {"bayes_ivig": bayes_ivig, **{f"bayes_ivig.{name}": group for name, group in GROUPS.items()}}
NAMES = [f"{place}.{name}" for place, module in PLACES.items() for name in reference_page.names(module)]


def python(code: str, *options: str) -> str:
    """What a fresh interpreter prints, warnings and errors included."""
    done = subprocess.run(
        [sys.executable, *options, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT
    )
    return done.stdout + done.stderr


def at(name: str) -> object:
    """What stands at a name such as ``bayes_ivig.plot.forest``."""
    return attrgetter(name.partition(".")[2])(bayes_ivig)


# What there is


def test_the_groups() -> None:
    listed = {
        "bias",
        "checks",
        "classical",
        "errors",
        "models",
        "planning",
        "plot",
        "priors",
        "published",
        "tipping",
        "trials",
    }
    assert set(GROUPS) == listed
    assert 30 <= len(reference_page.names(bayes_ivig)) <= 50, "what stands on top is to be seen at a glance"


@pytest.mark.parametrize("name", NAMES)
def test_a_public_name_is_there(name: str) -> None:
    place, _, own = name.rpartition(".")
    assert at(name) is getattr(sys.modules[place], own)
    assert own in dir(PLACES[place])
    assert inspect.getdoc(at(name)), f"{name} is public and has no docstring"


@pytest.mark.parametrize("name", [name for name in NAMES if inspect.isfunction(at(name))])
def test_a_public_function_is_pickled_by_its_home(name: str) -> None:
    assert pickle.loads(pickle.dumps(at(name))) is at(name)


def test_no_name_hides_a_module() -> None:
    """Importing ``bayes_ivig.priors.named`` would put the module in the place of a function of that name."""
    for name in NAMES:
        place, _, own = name.rpartition(".")
        folder = PACKAGE.joinpath(*place.split(".")[1:])
        assert not (folder / own).is_dir(), name
        assert not (folder / f"{own}.py").is_file(), name


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(AttributeError, match=r"module 'bayes_ivig' has no attribute 'fti'"):
        bayes_ivig.fti  # noqa: B018
    assert "Did you mean: 'forest'?" in python("import bayes_ivig; bayes_ivig.plot.forset")


def test_help_lists_a_group() -> None:
    shown = python("import bayes_ivig; help(bayes_ivig.tipping)")
    assert all(name in shown for name in reference_page.names(GROUPS["tipping"]))


# How it is loaded


def test_nothing_is_loaded_before_it_is_touched() -> None:
    loaded = (
        "import sys, bayes_ivig{0}; print(*(m for m in sys.modules if m.startswith('bayes_ivig') or m "
        "in {{'ast', 'numpy'}}))"
    )
    root = ["bayes_ivig.public_names", "bayes_ivig"]
    assert python(loaded.format("")).split() == root
    assert python(loaded.format(".plot, bayes_ivig.priors")).split() == [
        *root,
        "bayes_ivig.plot",
        "bayes_ivig.priors",
    ]


def test_a_submodule_loaded_first_hides_nothing() -> None:
    ways = ("import bayes_ivig as bi; ", "import bayes_ivig.priors.well_known, bayes_ivig as bi; ")
    for way in ways:
        assert (
            python(way + "print(bi.priors.named.__name__, bi.priors.compare.__name__)")
            == "named compare_priors\n"
        )


def test_it_works_from_an_archive(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "package.zip", "w") as archive:
        for path in [*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.pyi")]:
            archive.write(path, path.relative_to(ROOT))
    code = f"import sys; sys.path.insert(0, {str(tmp_path / 'package.zip')!r}); import bayes_ivig as bi; "
    said = python(
        code + "print(bi.__file__.count('.zip'), bi.priors.Normal(0, 1), 'forest' in dir(bi.plot))", "-I"
    )
    assert said == f"1 {bayes_ivig.priors.Normal(0, 1)} True\n"


# The names of version 0.1


def test_the_number_of_former_names() -> None:
    assert len(NOW) == 101
    assert not set(NOW) & set(dir(bayes_ivig))


@pytest.mark.parametrize(("name", "now"), NOW.items())
def test_a_former_name_works_and_says_once_where_it_is_now(name: str, now: str) -> None:
    vars(bayes_ivig).pop(name, None)
    with pytest.warns(DeprecationWarning, match=rf"^bayes_ivig\.{name} is now bayes_ivig\.{now}; ") as said:
        value = getattr(bayes_ivig, name)
    assert (value, [warning.filename for warning in said]) == (attrgetter(now)(bayes_ivig), [__file__])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert getattr(bayes_ivig, name) is value


def test_who_imports_a_former_name_at_the_prompt_is_told() -> None:
    said = python("from bayes_ivig import sceptical, Normal\nimport bayes_ivig as bi\nbi.Normal, bi.named")
    told = [line.split(" is now ")[0] for line in said.splitlines() if "DeprecationWarning" in line]
    assert told == [
        "<string>:1: DeprecationWarning: bayes_ivig.sceptical",
        "<string>:1: DeprecationWarning: bayes_ivig.Normal",
        "<string>:3: DeprecationWarning: bayes_ivig.named",
    ]


# Types and the reference


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::bayes_ivig.errors.ReadNote")
def test_a_typed_script_is_checked_and_runs(tmp_path: Path) -> None:
    """``make lint`` checks it; here is that it is among what mypy checks, and that it does what it says."""
    checked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]
    assert (
        checked["strict"],
        Path(typed_user.__file__).relative_to(ROOT).as_posix() in checked["files"],
    ) == (True, True)
    above, below, message = typed_user.main(tmp_path)
    assert above > 0.9
    assert below < 0.5
    assert "half_normal(1)" in message
    assert {path.suffix for path in tmp_path.iterdir()} == {".nc", ".pdf", ".png", ".svg", ".xlsx"}


def test_the_reference_holds_every_public_name() -> None:
    assert reference_page.PAGE.read_text(encoding="utf-8") == reference_page.page(), (
        "run: python tests/reference_page.py"
    )
    assert isinstance(bayes_ivig.errors, ModuleType)
    assert all(f"| `{name.replace('bayes_ivig', 'bi', 1)}` |" in reference_page.page() for name in NAMES)
