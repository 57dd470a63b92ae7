"""The one place that cuts digits off: exact numbers stay exact, noise goes, words stay as they are."""

import math

import pytest

from bayes_ivig.reporting.rounding import cut, rounded, short_places


@pytest.mark.parametrize(
    ("value", "figures", "result"),
    [
        (1826.8509351663313, 8, 1826.8509),
        (0.1 + 0.2, 8, 0.3),
        (12.5, 6, 12.5),
        (-1.23456789e-9, 6, -1.23457e-9),
        (123456789.0, 6, 123457000.0),
        (math.inf, 6, math.inf),
    ],
)
def test_significant_digits(value: float, figures: int, result: float) -> None:
    assert rounded(value, figures) == result


def test_there_is_no_minus_zero() -> None:
    assert math.copysign(1.0, rounded(-0.0, 6)) == 1.0


def test_every_fraction_of_a_document_is_cut_and_nothing_else() -> None:
    document = {"a": [0.1 + 0.2, 3, None, True, "0.30000000000000004"], "b": (1 / 3,)}
    assert cut(document, 8) == {"a": [0.3, 3, None, True, "0.30000000000000004"], "b": [0.33333333]}
    assert math.isnan(cut(math.nan, 8))


@pytest.mark.parametrize(
    ("tag", "result"),
    [
        ('<line transform="translate(319.99999999999994,0)" x2="0">', '<line transform="translate(320,0)" x2="0">'),
        ('<path d="M-0.00001,1.5L2.3456789,7e-17">', '<path d="M0,1.5L2.346,0">'),
        ('<text aria-label="0.123456789" x="0.0625">', '<text aria-label="0.123456789" x="0.062">'),
    ],
)
def test_places_in_a_drawing_are_cut_and_its_words_are_not(tag: str, result: str) -> None:
    assert short_places(tag) == result
