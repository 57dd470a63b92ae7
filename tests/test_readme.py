"""The README tells the truth: its numbers are recomputed (its code runs in tests/docs)."""

import re
from pathlib import Path

import pytest

import bayes_ivig as bi
from bayes_ivig.inputs.paper.claims import claims_path, read_claims

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
SETS = {
    "six trials the paper pooled": "published",
    "all nine trials": "all",
    "randomised, antibody-positive": "randomised_apl",
    "randomised": "randomised",
}


def rows() -> dict[str, tuple[str, ...]]:
    """The table of results: what each line of it prints, by its first cell."""
    lines = [
        re.split(r"\s*\|\s*", line.strip("| \n"))
        for line in re.findall(r"^\|.*\|$", TEXT, flags=re.MULTILINE)
    ]
    return {first: tuple(rest) for first, *rest in lines[2:]}


def printed(median: float, lower: float, upper: float) -> str:
    return f"{median:.2f} ({lower:.2f} to {upper:.2f})"


@pytest.fixture(scope="module")
def live() -> bi.Dataset:
    return bi.load_dataset("ivig", outcome="live_birth")


def test_the_table_holds_the_sets_it_names() -> None:
    assert list(rows()) == list(SETS)


@pytest.mark.parametrize("line", SETS)
def test_a_line_of_the_table(live: bi.Dataset, line: str) -> None:
    trials = live.trials(SETS[line])
    pooled = bi.pool(trials, method="revman-random").ratio
    posterior = bi.fit(trials, bi.load_model("binomial_normal")).summary().loc["mu"]
    frequentist = printed(*map(float, (pooled.estimate, pooled.lower, pooled.upper)))  # type: ignore[arg-type]
    bayesian = printed(*(float(posterior[name]) for name in ("median", "lower", "upper")))
    assert rows()[line] == (frequentist, bayesian, f"{posterior['prob_or_gt_1']:.3f}")


def test_the_number_of_trials_in_words(live: bi.Dataset) -> None:
    assert (len(live.trials("published")), len(live)) == (6, 9)


def test_the_published_number() -> None:
    (claim,) = (claim for claim in read_claims(claims_path("ivig")) if claim.outcome == "live_birth")
    whole = f"{claim.estimate} (95% confidence interval {claim.ci_lower} to {claim.ci_upper})"
    assert whole in " ".join(TEXT.split())


def test_the_model_under_the_table_is_the_reference_model() -> None:
    model = bi.load_model("binomial_normal")
    text = " ".join(TEXT.split())
    assert (
        f"mu ~ {model.mu}, tau ~ {model.tau}, baselines ~ {model.alpha}, "
        "each trial's at the mean of its arms' log odds," in text
    )


@pytest.mark.parametrize("target", [t for t in re.findall(r"\]\(([^)#]+)\)", TEXT) if "://" not in t])
def test_every_link_leads_somewhere(target: str) -> None:
    assert (ROOT / target).exists(), f"README.md links to {target}"
