"""Links to what is left out of a page, and cells whose limits are padded."""

from bayes_ivig.reporting.document.blocks import FIGURE_SPACE, Cell, Column, Prose, Section, Table
from bayes_ivig.reporting.document.inline import Cite, Link
from bayes_ivig.reporting.document.pointers import pointing, settled


def test_a_pointer_goes_with_what_it_leads_to_and_a_name_that_reads_like_one_stays():
    section = Section(
        "a",
        "A",
        (
            pointing("A finding.", "Details", "gone"),
            pointing("", "Details", "gone"),
            pointing("Here.", "Details", "a"),
            Prose((Link("Appendix: pain", "gone"), " is an outcome.")),
        ),
    )
    (kept,) = settled((section,))
    assert [block.parts for block in kept.blocks] == [
        ("A finding. ",),
        ("Here. ", Link("Appendix: Details.", "a", points=True)),
        ("Appendix: pain", " is an outcome."),
    ]


def test_limits_that_are_padded_keep_what_follows_them():
    cited = Cell("1.50 to 9.00", "strong", (Cite(("higgins2003",)),))
    table = Table("T", (Column("Trial", "text"), Column("OR")), (("a", cited), ("b", "10.50 to 11.61")))
    (_, first), _ = table.cells
    assert first == Cell(f"{FIGURE_SPACE}1.50 to {FIGURE_SPACE}9.00", "strong", cited.after)
