"""Characteristics of studies: how columns are coded, and what is refused."""

import numpy as np
import pandas as pd
import pytest

import bayes_ivig as bi
from bayes_ivig.inputs.characteristics.covariates import design_of, flags_of, number_of

TABLE = pd.DataFrame(
    {
        "study": ["A & Söhne", "B, C", "D/E", "F"],
        "treatment_events": [3, 5, 0, 7],
        "treatment_total": [10, 12, 9, 20],
        "control_events": [2, 6, 1, 9],
        "control_total": [11, 12, 9, 21],
        "year": ["1999", "2001", "2003", "2009"],
        "design": ["open", "double blind", "open", "none"],
        "age": ["30", "", "31", "n/a"],
        "mixed": ["1", "2", "3", "unclear"],
        "same": ["x", "x", "x", "x"],
    }
)
DATA = bi.Dataset.from_dataframe(TABLE)


def coded(**settings: object) -> object:
    return design_of(DATA, DATA.study_names, bi.models.MetaRegression(**settings))


def test_a_numeric_column_is_centred_and_scaled_by_the_studies() -> None:
    found = coded(covariates=["year"])
    column = np.array(found.rows)[:, 0]
    assert column == pytest.approx(
        (np.array([1999, 2001, 2003, 2009]) - 2003) / np.std([1999, 2001, 2003, 2009], ddof=1)
    )
    assert found.names == ("year",)
    assert found.row({"year": 2003}) == (0.0,)


def test_a_stated_reference_is_the_zero() -> None:
    found = coded(covariates=["year", "design"], references={"year": 2000, "design": "open"})
    assert found.names == ("year", "design=double blind", "design=none")
    assert found.row({}) == (0.0, 0.0, 0.0)
    assert found.row({"year": "2000", "design": "none"}) == (0.0, 0.0, 1.0)
    assert found.codings[1] == "design: double blind, none, each against open"


def test_the_first_level_in_alphabetical_order_is_the_reference() -> None:
    found = coded(covariates="design")
    assert found.names == ("design=none", "design=open")
    assert found.rows == ((0.0, 1.0), (0.0, 0.0), (0.0, 1.0), (1.0, 0.0))


def test_interactions_are_products_of_coded_numbers_in_stated_units() -> None:
    designs, years = ["open", "none", "blind"] * 3, range(2000, 2009)
    table = pd.concat([TABLE] * 3, ignore_index=True).iloc[:9].assign(study=list("abcdefghi"))
    data = bi.Dataset.from_dataframe(table.assign(design=designs, year=years))
    model = bi.models.MetaRegression(
        covariates=["year", "design", "year:design"],
        references={"year": 2000, "design": "open"},
        units={"year": 10},
    )
    found = design_of(data, data.study_names, model)
    assert model.columns == ("year", "design")
    assert found.names == ("year", "design=blind", "design=none", "year:design=blind", "year:design=none")
    assert found.labels[0] == "year, per 10"
    assert found.labels[3] == "year, per 10, times design blind against open"
    assert found.row({"year": 2015, "design": "none"}) == (1.5, 0.0, 1.0, 0.0, 1.5)
    assert found.row({"year": 2015}) == (1.5, 0.0, 0.0, 0.0, 0.0)
    rows = np.array(found.rows)
    assert rows[:, 3] == pytest.approx(rows[:, 0] * rows[:, 1])
    assert rows[2, 3] == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"covariates": ["age"]}, "column age: no value for B, C, F; fill it in, leave these studies out"),
        ({"covariates": ["mixed"]}, "column mixed: mostly numbers, but also 'unclear'"),
        ({"covariates": ["same"]}, "column same: 'x' in every study of the likelihood, so it says nothing"),
        ({"covariates": ["yaer"]}, "no column 'yaer' (did you mean 'year'?)"),
    ],
)
def test_what_cannot_be_used_is_refused(settings: dict[str, object], words: str) -> None:
    with pytest.raises(bi.errors.DataError) as error:
        coded(**settings)
    assert words in str(error.value)


def test_all_unfit_columns_at_once() -> None:
    with pytest.raises(bi.errors.DataError) as error:
        coded(covariates=["age", "mixed", "year", "same"])
    assert len(str(error.value).splitlines()) == 3


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "covariates: none"),
        ({"covariates": ["a", "a"]}, "covariates: more than once: a"),
        ({"covariates": 3}, "covariates: found 3; it must be a list of names"),
        (
            {"covariates": ["a"], "references": {"b": 1}},
            "references.b: not a covariate of this model; they are a",
        ),
        ({"covariates": ["a"], "references": {"a": True}}, "references.a: found True"),
        (
            {"covariates": ["a"], "shrinkage": "lasso"},
            "shrinkage: found 'lasso'; allowed are stated, learned",
        ),
        ({"covariates": ["a"], "beta": "flat()"}, "beta: flat() is improper"),
        ({"covariates": ["a"], "beta_scale": "normal(0, 1)"}, "beta_scale: normal(0, 1) reaches below 0"),
    ],
)
def test_impossible_regressions_are_refused(settings: dict[str, object], words: str) -> None:
    with pytest.raises(bi.errors.ModelError) as error:
        bi.models.MetaRegression(**settings)
    assert words in str(error.value)


def test_a_reference_that_no_study_has() -> None:
    with pytest.raises(
        bi.errors.ModelError, match=r"reference of design: found 'opne' \(did you mean 'open'\?\)"
    ):
        coded(covariates=["design"], references={"design": "opne"})
    with pytest.raises(bi.errors.ModelError, match="reference of year: found 'old'; the column is numeric"):
        coded(covariates=["year"], references={"year": "old"})


def test_values_to_predict_at_are_checked() -> None:
    found = coded(covariates=["year", "design"])
    with pytest.raises(
        bi.errors.ModelError, match=r"no covariate 'yeer' in the model \(did you mean 'year'\?\)"
    ):
        found.row({"yeer": 2000})
    with pytest.raises(bi.errors.ModelError, match="no study has the level 'shut'"):
        found.row({"design": "shut"})
    with pytest.raises(bi.errors.ModelError, match="it is numeric here, so give a number"):
        found.row({"year": "soon"})


@pytest.mark.parametrize(
    ("cell", "number"),
    [("3.5", 3.5), ("1e3", 1000.0), ("1_000", None), ("nan", None), ("inf", None), ("x", None)],
)
def test_only_plain_finite_numbers_are_numbers(cell: str, number: float | None) -> None:
    assert number_of(cell) == number


def test_the_case_brings_its_table_of_characteristics() -> None:
    live = bi.load_dataset("ivig", "live_birth").trials("-Yamada 2022")
    model = bi.models.MetaRegression(
        covariates=["comparator_class", "apl_share"], references={"comparator_class": "placebo"}
    )
    found = design_of(live, live.study_names, model)
    assert found.names == (
        "comparator_class=active",
        "comparator_class=no_treatment",
        "comparator_class=not_a_control",
        "apl_share",
    )
    assert len(found.rows) == 8


# Flags


def flags(data: bi.Dataset, **settings: object) -> tuple[bool, ...]:
    return flags_of(data, data.study_names, bi.models.BiasAdjusted(**settings))


def test_flags_by_column_and_by_name() -> None:
    assert flags(DATA, flag_column="design", unflagged_values=["double blind"]) == (True, False, True, True)
    assert flags(DATA, flagged=["D/E"]) == (False, False, True, False)
    live = bi.load_dataset("ivig", "live_birth")
    by_column = flags(live, flag_column="randomised", unflagged_values="yes")
    assert [name for name, flag in zip(live.study_names, by_column, strict=True) if not flag] == list(
        live.trial_sets["randomised"]
    )


def test_a_flag_that_flags_nothing_is_refused() -> None:
    with pytest.raises(bi.errors.DataError, match="no study of the likelihood is flagged"):
        flags(DATA, flag_column="same", unflagged_values=["x"])
    with pytest.raises(bi.errors.DataError, match=r"flagged: no study 'D'"):
        flags(DATA, flagged=["D", "F"])
    # a trial set may lack a flagged study
    assert flags(DATA.trials(["F", "B, C"]), flagged=["D/E", "F"]) == (False, True)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "either list studies in flagged, or give a flag_column"),
        ({"flagged": ["A"], "flag_column": "x", "unflagged_values": ["y"]}, "not both"),
        ({"flag_column": "x"}, "flag_column: needs unflagged_values beside it"),
        ({"flag_column": 3, "unflagged_values": ["y"]}, "flag_column: found 3"),
        ({"flagged": ["A"], "kappa": "half_normal(1e-9)"}, "kappa: half_normal(1e-09) allows nothing but 0"),
    ],
)
def test_impossible_bias_models_are_refused(settings: dict[str, object], words: str) -> None:
    with pytest.raises(bi.errors.ModelError) as error:
        bi.models.BiasAdjusted(**settings)
    assert words in str(error.value)


@pytest.mark.parametrize(
    "name", ["meta_regression", "meta_regression_shrunk", "bias_adjusted", "joint_outcome"]
)
def test_bundled_models_state_every_prior_they_use(name: str) -> None:
    model = bi.load_model(name)
    assert model.KIND in ("meta_regression", "bias_adjusted", "joint_outcome")
    unused = {"beta_scale"} if getattr(model, "shrinkage", "") == "stated" else set()
    assert {parameter for parameter, _, _ in model.notes} == set(model.PRIORS) - unused
    assert all(why and source for _, why, source in model.notes)
