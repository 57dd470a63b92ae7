"""Models of characteristics, of bias and of two outcomes on the command line:
what is shown, and refused before sampling.
"""

from collections.abc import Callable

import pytest
from command import Ran

type Ask = Callable[..., Ran]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("ivig", "--outcome", "preterm_birth", "--model", "joint_outcome"),
            "a joint model states its own two outcomes, here live_birth and preterm_birth",
        ),
        (
            ("ivig", "--outcome", "live_birth", "--model", "meta_regression", "--trials", "randomised"),
            "column randomised: 'yes' in every study of the likelihood",
        ),
        (
            ("ivig", "--outcome", "live_birth", "--model", "bivariate", "--engine", "quadrature"),
            "the exact engine cannot hold a model of the family bivariate",
        ),
    ],
)
def test_what_cannot_be_fitted_is_refused(ask: Ask, arguments: tuple[str, ...], said: str) -> None:
    ran = ask("fit", *arguments)
    assert ran.status == 2
    assert said in ran.err
    assert not ran.out


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("meta_regression", "references randomised = yes"),
        ("meta_regression_shrunk", "in units of their common scale beta_scale"),
        ("bias_adjusted", "added in trials flagged (randomised not yes)"),
        ("joint_outcome", "preterm births count only in studies where they are known in both arms"),
    ],
)
def test_a_model_shows_what_it_assumes(ask: Ask, name: str, said: str) -> None:
    ran = ask("models", "show", name)
    assert ran.status == 0
    assert said in " ".join(ran.out.split())
