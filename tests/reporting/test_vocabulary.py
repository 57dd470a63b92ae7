"""One vocabulary for the columns of every public table: names that need no quoting, limits in pairs, and the
level of limits beside them.
"""

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

import public_calls
import pytest
from result_examples import MAKE, example

import bayes_ivig as bi
from bayes_ivig.measures import measure_of
from bayes_ivig.reporting import shows

pytestmark = pytest.mark.slow

FORMER = re.compile(r"(^|_)q\d+_\d+$|_q\d|lower_\d|upper_\d|q\d+\.|(^|_)effect_(median|lower|upper)$")
QUANTILES = {
    "PriorCheck": re.compile(r"q\d+(_\d+)?$")
}  # the one table that has quantiles at levels of its own
BY_STUDY = re.compile(
    r"(theta|alpha)\[.+\]", re.DOTALL
)  # draws by study, named as ArviZ and the posterior do
OTHERS = {"zone"}  # limits that somebody chose, which hold no share of anything
RR = [("A", 5, 40, 12, 41), ("B", 4, 50, 9, 52), ("C", 2, 20, 3, 19)]


def faults(frame: Any, kind: str = "") -> list[str]:
    """What is wrong with the names of a table's columns and rows."""
    names = [*map(str, frame.columns), *(str(name) for name in frame.index.names if name is not None)]
    quantile = QUANTILES.get(kind)
    own = [name for name in names if quantile is None or not quantile.match(name)]
    plain = [name for name in names if not BY_STUDY.fullmatch(name)]
    wrong = [f"{name}: no identifier" for name in plain if not name.isidentifier()]
    wrong += [f"{name}: a name of before" for name in own if FORMER.search(name)]
    for one, other in (("lower", "upper"), ("upper", "lower")):
        starts = [name.removesuffix(one) for name in names if name == one or name.endswith(f"_{one}")]
        wrong += [f"{start}{one}: no {start}{other}" for start in starts if f"{start}{other}" not in names]
        starts = [start for start in starts if start.strip("_") not in OTHERS]
        levels = {"shared_level" if start == "shared_" else "level" for start in starts}
        wrong += [f"{level}: not there" for level in sorted(levels) if level not in names]
    if "level" in frame:
        known = frame["level"].dropna()
        wrong += [] if known.between(0, 1, inclusive="neither").all() else ["level: not between 0 and 1"]
    return list(dict.fromkeys(wrong))


def gives_frame(function: Callable[..., Any]) -> bool:
    """Whether a function says that it returns a table."""
    return "DataFrame" in str(inspect.signature(function).return_annotation)


def called() -> Iterator[tuple[str, Any]]:
    """Every table that a public function, method or property returns."""
    for call in (*public_calls.functions(), *public_calls.methods()):
        if gives_frame(call.function) and not call.name.startswith("plot."):
            yield call.name, call.function(**call.arguments)
    for name, one in public_calls.instances().items():
        for attribute in dir(type(one)):
            member = getattr(type(one), attribute, None)
            if isinstance(member, property) and member.fget is not None and gives_frame(member.fget):
                yield f"{name}.{attribute}", getattr(one, attribute)


def test_every_public_table_speaks_one_language() -> None:
    tables = {name: table for name, table in called() if hasattr(table, "columns")}
    assert len(tables) > 60
    assert {"trials.subsets", "priors.compare", "Benefit.zones", "Posterior.summary"} <= set(tables)
    found = {name: faults(table, name.partition(".")[0]) for name, table in tables.items()}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("kind", MAKE)
def test_every_result_speaks_it_in_its_table_and_in_its_file(kind: str) -> None:
    result = example(kind)
    assert faults(shows.table(result), kind) == []
    assert faults(shows.csv(result), kind) == []


@pytest.mark.parametrize("code", ["RR", "RD"])
def test_other_measures_have_the_names_of_odds_ratios_with_their_own_key(code: str) -> None:
    measure = measure_of(code)
    data = bi.Dataset(tuple(bi.Study(*row) for row in RR), measure=code)
    ratios = bi.Dataset(tuple(bi.Study(*row) for row in RR))
    model = bi.Model(likelihood="normal", mu="normal(0, 0.5)", tau="half_normal(0.1)")
    for ask in (bi.trials.subsets, bi.trials.without_each, bi.trials.accumulated):
        own, others = list(ask(data, model).columns), list(ask(ratios, model).columns)
        key, turn = measure.key, "gt_1" if measure.log else "gt_0"
        expected = [re.sub(r"(^|_)or(_|$)", rf"\1{key}\2", name) for name in others]
        expected = [name.replace("gt_1", turn).replace("_ratio", "_ratio" if measure.log else "_change")
                    for name in expected]  # fmt: skip
        assert own == expected
        assert faults(ask(data, model)) == []


def test_what_is_wrong_is_noticed() -> None:
    import pandas as pd

    frame = pd.DataFrame({"or_q2.5": [1.0], "rr_lower": [0.4], "lower_0.95": [0.4], "mu_q50": [0.1]})
    wrong = " ".join(faults(frame))
    for word in ("or_q2.5: no identifier", "no rr_upper", "level: not there", "mu_q50: a name of before"):
        assert word in wrong
