import pytest

from bayes_ivig.errors import DataError
from bayes_ivig.inputs.paper.bibliography import bibliography, read_bibliography


def works(tmp_path, text):
    path = tmp_path / "works.bib"
    path.write_text(text, encoding="utf-8")
    return read_bibliography(path)


def test_brackets_quotes_numbers_and_comments(tmp_path):
    (work,) = works(
        tmp_path,
        "% a comment, @ and all\n@Article{key1,\n author = {O'Brien, "
        "Ann and {Group of A and B} and others},\n"
        ' title = {On {IgG}\n  and more}, journal = "A {B}", year = 2020,\n}\n',
    )
    assert (work.key, work.kind, work.field("title"), work.field("year")) == (
        "key1",
        "article",
        "On IgG and more",
        "2020",
    )
    assert work.authors == (("O'Brien", "Ann"), ("Group of A & B", ""), ("others", ""))
    assert work.field("journal") == "A B" and work.field("doi") == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("@misc{a, author = {B}\n@misc{c, author = {D}}", "line 1: a: not understood"),
        ("@misc{a, author = {B}, title = {x}, year = nineteen}", "in brackets or in quotes"),
        ("\n@misc{a, author = {B", "line 2: a: a bracket or quote is not closed"),
        ("@misc{a, title = {B}}", "no author"),
        ("@misc{a, author = {B}}\n@misc{a, author = {C}}", "line 2: a: the key is used twice"),
    ],
)
def test_what_does_not_read_is_said_with_its_line(tmp_path, text, said):
    with pytest.raises(DataError) as raised:
        works(tmp_path, text)
    assert said in str(raised.value) and "works.bib" in str(raised.value)


def test_brackets_that_are_never_closed_are_not_all_looked_for(tmp_path, monkeypatch):
    """Each is looked for to the end of the file: 20,000 of them took minutes."""
    from bayes_ivig.inputs.paper import bibliography as module

    heads = []
    monkeypatch.setattr(module, "FIELD", Counted(module.FIELD, heads))
    with pytest.raises(DataError, match="not closed"):
        works(tmp_path, "@misc{a, author = {B\n" * 5000)
    assert len(heads) < 100


class Counted:
    """A pattern that counts how often it is asked."""

    def __init__(self, pattern, asked):
        self.pattern, self.asked = pattern, asked

    def match(self, text, at):
        self.asked.append(at)
        return self.pattern.match(text, at)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(DataError, match="no such file"):
        read_bibliography(tmp_path / "none.bib")


def test_the_bundled_works_have_authors_and_years():
    found = bibliography()
    assert len(found) > 50
    assert [work.key for work in found if not work.field("year")] == ["nba_australia"]
