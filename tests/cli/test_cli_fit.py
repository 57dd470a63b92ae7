"""``bayes-ivig fit``: the JSON others rely on, the text people read, and an answer to every wrong option."""

from collections.abc import Callable
from pathlib import Path

import pytest
from command import Ran, table

from bayes_ivig.likelihoods.registry import NAMES, likelihood

pytestmark = pytest.mark.slow

type Ask = Callable[..., Ran]

LIVE = ("fit", "ivig", "--outcome", "live_birth")
TWO = "A,1,10,2,10\nB,3,10,2,10\n"
KEYS = [
    "json", "dataset", "measure", "level", "interval", "thresholds", "model", "engine", "k", "k_informative",
    "k_listed", "uninformative", "learnt_nothing", "baseline_check", "mu", "tau", "theta_new", "effect",
    "odds_ratio", "prediction", "probability", "log_marginal_likelihood", "studies", "diagnostics",
    "provenance",
]  # fmt: skip
SUMMARY = ["mean", "sd", "q2_5", "q50", "q97_5"]


def test_the_document_has_the_keys_of_the_contract(ask: Ask) -> None:
    ran = ask(*LIVE, "--json")
    found = ran.document
    assert (ran.status, ran.err) == (0, "")
    assert list(found) == KEYS
    assert [list(found[name]) for name in ("mu", "tau", "theta_new")] == [SUMMARY] * 3
    assert list(found["odds_ratio"]) == ["median", "lower", "upper", "level"]
    assert list(found["probability"]) == ["or_gt_1", "or_gt_1_25", "or_lt_1", "or_lt_0_8", "p_benefit"]
    assert found["dataset"] == {"name": "ivig", "outcome": "live_birth", "trials": "all"}
    assert found["model"]["tau"] == "half_normal(0.5)"
    assert (found["k"], found["k_listed"], len(found["studies"])) == (9, 9, 9)
    assert (found["k_informative"], found["uninformative"], found["learnt_nothing"]) == (
        8,
        ["Branch 2000"],
        False,
    )
    further = ["weight", "predictive_p", "log_predictive_density", "without"]
    assert [list(study)[:6] for study in found["studies"]] == [["study", "theta", *further]] * 9
    assert list(found["studies"][0]["theta"]) == SUMMARY
    assert list(found["diagnostics"])[:2] == ["ok", "problems"]
    assert {"version", "data_sha256"} == set(found["provenance"])
    # all nine trials, as the README prints it
    assert found["probability"]["or_gt_1"] == pytest.approx(0.886, abs=5e-4)
    assert found["probability"]["or_gt_1"] + found["probability"]["or_lt_1"] == pytest.approx(1)


def test_the_level_names_the_keys(ask: Ask) -> None:
    found = ask(*LIVE, "--level", "0.9", "--json").document
    assert list(found["mu"]) == ["mean", "sd", "q5", "q50", "q95"]
    assert (found["level"], found["odds_ratio"]["level"]) == (0.9, 0.9)
    assert list(ask(*LIVE, "--level", "0.999", "--json").document["tau"])[2:] == ["q0_05", "q50", "q99_95"]


@pytest.mark.parametrize(
    ("options", "keys"),
    [
        (("--threshold", "1.5"), ["or_gt_1", "or_gt_1_5", "or_lt_1", "or_lt_0_666667"]),
        (
            ("--threshold", "2", "--threshold", "1.1"),
            ["or_gt_1", "or_gt_1_1", "or_gt_2", "or_lt_1", "or_lt_0_909091", "or_lt_0_5"],
        ),
        (("--threshold", "0.5"), ["or_gt_1", "or_gt_2", "or_lt_1", "or_lt_0_5"]),
        (("--threshold", "1"), ["or_gt_1", "or_lt_1"]),
    ],
)
def test_thresholds(ask: Ask, tmp_path: Path, options: tuple[str, ...], keys: list[str]) -> None:
    found = ask("fit", table(tmp_path, TWO), *options, "--json").document["probability"]
    assert [key for key in found if key != "p_benefit"] == keys


def test_thresholds_of_the_sidecar(ask: Ask, tmp_path: Path) -> None:
    path = table(tmp_path, TWO)
    Path(path).with_suffix(".toml").write_text("thresholds = [2, 1.5]\n", encoding="utf-8")
    assert list(ask("fit", path, "--json").document["probability"])[:3] == ["or_gt_1", "or_gt_1_5", "or_gt_2"]
    assert list(ask("fit", path, "--threshold", "3", "--json").document["probability"])[:2] == [
        "or_gt_1",
        "or_gt_3",
    ]


@pytest.mark.parametrize(
    ("trials", "k", "label"),
    [
        ("published", 6, "published"),
        ("Branch 2000, Yamada 2022", 2, "Branch 2000, Yamada 2022"),
        ("-Stricker 2000", 8, "-Stricker 2000"),
        ("-Stricker 2000,-Branch 2000", 7, "-Stricker 2000, -Branch 2000"),
        ("all", 9, "all"),
    ],
)
def test_trials(ask: Ask, trials: str, k: int, label: str) -> None:
    for given in (("--trials", trials), (f"--trials={trials}",)):
        found = ask(*LIVE, *given, "--json").document
        assert (found["k"], found["k_listed"], found["dataset"]["trials"]) == (k, k, label)


def test_priors_and_model_on_the_command_line(ask: Ask) -> None:
    priors = (
        "--mu-prior",
        "normal(mean=0, sd=1)",
        "--tau-prior",
        "log_normal_tau2(-3.52, 1.74)",
        "--alpha-prior",
        "logistic(0, 1)",
    )
    found = ask(*LIVE, *priors, "--baseline", "midpoint", "--json").document["model"]
    assert found == {
        "name": "binomial_normal, changed", "likelihood": "binomial", "effects": "random",
        "mu": "normal(0, 1)", "tau": "log_normal_tau2(-3.52, 1.74)", "alpha": "logistic(0, 1)",
        "baseline": "midpoint",
    }  # fmt: skip
    assert (
        ask(*LIVE, "--model", "hypergeometric_normal", "--json").document["model"]["name"]
        == "hypergeometric_normal"
    )


def test_what_does_not_exist_is_null_with_a_note(ask: Ask) -> None:
    found = ask(*LIVE, "--mu-prior", "flat()", "--json").document
    assert found["log_marginal_likelihood"] is None
    assert found["note"] == "log_marginal_likelihood: an improper prior has no marginal likelihood"


def test_studies_that_say_nothing_are_listed(ask: Ask, tmp_path: Path) -> None:
    path = table(tmp_path, TWO + "Empty,0,0,3,9\nNone,0,12,0,11\n")
    found = ask("fit", path, "--json").document
    assert (found["k"], found["k_listed"], found["not_in_the_likelihood"]) == (3, 4, ["Empty"])
    found = ask("fit", path, "--likelihood", "hypergeometric", "--json").document
    assert (found["k"], found["k_listed"], found["not_in_the_likelihood"]) == (2, 4, ["Empty", "None"])
    assert "not in the likelihood" in ask("fit", path).out


def test_an_option_without_use_is_said(ask: Ask, tmp_path: Path) -> None:
    path = table(tmp_path, TWO)
    ran = ask(
        "fit",
        path,
        "--likelihood",
        "normal",
        "--alpha-prior",
        "normal(0, 1)",
        "--baseline",
        "midpoint",
        "--json",
    )
    assert ran.status == 0
    assert ran.document["model"]["alpha"] == "none: no baseline parameter"
    assert ran.err.splitlines() == [
        f"note: {option} is not used: the normal likelihood has no baseline parameter"
        for option in ("--alpha-prior", "--baseline")
    ]
    assert (
        "--tau-prior is not used"
        in ask("fit", path, "--effects", "common", "--tau-prior", "half_normal(1)").err
    )
    assert "--seed is not used" in ask("fit", path, "--seed", "3").err
    assert "--colour-by is not used" in ask("subsets", path, "--colour-by", "A").err


# Text


def test_the_text_holds_every_choice(ask: Ask) -> None:
    ran = ask(*LIVE, "--trials", "randomised")
    assert ran.status == 0
    assert "Live birth: IVIG against comparator, 5 of 5 studies" in ran.out
    chance = ask(*LIVE, "--trials", "randomised", "--json").document["probability"]
    above, below = chance["or_gt_1_25"], chance["or_lt_0_8"]
    assert (
        f"P(OR > 1.25) = {above:.3f}, P(0.8 to 1.25) = {1 - above - below:.3f}, P(OR < 0.8) = {below:.3f}\n"
        in ran.out
    )
    text = " ".join(ran.out.split())
    for choice in (
        "trial set: randomised (Branch 2000",
        "likelihood: binomial in each arm",
        "mu ~ normal(0, 2.82)",
        "tau ~ half_normal(0.5)",
        "alpha ~ normal(0, 10), the mean log odds of the two arms",
        "95% credible interval",
        "an event is good, so OR > 1 favours IVIG",
        "checks: passed",
    ):
        assert choice in text
    assert "the baseline prior matters" not in text  # .186 and .185
    decided = " ".join(ask("fit", "ivig", "--outcome", "neonatal_outcome").out.split())
    assert (
        "the baseline prior matters: P(OR > 1) is 0.744 under alpha ~ normal(0, 10), "
        "0.725 under normal(0, 2.5)" in decided
    )


def test_the_baseline_is_not_named_where_there_is_none(ask: Ask) -> None:
    ran = ask(*LIVE, "--likelihood", "hypergeometric")
    assert "alpha ~" not in ran.out
    assert "baseline prior" not in ran.out


ODD = (
    '"Doe, J ""x"" 1999",1,10,2,10\n東京大学,3,10,2,10\n"\x1b[31mred",1,9,2,8\n-odd,1,9,2,8\n'
    "\u05e9\u05dc\u05d5\u05dd,1,9,2,8\n" + f"{'A very long name ' * 8},1,9,2,8\n"
)


@pytest.mark.parametrize("command", ["fit", "pool"])
def test_any_name_fits_on_the_page_and_commands_nothing(ask: Ask, tmp_path: Path, command: str) -> None:
    ran = ask(command, table(tmp_path, ODD))
    assert ran.status == 0
    assert max(len(line) for line in ran.out.splitlines()) <= 80
    assert "\x1b" not in ran.out
    assert "東京大学" in ran.out
    assert 'Doe, J "x" 1999' in ran.out


def test_names_are_whole_in_json(ask: Ask, tmp_path: Path) -> None:
    path = table(tmp_path, ODD)
    assert ask("fit", path, "--json").document["studies"][0]["study"] == 'Doe, J "x" 1999'
    assert ask("fit", path, "--trials", 'Doe, J "x" 1999', "--json").document["k"] == 1
    assert ask("fit", path, "--trials=-odd", "--json").document["k"] == 1


@pytest.mark.parametrize("likelihood", ["binomial", "hypergeometric", "normal"])
@pytest.mark.parametrize(
    "rows",
    [
        "A,1,10,2,10\n",
        "A,10,10,0,10\nB,20,20,0,30\n",
        "A,500000,1000000,400000,1000000\nB,1,1000000,5,1000000\n",
        "A,0,10,3,10\nB,0,0,3,10\nC,0,9,0,9\n",
    ],
    ids=["one study", "separated", "a million women", "zeros"],
)
def test_any_table_has_an_answer(ask: Ask, tmp_path: Path, likelihood: str, rows: str) -> None:
    ran = ask("fit", table(tmp_path, rows), "--likelihood", likelihood, "--json")
    assert ran.status == 0
    assert 0 <= ran.document["probability"]["or_gt_1"] <= 1
    assert (
        max(
            len(line)
            for line in ask("fit", table(tmp_path, rows), "--likelihood", likelihood).out.splitlines()
        )
        <= 80
    )


# Wrong input


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nothing",), "'nothing': nothing of that name is bundled in data/"),
        (("nothing.csv",), "nothing.csv: no such file"),
        (("ivig",), "several outcomes; choose one of live_birth"),
        (("ivig", "--outcome", "live_brith"), "(did you mean 'live_birth'?)"),
        (("ivig", "--outcome", "preterm_birth"), "known only in part"),
        ((*LIVE[1:], "--trials", "Nobody 1999"), "no trial set or study 'Nobody 1999'"),
        ((*LIVE[1:], "--trials", ""), "an empty trial set"),
        ((*LIVE[1:], "--level", "0"), "--level: found 0; must lie between 0 and 1"),
        ((*LIVE[1:], "--level", "nan"), "--level: found nan"),
        ((*LIVE[1:], "--threshold", "0"), "--threshold: found 0; must be an odds ratio"),
        ((*LIVE[1:], "--threshold", "inf"), "--threshold: found inf"),
        ((*LIVE[1:], "--engine", "stan"), "--engine: found 'stan'"),
        ((*LIVE[1:], "--model", "nope"), "'nope': nothing of that name is bundled in models/"),
        ((*LIVE[1:], "--model", "nope.toml"), "nope.toml: no such file"),
        ((*LIVE[1:], "--likelihood", "binomal"), "likelihood: found 'binomal' (did you mean 'binomial'?)"),
        ((*LIVE[1:], "--effects", "fixed"), "effects: found 'fixed'"),
        ((*LIVE[1:], "--baseline", "left"), "baseline: found 'left'"),
        (
            (*LIVE[1:], "--mu-prior", "nomal(0, 1)"),
            "mu: prior 'nomal(0, 1)': unknown family 'nomal' (did you mean 'normal'?)",
        ),
        ((*LIVE[1:], "--mu-prior", "half_normal(1)"), "mu: half_normal(1) allows no negative values"),
        ((*LIVE[1:], "--tau-prior", "normal(0, 1)"), "tau: normal(0, 1) reaches below 0"),
        (
            (*LIVE[1:], "--tau-prior", "half_normal(-1)"),
            "tau: prior 'half_normal(-1)': half_normal: scale is -1; it must be above 0",
        ),
        ((*LIVE[1:], "--alpha-prior", "flat()"), "alpha: flat() cannot be a baseline prior"),
        (
            (*LIVE[1:], "--trials", "Branch 2000", "--tau-prior", "flat()"),
            "the posterior does not exist under an improper prior",
        ),
        ((*LIVE[1:], "--level", "x"), "--level"),
        ((*LIVE[1:], "--nonsense"), "No such option"),
        ((), "Missing argument"),
    ],
)
@pytest.mark.parametrize("json", [(), ("--json",)], ids=["text", "json"])
def test_wrong_input(ask: Ask, arguments: tuple[str, ...], said: str, json: tuple[str, ...]) -> None:
    ran = ask("fit", *arguments, *json)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_all_that_is_wrong_in_a_file_is_told_at_once(ask: Ask, tmp_path: Path) -> None:
    ran = ask("fit", table(tmp_path, "A,-1,10,2,10\nB,11,10,2,10\nC,x,10,2,10\n,1,10,2,10\n"))
    assert (ran.status, ran.out) == (2, "")
    assert len(ran.err.splitlines()) == 4
    assert ran.err.startswith("error: ")
    assert all("mine.csv: row " in line for line in ran.err.splitlines())


def test_a_table_that_says_nothing(ask: Ask, tmp_path: Path) -> None:
    ran = ask("fit", table(tmp_path, "A,0,10,0,10\n"), "--likelihood", "normal")
    assert (ran.status, ran.out) == (2, "")
    assert "no study carries information under the normal likelihood" in ran.err


def test_failed_checks_leave_with_status_1(ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from bayes_ivig.engines import quadrature
    from bayes_ivig.results.posterior.diagnostics import Diagnostics

    fit = quadrature.Quadrature.fit
    failed = Diagnostics("quadrature", ("mu: not good enough",), ())
    monkeypatch.setattr(
        quadrature.Quadrature, "fit", lambda self, *inputs: replace(fit(self, *inputs), diagnostics=failed)
    )
    ran = ask("fit", table(tmp_path, TWO), "--json")
    assert ran.status == 1
    assert ran.document["diagnostics"] == {"ok": False, "problems": ["mu: not good enough"]}
    assert ran.err == "check failed: mu: not good enough\n"
    assert "- checks: FAILED" in ask("fit", table(tmp_path, TWO)).out


@pytest.mark.parametrize("name", NAMES)
def test_every_likelihood_by_name(ask: Ask, tmp_path: Path, name: str) -> None:
    ran = ask("fit", table(tmp_path, TWO), "--likelihood", name, "--alpha-prior", "normal(0, 2)", "--json")
    assert (ran.status, ran.document["model"]["likelihood"]) == (0, name)
    assert ("--alpha-prior is not used" in ran.err) != likelihood(name).has_baseline
    assert name in " ".join(ask("fit", "--help").out.split())
