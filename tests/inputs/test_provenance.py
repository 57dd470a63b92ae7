"""How every count is known: for a row, for a count, and in words."""

from pathlib import Path

import pytest

from bayes_ivig.errors import DataError
from bayes_ivig.inputs.counts.dataset import load_dataset
from bayes_ivig.inputs.counts.provenance import count_statuses, provenance
from bayes_ivig.inputs.counts.statuses import STATUSES, status_words
from bayes_ivig.inputs.counts.study import COUNTS

HEADER = "study,treatment_events,treatment_total,control_events,control_total"


@pytest.mark.parametrize("outcome", ["live_birth", "obstetric_complication", "neonatal_outcome"])
def test_every_bundled_count_says_how_it_is_known(outcome: str) -> None:
    dataset = load_dataset("ivig", outcome)
    found = provenance(dataset)
    assert len(found) == 4 * len(dataset)
    assert set(found["status"]) <= set(STATUSES)
    assert found["basis"].all()
    mahmoud = found[(found["study"] == "Mahmoud 2004")].set_index("count")
    if outcome == "live_birth":
        assert mahmoud["status"].to_dict() == dict(
            zip(COUNTS, ("reconstructed", "reported") * 2, strict=True)
        )
        assert mahmoud["value"].tolist() == [5, 7, 6, 8]


def test_a_row_speaks_for_counts_that_say_nothing_themselves(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(
        HEADER + ",status,control_events_status,basis\na,1,5,2,6,reported,imputed,Table 2\nb,1,5,2,6,,,\n"
    )
    assert count_statuses(load_dataset(path)) == (("reported", "reported", "imputed", "reported"), ("",) * 4)
    path.write_text(path.read_text().replace("imputed", "guessed"))
    with pytest.raises(
        DataError,
        match=r"row 2: column control_events_status: found 'guessed'; must be one of reported, derived",
    ):
        load_dataset(path)
    path.write_text(HEADER + "\na,1,5,2,6\n")
    assert provenance(load_dataset(path))["status"].tolist() == [""] * 4


@pytest.mark.parametrize(
    ("statuses", "words"),
    [
        (("reported",) * 4, "reported"),
        (("",) * 4, ""),
        (("reconstructed", "reported") * 2, "events reconstructed; totals reported"),
        (("reported", "reported", "derived", "reported"), "events reported / derived; totals reported"),
        (("reported", "", "", ""), "events reported / not said"),
    ],
)
def test_in_words(statuses: tuple[str, ...], words: str) -> None:
    assert status_words(statuses) == words
