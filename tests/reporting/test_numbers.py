"""One rounding room: nothing else of the layers that people read turns a number into text."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import bayes_ivig
from bayes_ivig.measures import measure_of
from bayes_ivig.reporting.wording import effects, numbers

PACKAGE = Path(bayes_ivig.__file__).parent
FLOATS = re.compile(r"[,_]|\.\d|\.\{|[eEfFgGn%]$")  # a format of fractions, or commas between thousands
TEMPLATE = re.compile(r"\{\w*:[^{}]*(?:,|\.\d+|[eEfFgGn%])[^{}]*\}|%[-+ 0]*\.?\d*[eEfFgG]\b")
MODULES = sorted([*(PACKAGE / "reporting").rglob("*.py"), *(PACKAGE / "cli").rglob("*.py")])
ROOM = PACKAGE / "reporting" / "wording"
PIXELS = [PACKAGE / "reporting" / room for room in ("drawing", "figures")]  # they may round places


def roundings(tree: ast.AST, pixels: bool) -> Iterator[int]:
    """Lines that format a fraction, or round one where the number is no place in a drawing."""
    for node in ast.walk(tree):
        match node:
            case ast.FormattedValue(format_spec=ast.JoinedStr(values)):
                spec = "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in values)
                if FLOATS.search(spec):
                    yield node.lineno
            case ast.Call(func=ast.Name("round" | "format") | ast.Attribute(attr="round")) if not pixels:
                yield node.lineno
            case ast.Constant(str(text)) if TEMPLATE.search(text):
                yield node.lineno


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_only_the_rounding_room_turns_numbers_into_text(path: Path) -> None:
    if not path.is_relative_to(ROOM):
        lines = list(
            roundings(ast.parse(path.read_text(encoding="utf-8")), any(map(path.is_relative_to, PIXELS)))
        )
        assert not lines, (
            f"{path.name}, lines {lines}: ask reporting/wording/numbers, which has a name for every way"
        )


@pytest.mark.parametrize(
    "code",
    ['f"{x:.2f}"', 'f"{x:g}"', 'f"{x:,}"', 'f"{x:.{n}f}"', "round(x)", '"{x:.3g}".format(x=x)', '"%.2f" % x'],
)
def test_the_room_is_guarded(code: str) -> None:
    assert list(roundings(ast.parse(code), pixels=False)) == [1]


def test_the_table_names_every_way() -> None:
    """The table of the module's docstring is what says which ways still differ, so it must know them all."""
    helpers = {
        "limits",
        "chance",
        "equals",
        "quantile_key",
        "persons",
        "axis_end",
    }
    ways = {
        name
        for name, value in vars(numbers).items()
        if callable(value) and getattr(value, "__module__", "") == numbers.__name__
    }
    named = set(re.findall(r"``(\w+)``", numbers.__doc__ or ""))
    assert ways - named == helpers
    assert named - ways == {"per_thousand", "digits", "reporting", "cli"}


@pytest.mark.parametrize(
    ("value", "text", "cell"),
    [
        (-0.004, "-0.0040", "\N{MINUS SIGN}0.0040"),
        (-2e-17, "0.00", "0.00"),
        (7.916, "7.92", "7.92"),
        (-123.456, "-123.46", "\N{MINUS SIGN}123.46"),
        (12345.6, "12345.6", "12345.6"),
        (float("inf"), "none", "none"),
    ],
)
def test_a_difference_has_a_sign_and_no_noise(value: float, text: str, cell: str) -> None:
    measure = measure_of("MD")
    assert effects.shown(measure, value) == text
    assert effects.cell(measure, value) == cell


def test_a_ratio_is_written_as_an_odds_ratio_always_was() -> None:
    for value in (0.0001, 0.5, 1.0, 12.345, 2e5):
        assert effects.shown(measure_of("HR"), value) == numbers.odds_ratio(value)
        assert effects.cell(measure_of("HR"), value) == numbers.ratio(value)
        assert effects.pooled(measure_of("RR"), value) == numbers.pooled_ratio(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.4046, "0.405"), (0.05, "0.05"), (1.0019, "1.00"), (12.04, "12.0"), (99.96, "100"),
        (5.0, "5"), (-0.0, "0"),
        (1234.5, "1,234"), (-2500.4, "-2,500"), (2.5e9, "2.5e+09"), (float("inf"), "none"),
        (1.2004e-7, "1.20e-07"),
    ],
)  # fmt: skip
def test_a_number_in_a_small_summary(value: float, text: str) -> None:
    assert numbers.in_summary(value) == text
