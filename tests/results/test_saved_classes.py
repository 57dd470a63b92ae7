"""The names of classes in saved files: every class a posterior can hold has one,
and it leads to that class.
"""

import subprocess
import sys
import typing
from dataclasses import is_dataclass
from typing import Any

import pytest

from bayes_ivig.results.files.saved_classes import CLASSES, saved_class, saved_name
from bayes_ivig.results.files.stable_names import FORMER

# what stands behind Any and behind protocols
ANY = (
    "Posterior",
    "GridAnswers",
    "DrawsAnswers",
    "RegressionAnswers",
    "SelectedAnswers",
    "BiasedAnswers",
    "Again",
    "Quadrature",
    "NUTS",
    "JointOutcome",
    "LibraryPrior",
)


@pytest.mark.parametrize("name", CLASSES)
def test_a_name_leads_to_its_class_and_back(name: str) -> None:
    kind = saved_class(name)
    assert isinstance(kind, type) and (is_dataclass(kind) or issubclass(kind, tuple))
    assert f"{kind.__module__}.{kind.__qualname__}" == CLASSES[name], (
        "the class moved: its place changes, its name stays"
    )
    assert saved_name(kind) == name


@pytest.mark.parametrize("place", FORMER)
def test_a_former_place_leads_to_the_class(place: str) -> None:
    assert saved_name(saved_class(place)) == FORMER[place] == place.rpartition(".")[2]


def classes_in(hint: Any) -> set[type]:
    """The classes of fields that a type hint allows, through unions, aliases and type arguments."""
    if isinstance(hint, typing.TypeAliasType):
        return classes_in(hint.__value__)
    if typing.get_origin(hint) is not None:
        return set().union(*(classes_in(each) for each in typing.get_args(hint)))
    named = isinstance(hint, type) and (
        is_dataclass(hint) or (issubclass(hint, tuple) and hasattr(hint, "_fields"))
    )
    return {hint} if named and not getattr(hint, "_is_protocol", False) else set()


def held(kind: type) -> set[type]:
    """The classes that fields of this one can hold; private fields are not saved."""
    names = {
        **vars(sys.modules[kind.__module__]),
        **{name: saved_class(name) for name in ("Mixture", "OnTau2")},
    }
    hints = typing.get_type_hints(
        kind, names | {"Prior": vars(sys.modules[saved_class("Mixture").__module__])["Prior"]}
    )
    own = {name: hint for name, hint in hints.items() if not name.startswith("_") and name in fields_of(kind)}
    return set().union(*(classes_in(hint) for hint in own.values()))


def fields_of(kind: Any) -> list[str]:
    return list(kind.__dataclass_fields__ if is_dataclass(kind) else kind._fields)


def test_every_class_that_a_posterior_can_hold_has_a_name() -> None:
    """All that can be reached from a posterior by the types of fields; and nothing is listed that cannot."""
    todo, seen = {saved_class(name) for name in ANY}, set[type]()
    while todo:
        seen |= todo
        todo = set().union(*(held(kind) for kind in todo)) - seen
    assert {saved_name(kind) or kind.__qualname__ for kind in seen} == set(CLASSES)


def test_nothing_is_imported_before_it_is_named() -> None:
    code = (
        "import sys; from bayes_ivig.results.files import saved_classes; saved_classes.saved_class('Study');"
        "sys.exit(any(name.startswith(('bayes_ivig.engines', 'scipy', 'pymc')) for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
