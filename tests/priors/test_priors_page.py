"""docs/priors.md: every form that can be written is on the page, and every example on it is one."""

import re
from pathlib import Path

import pytest

from bayes_ivig.errors import ModelError
from bayes_ivig.priors.composite import LibraryPrior
from bayes_ivig.priors.parsing import KNOWN, SETS, example_of, parse_prior

PAGE = (Path(__file__).parents[2] / "docs" / "priors.md").read_text(encoding="utf-8")
WRITTEN = [
    text
    for text in re.findall(r"`([a-z]\w*\(.*?\))`", re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL))
    if not text.startswith((*SETS, "truncated(PRIOR"))
]
IS = re.findall(r"^\| `(.*)` \| `(.*)` \|$", PAGE, flags=re.MULTILINE)


@pytest.mark.parametrize("text", WRITTEN)
def test_every_example_on_the_page_is_a_prior(text: str) -> None:
    assert parse_prior(str(parse_prior(text))) == parse_prior(text)


@pytest.mark.parametrize(("text", "what"), IS)
def test_what_a_statement_is(text: str, what: str) -> None:
    prior = parse_prior(text)
    assert isinstance(prior, LibraryPrior)
    assert str(prior.prior) == what


def test_every_form_is_on_the_page() -> None:
    assert {text.partition("(")[0] for text in WRITTEN} >= set(KNOWN)
    assert len(IS) == 6


@pytest.mark.parametrize("name", KNOWN)
def test_every_form_has_an_example_that_a_message_shows(name: str) -> None:
    example = example_of(name)
    assert example.startswith(f"{name}(")
    assert parse_prior(example)
    assert f"`{example}`" in PAGE
    if name not in ("mixture", "truncated"):
        with pytest.raises(ModelError) as caught:
            parse_prior(f"{name}(1, 2, 3, 4, 5, 6)")
        assert f"write for example {example}" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "example"),
    [
        ("mixture(normal(0, 1))", "mixture("),
        ("mixture(0.5 normal(0, 1))", "mixture("),
        ("mixture(0.5: normal(0, 1), 0.6: normal(0, 2))", "mixture("),
        ("mixture(0.5: normal(0), 0.5: normal(0, 2))", "normal(0, 2.82)"),
        ("truncated(normal(0, 1), 1)", "truncated(normal(0.3, 0.2), 0, inf)"),
        ("truncated(normal(0, 1), -inf, inf)", "truncated("),
        ("halfnormal(1)", "half_normal(0.5)"),
        ("half_normal_tau(1)", "half_normal_tau2(0.5)"),
        ("half_cauchy(0;5)", "half_cauchy(0.5)"),
        ("0.5", "normal(0, 2.82)"),
        ('elicited("95% sure")', "write for example "),
        ("jeffreys(1)", "jeffreys()"),
    ],
)
def test_a_message_shows_the_nearest_right_form(text: str, example: str) -> None:
    with pytest.raises(ModelError) as caught:
        parse_prior(text)
    message = str(caught.value)
    assert "write for example " in message
    assert example in message
    assert message.count("write") == 1


def test_a_limit_may_be_infinite() -> None:
    half = parse_prior("truncated(normal(0, 0.5), 0, inf)")
    same = parse_prior("half_normal(0.5)")
    x = [0.01, 0.4, 2.0]
    assert half.logpdf(x) == pytest.approx(same.logpdf(x))
    assert half.quantile([0.1, 0.99]) == pytest.approx(same.quantile([0.1, 0.99]))
