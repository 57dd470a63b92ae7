"""Every script under examples/ runs as it stands, and prints what it promises."""

import runpy
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

EXAMPLES = Path(__file__).parent.parent / "examples"
SAID = {
    "benefit.py": ("0.775", "sceptical prior", "our hospital"),
    "benefit_harm.py": ("benefit per 100 pregnant women: 8.6 (-7.8 to 19.6)", "against one live birth: 1.67"),
    "elicit.py": (
        "is normal(0.419891, 0.405131)",
        "P(OR > 2) = 0.2 (is 0.2",
        'pessimistic("strong", 0.4)',
        "part_weight",
    ),
    "compare_priors.py": ("sceptical(0.7)", "1.797", "prior_width"),
    "design_classes.py": ("yes / no", "apl_share < 1", "had antibodies) = 0.0192", "Stricker 2000"),
    "how_much_prior.py": (
        "normal(0, 0.504",
        "half_normal(1.36",
        "Mahmoud 2004, treatment arm: -4 events",
        "advocating mu",
    ),
    "subsets.py": (
        "Stricker 2000",
        "number 9 of 84 by pooled odds ratio, one of 4 with P < 0.05 and of 11 with P(OR > 1) >= 0.975",
    ),
}


def test_every_example_promises_something() -> None:
    assert set(SAID) == {path.name for path in EXAMPLES.glob("*.py")}


@pytest.mark.parametrize("name", SAID)
def test_an_example_runs(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(EXAMPLES / name), run_name="__main__")
    printed = capsys.readouterr().out
    assert all(text in printed for text in SAID[name])
