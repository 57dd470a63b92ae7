"""Every command on a table of events and person-time, and on one of effective counts."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from typer.testing import CliRunner

import bayes_ivig as bi
from bayes_ivig.analyses.checks.predictive import posterior_predictive_check, prior_predictive_check
from bayes_ivig.cli.app import app

pytestmark = pytest.mark.filterwarnings("ignore::bayes_ivig.errors.ReadNote")
TRIALS = [("Alpha", 12, 1200.5, 22, 1180), ("Beta", 5, 800, 11, 790), ("Gamma", 30, 3000, 41, 3050)]
RATES = "\n".join(["study,x1i,t1i,x2i,t2i", *(",".join(map(str, row)) for row in TRIALS)])
FRACTIONAL = (
    "study,treatment_events,treatment_total,control_events,control_total\n"
    "Alpha,12.5,100,22,101\nBeta,5,80,11.4,79.2\nGamma,30,300,41,305\n"
)
COMMANDS = [
    ["fit"],
    ["pool"],
    ["compare-priors"],
    ["subsets"],
    ["subsets", "--leave-one-out"],
    ["tipping"],
    ["benefit"],
]


def printed(folder: Path, table: str, command: list[str]) -> str:
    (folder / "table.csv").write_text(table)
    result = CliRunner().invoke(app, [command[0], str(folder / "table.csv"), *command[1:]])
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_takes_rates(tmp_path: Path, command: list[str]) -> None:
    text = printed(tmp_path, RATES, command)
    assert "incidence rate ratio" in text
    assert "odds" not in text
    assert "binomial" not in text
    document = json.loads(printed(tmp_path, RATES, [*command, "--json"]))
    assert "odds" not in json.dumps(document)


def test_no_event_is_moved_where_there_are_no_whole_people(tmp_path: Path) -> None:
    assert "known by events and person-time" in " ".join(printed(tmp_path, RATES, ["tipping"]).split())
    document = json.loads(printed(tmp_path, RATES, ["tipping", "--json"]))
    assert document["fragility"] is None
    text = " ".join(printed(tmp_path, FRACTIONAL, ["tipping", "--fractional"]).split())
    assert "counted by effective numbers, which are no whole people: Alpha, Beta" in text


def test_the_usual_pooling_of_rates_is_by_inverse_variance(tmp_path: Path) -> None:
    logs = np.array([math.log(r1 / t1 / (r0 / t0)) for _, r1, t1, r0, t0 in TRIALS])
    weights = np.array([1 / (1 / r1 + 1 / r0) for _, r1, _, r0, _ in TRIALS])
    document = json.loads(printed(tmp_path, RATES, ["pool", "--json"]))
    assert document["method"] == "reml"
    assert document["tau2"] == 0  # so that the weights are those of a common effect
    assert document["estimate"] == pytest.approx((weights @ logs) / weights.sum(), rel=1e-6)


def test_pooling_says_where_half_an_event_was_added(tmp_path: Path) -> None:
    document = json.loads(printed(tmp_path, f"{RATES}\nDelta,0,150,3,160", ["pool", "--json"]))
    assert document["zero_cells"]["rule"].startswith("0.5 added to the events of both arms")
    assert document["zero_cells"]["studies_altered"] == ["Delta"]


@pytest.fixture
def rates(tmp_path: Path) -> bi.Dataset:
    (tmp_path / "rates.csv").write_text(RATES)
    return bi.load_dataset(str(tmp_path / "rates.csv"))


def test_events_in_person_time_are_foretold_as_poisson(rates: bi.Dataset) -> None:
    """With the effect fixed, events of an arm given its own log rate are a gamma mixture of Poissons."""
    model = bi.Model(effects="common", mu=bi.priors.Normal(math.log(0.6), 1e-3))
    check = posterior_predictive_check(bi.fit(rates, model), replicate="conditional")
    for row, (r1, t1, r0, t0) in zip(check.rows[::2], [trial[1:] for trial in TRIALS], strict=True):
        # under a flat log baseline the expected events of treatment are gamma(r1 + r0) times their share
        share = 0.6 * t1 / (0.6 * t1 + t0)
        events = stats.nbinom(r1 + r0, 1 / (1 + share))
        assert row.expected == pytest.approx((r1 + r0) * share, rel=0.02)
        assert abs(row.lower - events.ppf(0.025)) <= 1
        assert abs(row.upper - events.ppf(0.975)) <= 1
        assert row.lower == round(row.lower)


def test_prior_rates_are_no_risks(rates: bi.Dataset) -> None:
    model = bi.Model(
        effects="common", mu=bi.priors.Normal(0, 1e-3), alpha=bi.priors.Normal(2, 0.5), measure="IRR"
    )
    check = prior_predictive_check(rates, model)
    rate = next(row for row in check.quantities if row.quantity == "event rate, treatment")
    expected = np.exp(stats.norm(2, 0.5).ppf(check.levels))
    assert rate.quantiles == pytest.approx(expected, rel=0.01)
    assert not rate.extreme


def test_nothing_is_said_to_be_added_where_no_trial_has_counts(tmp_path: Path) -> None:
    estimates = "study,yi,sei,measure\nA,0.1,0.2,HR\nB,-0.3,0.25,HR\nC,0.05,0.3,HR\n"
    for command in ("fit", "benefit"):
        text = " ".join(printed(tmp_path, estimates, [command]).split())
        assert "0.5 added" not in text
        assert "estimates and standard errors as given" in text
