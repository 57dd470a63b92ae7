"""A result where it stands alone: one line that says its answer, and a small table for notebooks that is safe
on any page.
"""

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import numpy as np
import public_calls
import pytest
from result_examples import MAKE, data, example, posterior

import bayes_ivig as bi
from bayes_ivig.reporting import shows
from bayes_ivig.reporting.display.kinds import KINDS as WORDED
from bayes_ivig.results.posterior.series import PosteriorSeries

pytestmark = pytest.mark.slow

MOST = 200
KINDS = sorted(MAKE)
EVIL = "<script>alert(1)</script>"
VOID = {"br"}


class Page(HTMLParser):
    """What a piece of HTML holds; raises an error where a tag is not closed as it was opened."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.cells: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self.open and self.open[-1] in ("td", "th"):
            self.cells[-1] += data


def in_one_line(value: object) -> str:
    line = repr(value)
    assert len(line) <= MOST, line
    assert line.isprintable(), line
    return line


@pytest.mark.parametrize("kind", KINDS)
def test_a_result_says_its_answer_in_one_line(kind: str) -> None:
    line = in_one_line(example(kind))
    assert line.startswith(kind)
    assert len(line.partition(": ")[2]) > 5


@pytest.mark.parametrize("kind", KINDS)
def test_a_result_is_a_table_in_a_notebook(kind: str) -> None:
    html = example(kind)._repr_html_()
    page = Page(html)
    assert "table" in page.tags
    assert any(page.cells), "a table with nothing in it"
    assert not {"script", "style", "link", "img", "iframe"} & set(page.tags)
    assert not {"src", "href", "onclick"} & {name for name, _ in page.attributes}
    assert "nan" not in page.cells and "None" not in page.cells
    # no colour of its own: what is seen on a light page is seen on a dark one
    styles = " ".join(value or "" for name, value in page.attributes if name == "style")
    assert not re.search(r"(?<![-\w])(color|background)", styles)
    assert len(html) < 30_000


def test_the_line_has_the_numbers_of_the_posterior() -> None:
    post = posterior()
    lower, upper = post.odds_ratio.interval()
    numbers = f"OR {post.odds_ratio.median:.2f} ({lower:.2f} to {upper:.2f})"
    assert repr(post) == f"Posterior(mine, k=3): {numbers}, P(OR < 1) = {post.odds_ratio.prob_below(1):.3f}"
    ratio = example("PooledEstimate").ratio
    assert f"OR {ratio.estimate:.3f} ({ratio.lower:.3f} to {ratio.upper:.3f})" in repr(
        example("PooledEstimate")
    )
    assert repr(post["mu"]).startswith(f"Marginal: median {post['mu'].median:.3g} (")


def test_a_published_set_stands_in_the_line() -> None:
    published = bi.fit(bi.load_dataset("ivig", "live_birth").trials("published"), bi.Model())
    assert repr(published).startswith("Posterior(ivig live_birth (published), k=")


def test_the_table_has_the_numbers_of_the_text() -> None:
    cells = Page(posterior()._repr_html_()).cells
    at = cells.index("pooled (mu)")
    summary = posterior().summary().loc["mu"]
    assert cells[at + 2] == f"{summary.iloc[1]:.3g}"
    ratio = example("PooledEstimate").ratio
    cells = Page(example("PooledEstimate")._repr_html_()).cells
    at = cells.index("pooled")
    assert cells[at + 1 : at + 3] == [f"{ratio.estimate:.3f}", f"{ratio.lower:.3f} to {ratio.upper:.3f}"]


def test_the_page_says_priors_trials_and_measure() -> None:
    words = " ".join(Page(posterior()._repr_html_()).words)
    for said in (
        "3 of 3 studies",
        "odds ratio",
        "mu ~ normal(0, 2.82)",
        "tau ~ half_normal(0.5)",
        "quadrature",
    ):
        assert said in words


@pytest.fixture(scope="module")
def hostile() -> bi.Dataset:
    studies = [replace(study, name=f"{EVIL} {i}" * 9) for i, study in enumerate(data().studies)]
    about = replace(data().about, treatment=EVIL, control="\x1b[31mred\n", outcome_title=EVIL, title=EVIL)
    return replace(data(), studies=tuple(studies), name=EVIL * 20, about=about, columns=())


@pytest.mark.parametrize(
    "make",
    [
        lambda d: d,
        lambda d: bi.fit(d, bi.Model()),
        lambda d: bi.fit(d, bi.Model()).influence(),
        lambda d: bi.fit(d, bi.Model()).leave_one_out(),
        lambda d: bi.pool(d, method="dl"),
        lambda d: bi.benefit(bi.fit(d, bi.Model())),
        lambda d: bi.benefit({EVIL: bi.fit(d, bi.Model())}),
        bi.classical.funnel,
        lambda d: bi.checks.loo(bi.fit(d, bi.Model())),
        lambda d: bi.trials.contrast(d, {EVIL: d.study_names[:1], "b": d.study_names[1:]}),
    ],
)
def test_names_are_escaped_and_control_nothing(hostile, make) -> None:
    result = make(hostile)
    in_one_line(result)
    html = result._repr_html_()
    assert "script" not in Page(html).tags
    assert "&lt;script&gt;" in html
    assert "\x1b" not in html


def test_sixty_studies_are_cut_and_what_is_left_out_is_counted() -> None:
    many = bi.Effects(list(np.linspace(-0.5, 0.5, 60)), [0.4] * 60, measure="OR", name="many")
    html = bi.fit(many, bi.Model())._repr_html_()
    assert "38 more rows not shown" in html
    assert len([tag for tag in Page(html).tags if tag == "tr"]) == 26
    assert "35 more rows not shown" in many._repr_html_()
    assert "table" in Page(many._repr_html_()).tags
    assert repr(many) == "Dataset(many, k=60): treatment against control, OR"


def test_a_series_is_named_without_computing_it() -> None:
    deaf = replace(posterior(), again=None)  # no engine that could be asked
    assert repr(PosteriorSeries(deaf, posterior().leave_one_out().steps)).endswith("3 posteriors, A to C")


def test_silent_trials_and_failed_checks_are_told() -> None:
    silent = bi.fit(bi.Dataset((bi.Study("D", 0, 9, 0, 8),), "silent"), bi.Model())
    assert "no trial can tell the arms apart" in in_one_line(silent)
    failed = replace(silent.diagnostics, problems=("too rough",))
    assert repr(replace(posterior(), diagnostics=failed)).endswith("; checks FAILED")


NORMAL, HALF, WIDE = "Normal(mean=0.0, sd=2.82)", "HalfNormal(scale=0.5)", "Normal(mean=0.0, sd=10.0)"
COUNTS = "treatment_events=1, treatment_total=10, control_events=2, control_total=12"
ONE = bi.Study("A", 1, 10, 2, 12)


@pytest.mark.parametrize(
    ("value", "line"),
    [
        (bi.Model(), f"Model(mu={NORMAL}, tau={HALF}, alpha={WIDE})"),
        (ONE, f"Study(name='A', {COUNTS})"),
        (bi.Dataset((ONE,)), "Dataset(k=1): 22 people, treatment against control, OR"),
        (bi.ReportOptions(), "ReportOptions()"),
    ],
)  # fmt: skip
def test_input_values_in_one_line(value: object, line: str) -> None:
    assert repr(value) == line


def parts(value: Any, depth: int, seen: set[type]) -> Iterator[Any]:
    """What a value holds, one of every class, as a user would look at it."""
    if isinstance(value, list | tuple | dict) and not type(value).__module__.startswith("bayes_ivig"):
        inner = next(iter(value.values() if isinstance(value, dict) else value), None)
        yield from parts(inner, depth, seen)
    elif depth and type(value).__module__.startswith("bayes_ivig") and type(value) not in seen:
        seen.add(type(value))
        yield value
        if dataclasses.is_dataclass(value):
            for field in dataclasses.fields(value):
                if not field.name.startswith("_"):
                    yield from parts(getattr(value, field.name), depth - 1, seen)


def test_no_part_of_a_result_fills_a_screen() -> None:
    seen: set[type] = set()
    for value in [*public_calls.instances().values(), posterior().joint()]:
        for part in parts(value, 4, seen):
            in_one_line(part)
    assert len(seen) > 120


def test_every_kind_has_words() -> None:
    assert set(WORDED) == set(shows.ROWS)
    assert all(kind.title and kind.what.endswith(".") for kind in WORDED.values())
