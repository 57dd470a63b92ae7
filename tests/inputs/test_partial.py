"""Tables known in part: limits, defaults, and what is refused; feasible tables; other ways to count."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bayes_ivig.analyses.other_models.other_counts import compare_alternatives
from bayes_ivig.engines.fitting import fit
from bayes_ivig.errors import DataError
from bayes_ivig.frequentist.pooling import pool
from bayes_ivig.inputs.counts.counted_otherwise import with_alternative
from bayes_ivig.inputs.counts.dataset import load_dataset
from bayes_ivig.inputs.counts.feasible_tables import cell_names, feasible_csv, read_feasible
from bayes_ivig.inputs.counts.partial import PartialStudy, PartialTable, load_partial
from bayes_ivig.inputs.model.two_arm import Model

HEADER = "study,treatment_events,treatment_total,control_events,control_total"
WIDE = HEADER + ",treatment_events_min,treatment_events_max,control_events_min,control_events_max\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "partly.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_unknown_events_run_from_nobody_to_everybody_unless_limited(tmp_path: Path) -> None:
    table = load_partial(written(tmp_path, WIDE + "a,,7,,9,,,,\nb,,5,2,6,1,3,,\nc,0,4,0,0,,,,\n"))
    assert [(s.treatment, s.control) for s in table.studies] == [
        ((0, 7), (0, 9)),
        ((1, 3), (2, 2)),
        ((0, 0), (0, 0)),
    ]
    assert table.size == 8 * 10 * 3
    assert table.unknown == (("a", "treatment"), ("a", "control"), ("b", "treatment"))


def test_the_bundled_box() -> None:
    table = load_partial("ivig", "preterm_birth")
    assert table.size == 53_635_081_500
    assert load_partial("ivig", "live_birth").size == 1
    assert load_partial(table) is table


def test_a_dataframe_and_other_programs_names() -> None:
    df = pd.DataFrame({"study": ["a", "b"], "ai": [None, 3], "n1i": [5, 6], "ci": [1, np.nan], "n2i": [4, 7]})
    table = load_partial(df)
    assert [(s.treatment, s.control) for s in table.studies] == [((0, 5), (1, 1)), ((3, 3), (0, 7))]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("a,,,,9,,,,\n", "row 2: column treatment_total: empty; only events may be unknown"),
        ("a,,7,,9,5,3,,\n", "the least, 5, is above the most, 3"),
        ("a,,7,,9,,8,,\n", "8 events in an arm of 7"),
        ("a,4,7,,9,5,6,,\n", "4 lies outside its own limits"),
        (",,7,,9,,,,\n", "every row needs a study name"),
        ("a,,7,,9,,,,\na,,7,,9,,,,\n", "names must differ"),
        ("a,,7,,-9,,,,\n", "found -9"),
        ("", "no studies"),
    ],
)
def test_what_is_refused(tmp_path: Path, rows: str, words: str) -> None:
    with pytest.raises(DataError, match=words):
        load_partial(written(tmp_path, WIDE + rows))


def test_feasible_tables_go_to_a_file_and_come_back(tmp_path: Path) -> None:
    table = PartialTable(
        (PartialStudy("Ö 1 (b)", (0, 3), 5, (2, 2), 4), PartialStudy("c", (0, 1), 2, (0, 6), 9))
    )
    events = np.array([[[0, 2], [1, 5]], [[3, 2], [0, 0]]])
    path = written(tmp_path, feasible_csv(table, events))
    assert cell_names(table) == ("ö_1_b_treatment", "c_treatment", "c_control")
    assert np.array_equal(read_feasible(path, table), events)
    for text, words in (
        ("a,b\n1,2\n", "columns are not the unknown"),
        (path.read_text().replace("3,", "4,"), "row 3: a number of events outside"),
        (path.read_text().replace("3,", "x,"), "not a whole number"),
    ):
        with pytest.raises(DataError, match=words):
            read_feasible(written(tmp_path, text), table)


def test_an_alternative_changes_what_it_names_and_nothing_else() -> None:
    live = load_dataset("ivig", "live_birth")
    changed = with_alternative(live, "yamada_all_randomised")
    assert [s.counts for s in changed.studies if s.name == "Yamada 2022"] == [(29, 53, 17, 49)]
    assert [s for s in changed.studies if s.name != "Yamada 2022"] == [
        s for s in live.studies if s.name != "Yamada 2022"
    ]
    assert "Heilmann 2001" not in with_alternative(live, "without_heilmann").study_names
    lost = with_alternative(load_dataset("ivig", "miscarriage"), "yamada_all_randomised")
    assert [s.counts for s in lost.studies if s.name == "Yamada 2022"] == [(24, 53, 32, 49)]
    with pytest.raises(DataError, match="yamada_all_randomised"):
        with_alternative(live, "yamada_all_randomized")


def test_the_alternatives_side_by_side() -> None:
    live = load_dataset("ivig", "live_birth")
    rows = compare_alternatives(live, trials=("randomised_apl", "all")).set_index(["trials", "alternative"])
    assert len(rows.loc["all"]) == 1 + 7
    assert set(rows.loc["randomised_apl"].index) == {
        "", "dendrinos_all_randomised", "triolo_withdrawn_lost", "triolo_withdrawn_born", "all_randomised"
    }  # fmt: skip
    own = with_alternative(live, "stricker_all_women")
    row, mu = rows.loc[("all", "stricker_all_women")], fit(own, Model())["mu"]
    assert row["or_median"] == pytest.approx(float(np.exp(mu.quantile(0.5))), rel=1e-9)
    assert row["prob_or_gt_1"] == pytest.approx(mu.prob_above(0.0), rel=1e-9)
    assert row["pooled_or"] == pytest.approx(
        float(np.exp(pool(own, method="revman-random").estimate or 0)), rel=1e-9
    )
    with pytest.raises(DataError, match="no alternatives"):
        compare_alternatives(load_dataset("ivig", "neonatal_outcome"))


def test_a_sidecar_of_ones_own_may_state_alternatives(tmp_path: Path) -> None:
    path = written(tmp_path, HEADER + "\na,1,9,2,9\nb,3,9,4,9\n")
    sidecar = path.with_suffix(".toml")
    sidecar.write_text('[alternatives.itt]\ntitle = "All"\ncounts = { a = [1, 12, 2, 9] }\n')
    assert compare_alternatives(load_dataset(path))["k"].tolist() == [2, 2]
    for text, words in (
        ("counts = { a = [1, 12, 2] }", "alternatives.itt.counts.a: found .* four whole numbers"),
        ("counts = { a = [13, 12, 2, 9] }", "13 events in an arm of 12"),
        ('drop = "a"', "alternatives.itt.drop: found 'a'; must be a list"),
        ('titel = "x"', "alternatives.itt.titel: unknown key.*title"),
        ('title = "x"', "alternatives.itt: changes nothing"),
    ):
        sidecar.write_text(f"[alternatives.itt]\n{text}\n")
        with pytest.raises(DataError, match=words):
            load_dataset(path)
    sidecar.write_text('[alternatives.itt]\ndrop = ["aa"]\n')
    with pytest.raises(DataError, match=r"names 'aa'.*'a'"):
        compare_alternatives(load_dataset(path))
