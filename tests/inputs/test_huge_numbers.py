"""Every door that counts and printed numbers come in by states one largest, at once and in one message."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import bayes_ivig as bi
from bayes_ivig.errors import DataError
from bayes_ivig.inputs.counts.feasible_tables import cell_names, read_feasible
from bayes_ivig.inputs.counts.partial import PartialStudy, PartialTable, load_partial
from bayes_ivig.inputs.counts.study import LARGEST
from bayes_ivig.inputs.paper.claims import MOST_DECIMALS, MOST_WHOLE, Printed, read_claims

HEADER = "study,treatment_events,treatment_total,control_events,control_total\n"
CLAIM = "outcome,measure,estimate,ci_lower,ci_upper,level,k,n\ndeath,OR,2,1,4,{level},{k},{n}\n"
BEYOND = [LARGEST + 1, 2**31, 2**53, 10**12, 10**18, 10**30, 10**5000]
PARTIAL = PartialTable((PartialStudy("A", (1, 3), 10, (2, 2), 10),))

type Door = Callable[[str, Path], object]


def _written(folder: Path, text: str) -> Path:
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8")
    return path


DOORS: dict[str, Door] = {
    "a table": lambda n, folder: bi.load_dataset(_written(folder, f"{HEADER}A,1,{n},2,20\n")),
    "a partial table": lambda n, folder: load_partial(_written(folder, f"{HEADER}A,1,{n},,20\n")),
    "a claim": lambda n, folder: read_claims(
        _written(folder, CLAIM.format(level="0.95", k=3, n=n)),
    ),
    "feasible tables": lambda n, folder: read_feasible(
        _written(folder, f"{','.join(cell_names(PARTIAL))}\n{n}\n"), PARTIAL
    ),
}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("number", [*map(str, BEYOND[:-1]), "9" * 400, "9" * 5000])
def test_a_count_in_a_file_beyond_the_largest_is_one_short_message(
    door: str, number: str, tmp_path: Path
) -> None:
    with pytest.raises(DataError) as caught:
        DOORS[door](number, tmp_path)
    assert len(str(caught.value).splitlines()) == 1
    assert len(str(caught.value)) < 600


@pytest.mark.parametrize("number", BEYOND, ids=[f"{len(bin(n)) - 2} bits" for n in BEYOND])
def test_a_count_in_python_beyond_the_largest_is_refused_with_the_largest(number: int) -> None:
    for make in (
        lambda: bi.Study("A", 1, number, 2, 20),
        lambda: PartialStudy("A", (0, 5), number, (1, 1), 20),
        lambda: bi.Dataset.from_dataframe(
            pd.DataFrame([["A", 1, number, 2, 20]], columns=HEADER.strip().split(","))
        ),
    ):
        with pytest.raises(DataError) as caught:
            make()
        assert f"{LARGEST:,}" in str(caught.value)
        assert len(str(caught.value)) < 600


def test_the_largest_count_itself_is_taken(tmp_path: Path) -> None:
    study = bi.load_dataset(_written(tmp_path, f"{HEADER}A,1,0000{LARGEST}.0,{LARGEST},{LARGEST}\n")).studies[
        0
    ]
    assert study.counts == (1, LARGEST, LARGEST, LARGEST)
    assert bi.Study("A", np.int64(1), LARGEST, LARGEST, LARGEST) == study


def test_a_negative_count_of_many_digits_is_called_negative() -> None:
    with pytest.raises(DataError, match=r"-about 10\^40 is negative; a count is a whole number of 0 or more"):
        bi.Study("A", -(10**40), 10, 1, 10)


def test_a_printed_number_has_a_stated_number_of_digits() -> None:
    assert Printed("0" * 40 + "1" * MOST_WHOLE + "." + "3" * MOST_DECIMALS).decimals == MOST_DECIMALS
    for text in ("1" * (MOST_WHOLE + 1), "0." + "3" * (MOST_DECIMALS + 1), "9" * 5000):
        with pytest.raises(DataError, match=f"at most {MOST_WHOLE} digits .* {MOST_DECIMALS} after it"):
            Printed(text)


@pytest.mark.parametrize("level", ["1e-400", "1e-40", "0.99999999999999", "nan", "-0"])
def test_a_level_without_an_interval_is_refused(level: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"column level: .* a level lies between 0 and 1"):
        read_claims(_written(tmp_path, CLAIM.format(level=level, k=3, n=30)))
