"""Results print in one line that says what they are and of which data;
their numbers are for ``text`` and ``table``.
"""

import numpy as np
import pytest

import bayes_ivig as bi


@pytest.fixture(scope="module")
def posterior():
    return bi.fit(bi.load_dataset("ivig", "live_birth").trials("published"), bi.Model())


def test_a_result_prints_in_one_line_with_its_kind_and_its_data(posterior):
    for result in (posterior, bi.benefit(posterior), bi.tipping.how_much_prior(posterior)):
        name, shows = repr(result).removeprefix("<").removesuffix(">").split("; ")
        assert name == f"{type(result).__name__} of ivig live_birth (published)"
        assert "text()" in shows and "table()" in shows
    every = bi.fit(bi.load_dataset("ivig", "live_birth"), bi.Model())
    assert "Posterior of ivig live_birth;" in repr(every), "all trials have no name of their own"


@pytest.mark.parametrize("of", ["mu", "tau", "absolute", "tipping"])
def test_a_result_that_does_not_know_its_data_prints_its_kind(posterior, of):
    if of == "absolute":
        result = posterior.absolute(0.5).risk_ratio
    else:
        result = bi.tipping.tipping_point(posterior) if of == "tipping" else posterior[of]
    assert repr(result).startswith(f"<{type(result).__name__}; ")
    assert "array" not in repr(result) and "\n" not in repr(result)


def test_what_the_line_names_shows_the_numbers(posterior):
    ratio = float(np.exp(posterior["mu"].quantile(0.5)))
    assert f"{ratio:.2f}" in posterior.text()
    assert posterior.table().loc["mu", "median"] == pytest.approx(ratio)
