import pytest

from bayes_ivig.errors import DataError
from bayes_ivig.inputs.counts.table import Table
from bayes_ivig.inputs.evidence.search import Step, check_steps, stages, steps_of
from bayes_ivig.inputs.evidence.tables import evidence_table


def table(*rows, columns=("step", "kind", "count")):
    return Table("flow.csv", columns, rows, tuple(range(2, len(rows) + 2)))


def test_what_the_paper_does_not_print_is_unknown_and_the_rest_is_a_difference():
    found = stages(steps_of(evidence_table("prisma").records()))
    assert [stage.kept.count for stage in found] == [73500, 1195, 9, 6]
    assert [stage.lost for stage in found] == [72305, 1186, 3, None]
    assert [step.count for step in found[1].removed] == [None, None]
    assert found[1].unexplained is None


def test_printed_reasons_are_held_against_the_difference():
    rows = (
        ("found", "kept", "100"),
        ("twice", "removed", "30"),
        ("other", "removed", "50"),
        ("kept", "kept", "10"),
    )
    first, last = stages(steps_of(table(*rows).records()))
    assert (first.lost, first.unexplained) == (90, 10)
    assert (last.lost, last.unexplained, last.removed) == (None, None, ())


@pytest.mark.parametrize(("before", "after"), [("", "10"), ("100", "")])
def test_without_both_numbers_there_is_no_difference(before, after):
    rows = (("found", "kept", before), ("twice", "removed", "30"), ("kept", "kept", after))
    first, _ = stages(steps_of(table(*rows).records()))
    assert (first.lost, first.unexplained) == (None, None)


def test_a_table_without_kinds_keeps_every_step_and_what_is_removed_first_belongs_nowhere():
    plain = steps_of(table(("found", "12"), ("kept", "7"), columns=("step", "count")).records())
    assert plain == (Step("found", 12), Step("kept", 7))
    assert stages((Step("before", 3, removed=True),)) == ()


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("", "kept", "3"), "column step: blank"),
        (("found", "lost", "3"), "must be kept or removed"),
        (("found", "kept", "3.5"), "column count"),
        (("found", "kept", "-1"), "must be 0 or more"),
        (("found", "kept", "many"), "leave it empty where no number is printed"),
    ],
)
def test_what_is_wrong_is_said_with_its_row(row, said):
    with pytest.raises(DataError, match=r"flow\.csv: row 2") as raised:
        check_steps(table(row))
    assert said in str(raised.value)


def test_the_bundled_table_passes_and_loses_articles_at_every_step():
    steps = evidence_table("prisma")
    check_steps(steps)
    kept = [step.count for step in steps_of(steps.records()) if not step.removed]
    assert len(kept) == 4
    assert kept == sorted(kept, reverse=True)
