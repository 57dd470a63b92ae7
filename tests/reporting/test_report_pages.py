import json
import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from meaning import tells
from report_cases import BAD_EVENT, GOOD_EVENT, HOSTILE, THREE, hostile, own

from bayes_ivig.analyses.reanalysis.reanalyze import reanalyze
from bayes_ivig.errors import BayesIvigError
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.inputs.report_options import ReportOptions
from bayes_ivig.reporting.document.markdown import escaped
from bayes_ivig.reporting.document.outline import unique_keys
from bayes_ivig.reporting.report.render import render_html, render_markdown
from bayes_ivig.reporting.report.results_json import plain, results_json
from bayes_ivig.reporting.report.sections import page_of
from bayes_ivig.reporting.report.write import write_report
from bayes_ivig.reporting.wording import two_arm as models

pytestmark = pytest.mark.slow

VOID = {"meta", "link", "br", "img", "hr", "input", "path", "line", "rect", "circle"}


class Reader(HTMLParser):
    """Collects what a browser would see: tags with their attributes, text outside of tags,
    headings in order.
    """

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.tags, self.text, self.open = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag, tag

    def handle_data(self, data):
        if not self.open or self.open[-1] not in ("style", "script"):
            self.text.append(data)


@pytest.fixture(scope="module")
def page(written):
    return (written[0] / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def markdown(written):
    return (written[0] / "report.md").read_text(encoding="utf-8")


def test_where_the_baseline_prior_decides_both_probabilities_stand(markdown):
    assert tells(markdown, "baseline prior takes part", "0.886 to 0.874", "all nine trials")
    assert tells(markdown, "baseline prior takes part", "0.744 to 0.725", "all four trials")


def test_files_are_the_same_bytes_again_and_nothing_else_is_left(tmp_path):
    small = own(THREE, BAD_EVENT)
    paths = write_report(small, tmp_path)
    before = [path.read_bytes() for path in paths]
    assert write_report(small, tmp_path) == paths
    assert [path.read_bytes() for path in paths] == before
    assert {path.name for path in tmp_path.iterdir()} == {
        "brief.docx",
        "brief.html",
        "brief.md",
        "charts",
        "tables",
        "tables.xlsx",
        "report.html",
        "report.md",
        "results.json",
    }
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == render_html(small)
    assert (tmp_path / "report.md").read_text(encoding="utf-8") == render_markdown(small)


def test_page_needs_no_network_and_runs_no_script_but_its_own(page):
    tags = Reader(page).tags
    assert not {"link", "iframe", "object", "embed"} & {tag for tag, _ in tags}
    loads = [
        value
        for tag, attrs in tags
        for key, value in attrs.items()
        if key in ("src", "href", "xlink:href") and tag != "a"
    ]
    assert not loads
    assert "url(http" not in page and "@import" not in page
    assert not any(key.startswith("on") for _, attrs in tags for key in attrs)
    policy = next(
        attrs["content"] for tag, attrs in tags if attrs.get("http-equiv") == "Content-Security-Policy"
    )
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    scripts = re.findall("<script>(.*?)</script>", page, re.DOTALL)
    assert len(scripts) == 8
    hashes = [f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in scripts]
    assert rules["script-src"].split() == hashes


def test_page_is_one_that_assistive_programs_can_read(page):
    reader = Reader(page)
    assert not reader.open
    assert ("html", {"lang": "en"}) in reader.tags
    levels = [int(tag[1]) for tag, _ in reader.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    images = [attrs for tag, attrs in reader.tags if attrs.get("role") == "img"]
    assert len(images) == page.count("<figure") and all(len(attrs["aria-label"]) > 20 for attrs in images)
    names = [tag for tag, _ in reader.tags]
    assert names.count("caption") == names.count("table") > 10
    ids = [attrs["id"] for _, attrs in reader.tags if "id" in attrs]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("word", ["NaN", "nan", "None", "inf", "null", "undefined", "{{", "}}"])
def test_nothing_unsaid_leaks(page, markdown, word):
    text = " ".join(Reader(page).text)
    for where in (text, markdown):
        assert not re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", where), word


def test_reconstructed_counts_are_called_so_and_it_is_no_advice(markdown):
    assert tells(markdown, "| Live birth | Mahmoud 2004 | 5/7 | 6/8 |", "reconstructed", "reported")
    assert "not advice to patients" in markdown


def test_summaries_are_labelled_and_every_reading_said(markdown):
    assert markdown.count("from the published summary, not from counts") >= 4
    assert tells(markdown, "estimate", "1.74", "printed 2.05", "wrong")
    assert tells(markdown, "upper limit", "7.25", "printed 5.24", "wrong")
    assert tells(markdown, "lower limit", "0.80", "printed 0.58", "wrong")
    assert "\N{MINUS SIGN}186.7 g" in markdown


def test_an_interval_is_called_confidence_or_credible(markdown):
    assert not re.search(r"\bCI\b", markdown)


def test_markdown_tables_are_well_formed(markdown, written):
    blocks = re.findall(r"(?:^\|.*\n)+", markdown, re.M)
    assert len(blocks) == len(re.findall(r"^\*\*Table \d+\.\*\*", markdown, re.M)) > 20
    for block in blocks:
        widths = {len(re.split(r"(?<!\\)\|", line)) for line in block.splitlines()}
        assert len(widths) == 1, block.splitlines()[0]
    links = re.findall(r"!\[[^\n]*\]\((charts/[a-z0-9_]+\.svg)\)", markdown)
    assert {written[0] / link for link in links} == {p for p in written[1] if p.suffix == ".svg"}


def test_hostile_names_are_shown_as_text():
    page = render_html(hostile())
    reader = Reader(page)
    assert not reader.open
    names = [tag for tag, _ in reader.tags]
    assert "img" not in names
    assert names.count("script") == 9  # the page's own
    text = "".join(reader.text)
    for name in HOSTILE:
        assert name in text
    markdown = render_markdown(hostile())
    assert not re.search(r"<[A-Za-z/]", markdown)
    assert "[e](https://evil.example)" not in markdown
    assert r"A\|B" in markdown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a < b & c", "a < b & c"),
        ("<b>", "&lt;b>"),
        ("&lt;", "&amp;lt;"),
        ("mu ~ half_normal", "mu ~ half_normal"),
        ("_x_", r"\_x\_"),
    ],
)
def test_markdown_escapes_only_what_means_something(text, shown):
    assert escaped(text) == shown


def test_a_bad_event_is_mirrored_and_only_the_sidecar_says_so():
    bad, good, silent = (render_markdown(own(THREE, sidecar)) for sidecar in (BAD_EVENT, GOOD_EVENT, ""))
    assert "P(OR < x), the probability of a benefit" in bad
    assert "P(OR > x), the probability of a benefit" in good
    assert "P(OR > x), the probability of an odds ratio above" in silent
    answers = [
        re.search(r"^\| (?:Death|Survival|The outcome) \| All three trials \|.*$", page, re.M)[0]
        for page in (bad, good, silent)
    ]
    cells = [[cell.strip() for cell in answer.strip("|").split("|")] for answer in answers]
    assert float(cells[0][4]) + float(cells[1][4]) == pytest.approx(1, abs=0.0011)
    assert cells[1][4] == cells[2][4]
    assert ["An odds ratio below 1 favours drug." in page for page in (bad, good, silent)] == [
        True,
        False,
        False,
    ]
    assert ["An odds ratio above 1 favours drug." in page for page in (bad, good, silent)] == [
        False,
        True,
        False,
    ]
    assert len(cells[2]) == len(cells[1]) and "| P(benefit) |" not in silent


@pytest.mark.parametrize(
    "model",
    [
        "binomial_normal",
        "common_effect",
        "hypergeometric_normal",
        "normal_normal",
        "binomial_midpoint",
        "turner_obstetric",
    ],
)
def test_every_model_is_worded(model):
    page = render_markdown(own(THREE, BAD_EVENT, model))
    reanalysis = own(THREE, BAD_EVENT, model)
    assert str(reanalysis.model.mu) in page
    assert ("θᵢ = μ" in page) == (reanalysis.model.effects == "common")
    assert ("Binomial(" in page) == (reanalysis.model.likelihood == "binomial")
    answer = next(part for part in page.split("\n## ") if part.startswith("Death"))
    assert ("baseline prior" in answer) == (reanalysis.model.likelihood == "binomial")


def test_heavy_tails_are_worded():
    model = Model(effects="student_t(4)")
    assert "θᵢ ~ Student-t(4, μ, τ)" in models.equations(model)
    assert "Student-t effects (4 degrees of freedom)" in models.short(model)


@pytest.mark.parametrize(
    "rows",
    [
        (("Only", 3, 10, 6, 11),),
        (("Seen", 3, 10, 6, 11), ("No events", 0, 10, 0, 9), ("No controls", 4, 9, 0, 0)),
        (("All against none", 100, 100, 0, 100),),
        (("No events", 0, 10, 0, 9),),
    ],
)
def test_few_studies_still_make_a_page(rows):
    page = " ".join(Reader(render_html(own(rows))).text)
    assert not re.search(r"\b(nan|None|inf)\b", page)
    assert rows[0][0] in page
    json.loads(results_json(own(rows)))


def test_results_json_comes_back(written):
    text = (written[0] / "results.json").read_text(encoding="utf-8")
    document = json.loads(text, parse_constant=pytest.fail)
    assert json.dumps(document, sort_keys=True, indent=1, ensure_ascii=False) + "\n" == text
    live = next(o for o in document["outcomes"] if o["outcome"] == "live_birth")
    sets = {each["trials"]: each["posterior"] for each in live["trial_sets"]}
    assert sets["published"]["odds_ratio"]["median"] == pytest.approx(3.66, abs=0.005)
    assert sets["all"]["probability"]["or_gt_1"] == pytest.approx(0.886, abs=0.0005)
    assert live["published"]["ci_upper"] == "7.90"


def test_json_numbers_are_rounded_and_finite():
    assert plain({"a": [1 / 3, float("nan"), float("inf"), 1e-14, 3, True, None, "x"]}) == {
        "a": [0.333333, None, None, 0.0, 3, True, None, "x"]
    }


def test_a_folder_that_cannot_be_written_is_said_in_one_line(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(BayesIvigError, match="cannot be written"):
        write_report(own(THREE), blocked)


def test_names_of_outcomes_make_distinct_file_names():
    assert unique_keys(["", "A/b", "a b", "../..", "été"]) == ["outcome", "a_b", "a_b_2", "outcome_2", "t"]


def test_an_outcome_that_mirrors_another_has_its_numbers_and_no_second_set_of_charts(markdown):
    loss = markdown.split("\n## Pregnancy loss\n")[1].split("\n## ")[0]
    assert "![" not in loss and "| --- |" not in loss and "complement of live birth" in loss
    assert tells(loss, "published 0.35 (0.13 to 0.96)", "pooled again 0.35", "posterior 0.27")
    full = re.split(r"\n## [^\n]*Pregnancy loss in full\n", markdown)[1].split("\n## ")[0]
    assert full.count("![") == 1
    assert "stand under live birth" in full
    assert "All nine trials" in full
    alone = page_of(reanalyze("ivig", options=ReportOptions(outcomes=("miscarriage",))))
    assert "miscarriage_benefit" in {figure.name for figure in alone.figures}
