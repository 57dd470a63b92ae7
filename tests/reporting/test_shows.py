"""Every kind of result: a table, a document, a text and a command that say the same."""

import importlib
import json
import pkgutil
from typing import get_args, get_origin

import pandas as pd
import pytest
import typer
from result_examples import LEVELLED, MAKE, OWN_LEVEL, commands, data, example, model, posterior
from typer.testing import CliRunner

import bayes_ivig as bi
from bayes_ivig import results
from bayes_ivig.cli.app import app
from bayes_ivig.errors import ModelError
from bayes_ivig.reporting import any_result, shows
from bayes_ivig.reporting.wording.digits import PRINTED, cut
from bayes_ivig.results.posterior_tables import OneByOne
from bayes_ivig.results.shown import Result, Shown

pytestmark = pytest.mark.slow

# commands that write files, show what comes in, or print the kind of another command
NO_RESULTS = {"report", "models", "data"}
KINDS = sorted(shows.ROWS)


def kinds_of_the_union() -> set[str]:
    parts = get_args(any_result.Result.__value__)
    return {(get_origin(part) or part).__name__ for part in parts}


def classes_that_show_themselves() -> set[str]:
    """The kinds of all classes of the layer that take part in the contract."""
    names = [each.name for each in pkgutil.walk_packages(results.__path__, "bayes_ivig.results.")]
    found = {
        kind
        for name in names
        for kind in vars(importlib.import_module(name)).values()
        if isinstance(kind, type)
    }
    return {kind.KIND or kind.__name__ for kind in found if issubclass(kind, Shown) and kind is not Shown}


def printed(*arguments: str) -> str:
    done = CliRunner().invoke(app, arguments, env={"COLUMNS": "80"})
    assert done.exit_code == 0, (done.output, done.exception)
    return done.stdout


def test_every_kind_has_a_row_an_example_and_a_place_in_the_union():
    assert set(KINDS) == kinds_of_the_union() == classes_that_show_themselves() == set(MAKE)


def test_every_command_prints_a_kind():
    registered = {
        each.name or typer.main.get_command_name(each.callback.__name__) for each in app.registered_commands
    }
    registered |= {group.name for group in app.registered_groups}
    assert registered == {row.command for row in shows.ROWS.values() if row.command} | NO_RESULTS
    assert set(commands()) == {kind for kind, row in shows.ROWS.items() if row.command}


@pytest.mark.parametrize("kind", KINDS)
def test_the_functions_of_a_row_are_there(kind):
    row = shows.ROWS[kind]
    named = [row.text, row.document, row.csv, row.report]
    named += [f"{chart.module}:{name}" for chart in row.charts for name in (chart.plot, chart.alternative)]
    for name in filter(None, named):
        module, _, function = name.partition(":")
        assert callable(getattr(importlib.import_module(f"bayes_ivig.reporting.{module}"), function))


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_has_the_level_asked_for(kind):
    result = example(kind)
    assert isinstance(result, Result)
    assert shows.kind(result) == kind
    table = result.table()
    assert isinstance(table, pd.DataFrame)
    assert len(table.columns)
    pd.testing.assert_frame_equal(bi.table(result), table)
    if kind in OWN_LEVEL:
        with pytest.raises(ModelError, match=r"level is 0\.9; its limits are of"):
            result.table(level=0.9)
    else:
        assert result.table(level=0.9).equals(table) == (kind not in LEVELLED)
        pd.testing.assert_frame_equal(bi.table(result, level=0.9), result.table(level=0.9))


@pytest.mark.parametrize("kind", sorted(LEVELLED))
@pytest.mark.parametrize("level", [95, 0, 1, -0.5, "0.9"])
def test_a_level_that_is_none_is_refused(kind, level):
    with pytest.raises(ModelError, match=r"level is .*; it must (lie|be a number) between 0 and 1"):
        example(kind).table(level)


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_is_json_and_rounded(kind):
    document = example(kind).to_dict()
    assert document
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert cut(document, PRINTED) == document


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_is_the_same_from_both_doors(kind):
    result = example(kind)
    text = result.text()
    assert text == bi.text(result)
    assert len(text.splitlines()) > 1 or not len(result.table())


@pytest.mark.parametrize("kind", sorted(commands()))
def test_a_command_prints_the_text_and_the_document_of_its_result(kind):
    result, arguments = example(kind), commands()[kind]
    assert printed(*arguments) == result.text() + "\n"
    assert printed(*arguments, "--json") == json.dumps(result.to_dict(), indent=2, ensure_ascii=False) + "\n"


def test_the_options_of_a_fit_are_those_of_its_text_and_document():
    asked = {"level": 0.8, "thresholds": [1.5]}
    arguments = ("fit", commands()["Posterior"][1], "--level", "0.8", "--threshold", "1.5")
    assert printed(*arguments) == posterior().text(**asked) + "\n" == bi.text(posterior(), **asked) + "\n"
    assert json.loads(printed(*arguments, "--json")) == posterior().to_dict(**asked)
    with pytest.raises(TypeError, match="Posterior: no option 'levels'; it has level, thresholds"):
        posterior().text(levels=0.8)


def test_a_fit_tells_of_the_thresholds_that_the_data_state():
    assert "P(OR > 2)" in posterior().text()
    assert set(posterior().to_dict()["probability"]) == {
        "or_gt_1", "or_lt_1", "or_gt_2", "or_lt_0_5", "p_benefit",
    }  # fmt: skip


def test_trials_that_come_in_one_by_one_are_printed_as_the_command_prints_them():
    shown = OneByOne(bi.trials.accumulated(data(), model()), data(), model(), "cumulative")
    assert printed("subsets", commands()["OneByOne"][1], "--cumulative") == shown.text() + "\n"


def test_the_text_of_a_pooled_estimate_is_on_the_printed_scale():
    text = example("PooledEstimate").text()
    ratio = example("PooledEstimate").ratio
    row = next(line for line in text.splitlines() if line.startswith("pooled"))
    assert row.split()[2:] == [f"{ratio.estimate:.3f}", f"{ratio.lower:.3f}", "to", f"{ratio.upper:.3f}"]
    assert "odds ratio, event odds: drug over placebo" in " ".join(text.split())


def test_what_must_be_read_beside_a_posterior_is_in_its_text_and_its_document():
    silent = bi.Dataset((*data().studies, bi.Study("D", 0, 9, 0, 8)), "silent")
    decided = bi.fit(silent, bi.Model(alpha="normal(-8, 1)"))
    text = " ".join(decided.text().split())
    check = decided.to_dict()["baseline_check"]
    assert "cannot tell the arms apart: D, 0/9 v 0/8" in text
    assert ("the baseline prior matters" in text) == check["decides"]
    assert check["decides"] is True


def test_pooled_limits_of_another_level_are_those_of_pooling_at_it():
    for options in (
        {"method": "dl"},
        {"method": "reml", "hartung_knapp": True},
        {"method": "mh", "measure": "RD"},
    ):
        asked = bi.pool(data(), **options).table(level=0.8)
        pd.testing.assert_frame_equal(asked, bi.pool(data(), level=0.8, **options).table(), rtol=1e-12)


def test_a_part_of_a_series_is_shown_as_a_series():
    series = example("Refits")
    assert isinstance(series, tuple)
    assert list(bi.table(series[1:])["study"]) == list(series.table()["study"])[1:]
