"""Every public function, constructor and method with something else in the place of each argument: it works,
or says in one short message what was wrong with which argument.

In CI a fixed part of all pairs is tried; all of them with EVERY_WRONG_KIND=1, which takes some minutes.
"""

import inspect
import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import pandas as pd
import public_calls
import pytest
from public_calls import Call

import bayes_ivig as bi
from bayes_ivig.errors import ArgumentError, BayesIvigError, DataError, ModelError, UnknownNameError
from bayes_ivig.kinds.checked import checked

sys.path.append(str(Path(__file__).parent / "reporting"))  # of the examples of every result

EVERY = "EVERY_WRONG_KIND" in os.environ
PART = 6  # one in so many pairs of an argument and a value is tried, the same ones each time
SHORT = 500  # characters
# whose work takes seconds when nothing is wrong with the arguments: tried with what fits nowhere
COSTLY = {
    "reanalyze", "write_report", "render_brief", "render_html", "render_markdown", "Reanalysis.text",
    "Reanalysis.to_dict", "NUTS.fit", "checks.check_model", "checks.posterior_predictive_check",
    "published.audit", "Posterior.to_arviz",
}  # fmt: skip
FITS_NOWHERE = ("nan", "bytes", "object", "function", "nested list", "frame", "huge")


@cache
def values() -> dict[str, Any]:
    """Something of every kind that a user may give, right in one place and wrong in most."""
    import result_examples as examples

    return {
        "None": None, "3": 3, "-1": -1, "0": 0, "95": 95, "1.5": 1.5, "True": True, "huge": 10**30,
        "nan": float("nan"), "inf": float("inf"), "text": "x", "empty text": "", "bytes": b"x",
        "empty list": [], "empty dict": {}, "empty tuple": (), "nested list": [[1, 2], [3]],
        "frame": examples.data().to_dataframe(), "dataset": examples.data(), "model": bi.Model(),
        "posterior": examples.posterior(), "reanalysis": examples.example("Reanalysis"),
        "prior": bi.priors.Normal(0, 1), "class": bi.Dataset,
        "function": lambda *_: None, "object": object(), "module": np, "array": np.array([1.0, 2.0]),
        "array of objects": np.array([None, "x"], object), "series": pd.Series([0.1, 0.2]),
    }  # fmt: skip


def pairs(call: Call) -> Iterator[tuple[str, str]]:
    """The arguments of a call with the values that are tried in their place."""
    for name in call.parameters:
        for value in FITS_NOWHERE if call.name in COSTLY else values():
            if EVERY or crc32(f"{call.name} {name} {value}".encode()) % PART == 0:
                yield name, value


def wrong_with(call: Call, name: str, value: str) -> str:
    """What goes wrong when an argument has another value, beside a message as it should be."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            call.with_one(name, values()[value])
        except ArgumentError as error:
            if len(str(error)) >= SHORT or name not in str(error):
                return f"says: {error}"
        except BayesIvigError as error:
            if len(str(error)) >= 4 * SHORT:
                return f"says: {error}"
        except Exception as error:
            return f"{type(error).__name__}: {error}"
    numeric = [str(each.message) for each in caught if issubclass(each.category, RuntimeWarning)]
    return f"warns: {numeric[0]}" if numeric else ""


@pytest.mark.parametrize("kind", ["functions", "constructors", "methods"])
def test_any_value_in_any_place(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = list(getattr(public_calls, kind)())
    monkeypatch.chdir(tmp_path)  # some of the values are good names of files
    tried, wrong = 0, []
    for call in calls:
        for name, value in pairs(call):
            tried += 1
            if problem := wrong_with(call, name, value):
                wrong.append(f"{call.name}({name}={value}): {problem[:SHORT]}")
    assert tried > 300
    assert not wrong, "\n".join(wrong)


# Ranges of numbers

RANGES = {
    "level": (0, 1, 95, -0.5, np.nan, np.inf, "0.95", True),
    "seed": (-1, 10**30, 1.5, "1", True),
    "width": (0, -1, 10**30, np.nan, "80"),
    "tolerance": (0, -1, np.nan, "x"),
    "refinements": (-1, 95, 1.5),
}


@pytest.mark.parametrize("name", RANGES)
def test_numbers_out_of_range_are_refused_wherever_they_are_taken(name: str) -> None:
    calls = [*public_calls.functions(), *public_calls.methods()]
    calls += [call for call in public_calls.constructors() if call.name in ("Quadrature", "NUTS")]
    taking = [call for call in calls if name in call.parameters and call.name != "NUTS"]
    assert taking
    for call in taking:
        for value in RANGES[name]:
            with pytest.raises((ModelError, DataError), match=name):
                call.with_one(name, value)


def test_probabilities_thresholds_and_nan() -> None:
    mu = values()["posterior"]["mu"]
    for wrong in (95, -0.1, [0.5, 2], np.nan, "x"):
        with pytest.raises(ModelError, match="p is"):
            mu.quantile(wrong)
    for wrong in (np.nan, [0.0, np.nan], "1", None):
        with pytest.raises(ModelError, match="x is"):
            mu.prob_above(wrong)
    assert (mu.prob_above(np.inf), mu.prob_above(-np.inf)) == (0, 1)
    with pytest.raises(ModelError, match="thresholds: found -1"):
        bi.priors.compare(values()["dataset"], -1, mu="normal(0, 1)", tau="half_normal(1)")


def test_a_share_of_variance_beyond_its_limits_has_the_probability_of_all_or_nothing() -> None:
    fraction = values()["posterior"].heterogeneity_fraction()
    assert (fraction.prob_above(-1), fraction.prob_above(2)) == (1, 0)
    assert (fraction.density(-1), fraction.density(2)) == (0, 0)


# What is said


@pytest.mark.parametrize(
    ("ask", "place", "write"),
    [
        (lambda v: bi.fit(v["frame"], bi.Model()), "dataset is a pandas DataFrame of 3 x 6",
         "from_dataframe(df)"),
        (lambda v: bi.fit(v["posterior"], bi.Model()), "dataset is a Posterior", "write posterior.dataset"),
        (lambda v: bi.fit(bi.Model(), v["dataset"]), "dataset is a Model",
         "dataset and model look exchanged"),
        (lambda v: bi.fit(v["dataset"], bi.Model(), engine=bi.NUTS), "engine is the class NUTS",
         "write NUTS(...)"),
        (lambda v: bi.fit(v["dataset"], "binomial_norml"), "'binomial_norml': nothing",
         "did you mean"),
        (lambda v: bi.fit(v["dataset"], 3), "model is 3", "or the name of one"),
        (lambda v: bi.trials.subsets(bi.trials.by_class(v["dataset"], "design")), "dataset is a ByClass",
         "write its .dataset"),
        (lambda v: bi.trials.subsets(v["reanalysis"]), "subsets: dataset is a Reanalysis",
         'trial_set("all").dataset'),
        (lambda v: bi.benefit(v["reanalysis"]), "benefit: posterior is a Reanalysis",
         'trial_set("all").posterior'),
        (lambda _: bi.pool("own.csv", method="dl"), "pool: dataset is the text",
         "write load_dataset('own.csv')"),
        (lambda v: bi.published.audit(v["dataset"]), "claims is a Dataset (mine)", "dataset), claims first"),
        (lambda v: bi.trials.leave_k_out(v["dataset"], 1), "frame is a Dataset", "write subsets(dataset)"),
        (lambda v: bi.checks.loo(v["dataset"]), "loo: posterior is a Dataset", "write fit(dataset)"),
        (lambda v: bi.plot.forest(bi.pool(v["dataset"], method="dl"), v["posterior"]), "plot.forest",
         "exchanged"),
        (lambda v: v["posterior"]["mu"].interval(95), "Marginal.interval: level is 95", "for example 0.95"),
        (lambda _: bi.Dataset.from_dataframe([1]), "Dataset.from_dataframe: df is a list of 1",
         "pandas.DataFrame("),
        (lambda v: bi.plot.forest(v["posterior"], bi.pool(v["dataset"], method="dl"), order="yaer"),
         "order is the text 'yaer'", "did you mean 'year'?"),
        (lambda v: bi.trials.standing(v["frame"], "A"), "trials is the text 'A'", "a list of texts"),
        (lambda v: v["posterior"].weighted({"A": "x"}), "weights['A'] is the text 'x'", "a number"),
        (lambda v: bi.plot.prior_sensitivity(v["frame"]), "frame is a pandas DataFrame",
         "write priors.compare(dataset"),
        (lambda v: bi.text(v["posterior"], levels=3), "no option 'levels'", "level, thresholds"),
        (lambda v: v["posterior"].text(level="x"), "Posterior.text: level is the text", "between 0 and 1"),
        (lambda v: bi.fit(v["dataset"].complement, bi.Model()), "the function complement",
         "must be a Dataset"),
    ],
)  # fmt: skip
def test_the_message_says_what_to_write(ask: Any, place: str, write: str) -> None:
    with pytest.raises((ArgumentError, ModelError)) as caught:
        ask(values())
    assert place in str(caught.value)
    assert write in str(caught.value)


def test_a_frame_of_another_library_is_said_to_be_one() -> None:
    lookalike = type("DataFrame", (), {"__module__": "polars.dataframe", "to_pandas": lambda self: self})
    with pytest.raises(
        ArgumentError, match=r"df is a polars DataFrame; .* a pandas DataFrame.*: write df.to_pandas"
    ):
        bi.Dataset.from_dataframe(lookalike())
    assert bi.Dataset.from_dataframe(type("Own", (pd.DataFrame,), {})(values()["frame"])) is not None


def test_the_error_is_what_every_user_may_catch() -> None:
    for kind in (BayesIvigError, DataError, ModelError, TypeError):
        with pytest.raises(kind, match="posterior is 3"):
            bi.checks.loo(3)  # type: ignore[arg-type]


def test_a_name_that_is_not_there_is_missing_as_in_a_dict() -> None:
    theta = values()["posterior"].theta
    assert "Nobody" not in theta
    assert theta.get("Nobody") is None
    with pytest.raises(UnknownNameError, match=r"^posterior.theta: 'Nobody' is not in the dataset"):
        theta["Nobody"]


# What is taken for what it stands for


def test_numbers_lists_and_paths_of_other_libraries_are_taken() -> None:
    data, posterior = values()["dataset"], values()["posterior"]
    plain = bi.pool(data, method="dl", level=0.9)
    for level in (np.float64(0.9), np.array(0.9), pd.Series([0.9]).iloc[0]):
        assert bi.pool(data, method="dl", level=level) == plain
    assert len(bi.trials.subsets(data, size=np.int64(2))) == 3  # type: ignore[arg-type]
    curve = bi.priors.prior_width_curve(data, widths=(0.5, 1.0))
    for widths in (np.array([0.5, 1.0]), pd.Series([0.5, 1.0]), [0.5, 1]):
        pd.testing.assert_frame_equal(bi.priors.prior_width_curve(data, widths=widths), curve)
    for names in (
        ["A", "B"],
        ("A", "B"),
        np.array(["A", "B"]),
        (name for name in "AB"),
        pd.Index(["A", "B"]),
    ):
        assert data.trials(names).study_names == ("A", "B")
    assert posterior["mu"].prob_above(pd.Series([0.0, 1.0])).shape == (2,)


def test_what_is_checked_looks_as_it_was_written() -> None:
    assert str(inspect.signature(bi.checks.loo)).startswith("(posterior: bayes_ivig.results")
    assert bi.checks.loo.__doc__ is not None
    assert bi.checks.loo.__doc__.startswith("Return leave-one-study-out")
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'dataset'"):
        bi.fit()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="takes 1 positional argument but 2"):
        bi.pool(values()["dataset"], "dl")  # type: ignore[misc, call-arg]


def test_kinds_of_every_annotation() -> None:
    @checked
    def asked(
        one: "pd.DataFrame | None" = None,
        pair: tuple[float, int] = (1.0, 1),
        names: "frozenset[str] | None" = None,
        *more: int,
        **others: Any,
    ) -> tuple[Any, ...]:
        return one, pair, names, more, others

    assert asked(None, [1, 2], frozenset("a"), 1, 2, other=object)[1:4] == ((1, 2), frozenset("a"), (1, 2))
    for wrong, said in [
        ((3,), "one is 3; it must be a pandas DataFrame"),
        ((None, (1, 2.5)), r"pair\[1\] is 2.5; it must be a whole number"),
        ((None, (1, 2, 3)), "pair is a tuple of 3; it must be a tuple of a number, a whole number"),
        ((None, (1, 2), None, 1, True), "more is True; it must be a whole number"),
    ]:
        with pytest.raises(ArgumentError, match=said):
            asked(*wrong)


def test_nothing_is_imported_to_check() -> None:
    code = (
        "import sys, bayes_ivig as bi\n"
        "try: bi.Dataset.from_dataframe(3)\nexcept TypeError as e: print(e)\nprint('pandas' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == (
        "Dataset.from_dataframe: df is 3; it must be a pandas DataFrame, or one of polars, pyarrow and "
        "the like\nFalse\n"
    )
