"""Which tables become blocks on a telephone, and that their headings arrive there as they are."""

import pytest

from bayes_ivig.reporting.document.blocks import Column, Table
from bayes_ivig.reporting.document.stacking import MOST_COLUMNS, labels, stacks


def table(columns, *cells):
    return Table("T", (Column("Study", "text"), *columns), (("Byre 1999", *cells),))


@pytest.mark.parametrize(
    ("columns", "cells", "blocks"),
    [
        ((Column("Deaths"),), ("3",), False),
        ((Column("Deaths"), Column("Cows")), ("3", "20"), False),
        ((Column("Odds ratio"), Column("95% credible interval")), ("3.5", "1.50 to 11.57"), False),
        ((Column("A"),) * 5, ("1.50 to 11.57",) * 5, True),
        ((Column("Meaning", "long"),), ("word " * 80,), False),
        ((Column("A"),) * MOST_COLUMNS, ("1.50",) * MOST_COLUMNS, False),
    ],
)
def test_what_has_room_on_a_telephone_stays_a_table(columns, cells, blocks):
    assert stacks(table(columns, *cells)) is blocks


def test_headings_are_texts_of_a_style_sheet():
    made = table((Column("P(OR > 1)"), Column("A 'b' \\ c;}\n<")), "1", "2")
    assert labels(made) == "--h2:'P(OR\\a0 >\\a0 1)';--h3:'A \\27 b\\27  \\5c  c;}\\a <'"
