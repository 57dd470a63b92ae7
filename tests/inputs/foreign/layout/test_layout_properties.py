"""A table in any habit is read back as it is or refused, and never as other counts."""

from itertools import combinations
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from layout_grids import counts, sheet_of
from layout_habits import LABELS, PAIRS, WIDE, Counts, Written, trials, written

from bayes_ivig.errors import DataError
from bayes_ivig.inputs.foreign.found import Stated
from bayes_ivig.inputs.foreign.layout.tables import tables


def has_sums(found: dict[str, Counts]) -> bool:
    """Whether a trial is by chance the sum or the copy of others, which a reader takes it for."""
    rows = list(found.values())
    for size in range(1, len(rows)):
        for chosen in combinations(rows, size):
            if tuple(map(sum, zip(*chosen, strict=True))) in [row for row in rows if row not in chosen]:
                return True
    return len(set(rows)) < len(rows)


@settings(max_examples=150, deadline=None)
@given(written())
def test_what_is_written_is_what_is_read(table: Written) -> None:
    assume(not has_sums(table.counts))
    stated = Stated(treatment=table.arms[0], control=table.arms[1]) if table.unknown_arms else Stated()
    (found,) = tables(sheet_of(table.rows), stated)
    assert counts(found) == table.counts


@settings(max_examples=60, deadline=None)
@given(written())
def test_arms_without_names_are_never_guessed(table: Written) -> None:
    assume(not has_sums(table.counts))
    try:
        (found,) = tables(sheet_of(table.rows), Stated())
    except DataError as error:
        assert table.unknown_arms
        assert "reading 1" in str(error)
        assert "reading 2" in str(error)
    else:
        assert not table.unknown_arms
        assert counts(found) == table.counts


WIDE_NAMES = [(names[:2], names[2:]) for names in WIDE]
PAIR_NAMES = [(names[:2], names[2:]) for names in PAIRS]


@pytest.mark.parametrize("names", [*WIDE_NAMES, *PAIR_NAMES], ids=str)
@given(found=trials())
@settings(max_examples=10, deadline=None)
def test_swapping_the_names_of_the_arms_swaps_the_counts(
    names: tuple[tuple[str, ...], tuple[str, ...]], found: dict[str, Counts]
) -> None:
    assume(not has_sums(found))
    nonevents = names in PAIR_NAMES
    rows = [[study, *map(str, without(four) if nonevents else four)] for study, four in found.items()]
    for header, turned in ((names, False), (names[::-1], True)):
        (read,) = tables(sheet_of([["Study", *header[0], *header[1]], *rows]), Stated())
        assert counts(read) == {name: swapped(four) if turned else four for name, four in found.items()}


@pytest.mark.parametrize("labels", LABELS, ids=str)
@given(found=trials())
@settings(max_examples=10, deadline=None)
def test_swapping_the_labels_of_the_arms_swaps_the_counts(
    labels: tuple[str, str], found: dict[str, Counts]
) -> None:
    assume(not has_sums(found))
    for (one, other), turned in ((labels, False), (labels[::-1], True)):
        wanted = {name: swapped(four) if turned else four for name, four in found.items()}
        wide = [[study, one, str(a), str(n), other, str(c), str(m)] for study, (a, n, c, m) in found.items()]
        long = [
            row
            for study, (a, n, c, m) in found.items()
            for row in ([study, one, str(a), str(n)], [study, other, str(c), str(m)])
        ]
        over = [[study, *map(str, four)] for study, four in found.items()]
        written = [
            [["Study", "T.1", "R.1", "N.1", "T.2", "R.2", "N.2"], *wide],
            [["Study", "T", "R", "N"], *long],
        ]
        if labels[0] in ("Drug", "intervention"):  # the others are no names of columns
            pairs = [[row[0], f"{row[1]}/{row[2]}", f"{row[3]}/{row[4]}"] for row in over]
            written += [
                [["", one, "", other, ""], ["Study", "Events", "Total", "Events", "Total"], *over],
                [["Study", one, other], *pairs],
            ]
        for rows in written:
            (read,) = tables(sheet_of(rows), Stated())
            assert counts(read) == wanted


def swapped(four: Counts) -> Counts:
    """Return the counts with the arms exchanged."""
    a, n, c, m = four
    return c, m, a, n


def without(four: Counts) -> tuple[int, int, int, int]:
    """Return events and people without the event of both arms."""
    a, n, c, m = four
    return a, n - a, c, m - c


@settings(max_examples=60, deadline=None)
@given(trials(), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_columns_does_not_matter(found: dict[str, Counts], chance: Random) -> None:
    assume(not has_sums(found))
    rows = [["Study", "event.e", "n.e", "event.c", "n.c", "Year"]]
    rows += [[study, *map(str, four), "2001"] for study, four in found.items()]
    order = list(range(6))
    chance.shuffle(order)
    body = rows[1:]
    chance.shuffle(body)
    (read,) = tables(sheet_of([[row[place] for place in order] for row in (rows[0], *body)]), Stated())
    assert counts(read) == found
    assert list(counts(read)) == [row[0] for row in body]
