"""The one place that cuts digits off: exact numbers stay exact, noise goes, words stay as they are."""

import math

import pytest

from bayes_ivig.reporting.wording.digits import cut, rounded, short_places


@pytest.mark.parametrize(
    ("value", "digits", "result"),
    [
        (1826.8509351663313, (8, 10), 1826.8509),
        (0.1 + 0.2, (8, 10), 0.3),
        (12.5, (6, 9), 12.5),
        (-2.2631342e-9, (8, 10), -2.3e-9),  # a zero and its numerical error
        (-3e-11, (8, 10), 0.0),
        (123456789.0, (6, 9), 123457000.0),
        (math.inf, (6, 9), math.inf),
    ],
)
def test_significant_digits_and_decimals(value: float, digits: tuple[int, int], result: float) -> None:
    assert rounded(value, digits) == result


def test_p_values_keep_their_digits_however_small() -> None:
    document = {"p_value": 1.23456789123e-20, "pooled_p": 2e-15, "tau": 1e-15, "q_p_value": [3e-12]}
    assert cut(document, (8, 10)) == {
        "p_value": 1.2345679e-20,
        "pooled_p": 2e-15,
        "tau": 0.0,
        "q_p_value": [3e-12],
    }


def test_probabilities_from_a_grid_have_a_last_decimal() -> None:
    """Their noise is that of the sum: 8.5487173e-14 on one machine is 8.1712415e-14 on another."""
    document = {"predictive_p": 8.5487173e-14, "conflict_p": 3e-12, "replicated_p": 2e-15, "p": 1e-13}
    assert cut(document, (8, 10)) == dict.fromkeys(document, 0.0)


def test_there_is_no_minus_zero() -> None:
    assert math.copysign(1.0, rounded(-0.0, (6, 9))) == 1.0


def test_every_fraction_of_a_document_is_cut_and_nothing_else() -> None:
    document = {"a": [0.1 + 0.2, 3, None, True, "0.30000000000000004"], "b": (1 / 3,)}
    assert cut(document, (8, 10)) == {"a": [0.3, 3, None, True, "0.30000000000000004"], "b": [0.33333333]}
    assert math.isnan(cut(math.nan, (8, 10)))


@pytest.mark.parametrize(
    ("tag", "result"),
    [
        (
            '<line transform="translate(319.99999999999994,0)" x2="0">',
            '<line transform="translate(320,0)" x2="0">',
        ),
        ('<path d="M-0.00001,1.5L2.3456789,7e-17">', '<path d="M0,1.5L2.346,0">'),
        ('<text aria-label="0.123456789" x="0.0625">', '<text aria-label="0.123456789" x="0.062">'),
    ],
)
def test_places_in_a_drawing_are_cut_and_its_words_are_not(tag: str, result: str) -> None:
    assert short_places(tag) == result
