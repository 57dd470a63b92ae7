"""The README tells the truth: its numbers are recomputed, its Python block runs, its commands exist."""

import re
import shlex
import sys
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


def blocks(language: str) -> list[str]:
    """Code blocks of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```", TEXT, flags=re.MULTILINE | re.DOTALL)


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


def test_the_python_block_runs(capsys: pytest.CaptureFixture[str]) -> None:
    block = "".join(blocks("python"))
    names: dict[str, object] = {}
    exec(compile(block, "README.md", "exec"), names)
    posterior = names["posterior"]
    assert isinstance(posterior, bi.Posterior)
    (promised,) = re.findall(r"P\(OR > 1\), given this model, these priors and these trials: (\S+)", block)
    assert f"{posterior['mu'].prob_above(0.0):.3f}" == promised
    (promised,) = re.findall(r"(\S+): the trial that carries the conclusion", block)
    assert f"{posterior.without('Stricker 2000')['mu'].prob_above(0.0):.3f}" == promised
    assert capsys.readouterr().out == ""


COMMANDS = [shlex.split(line, comments=True) for block in blocks("sh") for line in block.splitlines()]


REVIEW = """<?xml version="1.0" encoding="UTF-8"?><COCHRANE_REVIEW><STUDIES_AND_REFERENCES><STUDIES>
<INCLUDED_STUDIES><STUDY ID="STD-A" NAME="A" YEAR="2001"/><STUDY ID="STD-B" NAME="B" YEAR="2002"/>
</INCLUDED_STUDIES></STUDIES></STUDIES_AND_REFERENCES><ANALYSES_AND_DATA><COMPARISON ID="CMP-001" NO="1">
<NAME>Drug versus placebo</NAME>
<DICH_OUTCOME ID="CMP-001.01" NO="1" METHOD="MH" RANDOM="NO" EFFECT_MEASURE="OR"
TOTALS="NO"><NAME>Death</NAME><GROUP_LABEL_1>Drug</GROUP_LABEL_1><GROUP_LABEL_2>Placebo</GROUP_LABEL_2>
<DICH_DATA STUDY_ID="STD-A" EVENTS_1="1" TOTAL_1="10" EVENTS_2="2" TOTAL_2="10"/>
<DICH_DATA STUDY_ID="STD-B" EVENTS_1="3" TOTAL_1="10" EVENTS_2="2" TOTAL_2="12"/>
</DICH_OUTCOME></COMPARISON></ANALYSES_AND_DATA></COCHRANE_REVIEW>"""


@pytest.mark.parametrize("command", [c for c in COMMANDS if c[0] == "bayes-ivig"], ids=" ".join)
def test_every_command_runs(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from bayes_ivig.cli import main

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", command)
    Path("my.csv").write_text(
        "study,treatment_events,treatment_total,control_events,control_total\nA,1,10,2,10\nB,3,10,2,12\n",
        encoding="utf-8",
    )
    Path("report.toml").write_text('title = "Mine"\nthresholds = [1.5]\n', encoding="utf-8")
    Path("review.rm5").write_text(REVIEW, encoding="utf-8")
    with pytest.raises(SystemExit) as left:
        main()
    out, err = capsys.readouterr()
    assert (left.value.code, [line for line in err.splitlines() if not line.startswith("written: ")]) == (
        0,
        [],
    )
    assert out


@pytest.mark.parametrize("command", [c for c in COMMANDS if c[0] == "make"], ids=" ".join)
def test_every_make_target_exists(command: list[str]) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{command[1]}:", makefile, flags=re.MULTILINE)


@pytest.mark.parametrize("target", [t for t in re.findall(r"\]\(([^)#]+)\)", TEXT) if "://" not in t])
def test_every_link_leads_somewhere(target: str) -> None:
    assert (ROOT / target).exists(), f"README.md links to {target}"
