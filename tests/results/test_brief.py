"""Results print in one line that says what they are and of which data;
their numbers are for ``text`` and ``table``.
"""

import pytest

import bayes_ivig as bi


@pytest.fixture(scope="module")
def posterior():
    return bi.fit(bi.load_dataset("ivig", "live_birth").trials("published"), bi.Model())


def test_a_result_prints_in_one_line_with_its_data(posterior):
    for found in (posterior, bi.benefit(posterior), bi.how_much_prior(posterior)):
        shown = repr(found)
        assert shown.startswith(f"<{type(found).__name__} of ivig live_birth (published); ")
        assert len(shown) < 120
    assert repr(bi.tipping_point(posterior)).startswith("<TippingPoint; ")


def test_marginals_print_in_one_line(posterior):
    assert len(repr(posterior["mu"])) < 120
    assert len(repr(posterior.absolute(0.5).risk_ratio)) < 120


def test_what_the_line_names_shows_the_numbers(posterior):
    assert "3.66" in bi.text(posterior)
    assert bi.table(posterior).shape[0] > 6
