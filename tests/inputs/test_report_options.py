"""Options of a report: read with all problems at once, laid over the description of the data,
in the report as asked.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import bayes_ivig as bi
from bayes_ivig.analyses.reanalysis.reanalyze import reanalyze
from bayes_ivig.inputs.counts.description import About
from bayes_ivig.inputs.report_options import ReportOptions, read_report_options
from bayes_ivig.reporting.document.blocks import Prose, Section
from bayes_ivig.reporting.document.inline import Link
from bayes_ivig.reporting.document.leaving_out import without
from bayes_ivig.reporting.document.pointers import settled
from bayes_ivig.reporting.report.sections import page_of
from bayes_ivig.reporting.wording.order import ordered_studies

EXAMPLE = Path(__file__).parents[2] / "examples" / "report.toml"
ROWS = (
    ("Carter 1999", "birth", 12, 40, 9, 41), ("Berg 2003", "birth", 33, 80, 21, 79),
    ("Adams 2011", "birth", 50, 100, 38, 101), ("Carter 1999", "bleeding", 3, 40, 1, 41),
    ("Berg 2003", "bleeding", 0, 80, 2, 79), ("Adams 2011", "bleeding", 6, 100, 3, 101),
)  # fmt: skip


@pytest.fixture
def table(tmp_path):
    header = "study,outcome,treatment_events,treatment_total,control_events,control_total"
    path = tmp_path / "my.csv"
    path.write_text("\n".join([header, *(",".join(map(str, row)) for row in ROWS)]) + "\n", encoding="utf-8")
    return path


def written(folder, text):
    path = folder / "options.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_example_makes_the_report_it_describes(table):
    found = reanalyze(table, options=read_report_options(EXAMPLE))
    birth, bleeding = found.outcomes
    assert (birth.about.event, bleeding.about.event) == ("good", "bad")
    assert (birth.about.outcome_title, birth.about.treatment, birth.about.thresholds) == (
        "Live birth",
        "aspirin",
        (1.5,),
    )
    assert bleeding.about.thresholds == (2.0,)
    assert [result.trials for result in birth.sets] == ["all", "large"]
    assert birth.trial_set("large").dataset.study_names == ("Berg 2003", "Adams 2011")
    assert len(birth.sensitivity) == 3 * 2
    rows = [row for row in found.findings if row.outcome == "birth"]
    effects = [effect for row in rows for effect in row.effects.values()]
    assert {(row.important_difference, effect.baseline_risk) for row in rows for effect in effects} == {
        (30, 0.3)
    }
    exact = bi.fit(
        bi.load_dataset(table, "birth"),
        bi.Model(mu=bi.priors.StudentT(4, 0, 1), tau=bi.priors.HalfCauchy(0.5)),
    )
    (row,) = (
        r
        for r in birth.sensitivity
        if (r.trials, r.mu_prior, r.tau_prior) == ("all", exact.model.mu, exact.model.tau)
    )
    assert row.or_median == pytest.approx(float(np.exp(exact["mu"].quantile(0.5))), rel=1e-9)
    page = page_of(found)
    assert (page.title, page.subtitle[:10]) == ("Aspirin in early labour", "A Bayesian")
    keys = {section.key for section in page.sections} | {
        inner.key for s in page.sections for inner in s.sections
    }
    assert "birth-priors" in keys
    assert not keys & {"bring", "bleeding-priors", "checklist"}
    studies = [
        study.name
        for study in ordered_studies(birth.sets[0].dataset, birth.sets[0].pooled, found.options.order)
    ]
    assert studies == ["Carter 1999", "Adams 2011", "Berg 2003"]
    forest = next(figure for figure in page.figures if figure.name == "birth_forest_all")
    assert [name for name in sorted(studies, key=forest.svg.index)] == studies


def test_every_problem_of_a_file_is_told_at_once(tmp_path):
    path = written(
        tmp_path,
        'titel = "x"\norder = "size"\noutcomes = ["a", 3]\nleave_out = "bias"\nmu_priors = ["normal(0)"]\n'
        'event = "nice"\n'
        'thresholds = [0]\n[outcome.x]\nevent = 3\ntau_priors = ["halfnormal(1)"]\ntitle = "y"\n',
    )
    with pytest.raises(bi.errors.DataError) as caught:
        read_report_options(path)
    lines = str(caught.value).splitlines()
    for part in (
        "titel: unknown key (did you mean 'title'?)",
        "order: found 'size'; allowed are published, effect, year, weight",
        "outcomes: found 3; each must be text", "leave_out: found 'bias'; must be a list",
        "mu_priors: prior 'normal(0)'", "event: found 'nice'", "thresholds: found 0",
        "outcome.x.event: found 3", "outcome.x.tau_priors: prior 'halfnormal(1)'",
        "outcome.x.title: unknown key",
    ):  # fmt: skip
        assert any(line.startswith(f"{path}: ") and part in line for line in lines), part
    assert len(lines) == 10


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title = ", "not a TOML file"),
        ('outcomes = ["a", "a"]', "outcomes: 'a' is named more than once"),
        ("[outcome]\nx = 1", "outcome.x: found 1; must be a table"),
        ('[trial_sets]\nall = ["A"]', "trial_sets.all: all is every study"),
    ],
)
def test_what_a_file_may_not_say(tmp_path, text, message):
    with pytest.raises(bi.errors.DataError, match=message):
        read_report_options(written(tmp_path, text))


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(
        bi.errors.DataError, match="no such file; give the path of a TOML file of report options"
    ):
        read_report_options(tmp_path / "none.toml")


def test_what_does_not_fit_the_table_is_said(table):
    for options, message in (
        (
            ReportOptions(outcomes=("birht", "birth")),
            r"outcomes: no outcome 'birht' \(did you mean 'birth'\?\)",
        ),
        (ReportOptions(by_outcome=(("x", ()),)), "outcome: no outcome 'x'; there are birth, bleeding"),
        (
            ReportOptions(shared=(("trial_sets", (("s", ("Berg",)),)),)),
            r"trial_sets.s: names 'Berg' \(did you mean 'Berg 2003'\?\)",
        ),
        (
            ReportOptions(shared=(("tau_priors", ("normal(0, 1)",)),)),
            "reaches below 0, but tau is a standard deviation",
        ),
    ):
        with pytest.raises(bi.errors.BayesIvigError, match=message):
            reanalyze(table, options=options)
    with pytest.raises(bi.errors.DataError, match="complement_of: cannot be overruled"):
        ReportOptions(shared=(("complement_of", "x"),))
    with pytest.raises(
        bi.errors.DataError,
        match=r"baseline_risks.a: found 2; must be a risk(.|\n)*important_difference: found -1",
    ):
        ReportOptions(baseline_risks=(("a", 2),), important_difference=-1)
    with pytest.raises(bi.errors.DataError, match="order is the text 'size'"):
        ReportOptions(order="size")


def test_a_complement_keeps_its_own_direction():
    options = ReportOptions(
        title="T",
        shared=(("event", "good"), ("thresholds", (2.0,))),
        by_outcome=(("b", (("event", "good"),)),),
    )
    loss = About(event="bad", complement_of="birth")
    assert options.about("loss", loss) == replace(loss, title="T", thresholds=(2.0,))
    assert options.about("b", loss).event == "good"


COUNTS = (
    ("Z 2001", 5, 50, 9, 50),
    ("none", 0, 9, 0, 9),
    ("Y 1999, repeat of 1987", 30, 60, 20, 60),
    ("X", 1, 9, 4, 9),
)
FOUR = bi.Dataset(tuple(bi.Study(*row) for row in COUNTS), columns=(("year", ("", "", "", "1950")),))


@pytest.mark.parametrize(
    ("order", "names"),
    [("published", "Z n Y X"), ("effect", "X Z Y n"), ("year", "X Y Z n"), ("weight", "Y Z X n")],
)
def test_orders_of_studies_put_what_is_not_known_last(order, names):
    found = ordered_studies(FOUR, bi.pool(FOUR, method="revman-random"), order)
    assert [study.name[0] for study in found] == names.split()


def test_an_order_that_is_none():
    posterior, pooled = bi.fit(FOUR, bi.Model()), bi.pool(FOUR, method="revman-random")
    with pytest.raises(
        bi.errors.ModelError,
        match=r"order is the text 'year1'; it must be one of published, effect, year, weight, or a list",
    ):
        bi.plot.forest(posterior, pooled, order="year1")


def test_sections_are_left_out_with_what_is_in_them():
    page = (
        Section("a", "A", sections=(Section("a-priors", "P", sections=(Section("deep", "D"),)),)),
        Section("priors", "Q"),
    )
    (only,) = without(page, ("priors",))
    assert (only.key, only.sections) == ("a", ())
    assert without(page, ("a-priors",))[1].key == "priors"
    assert without(page, ()) is page
    with pytest.raises(
        bi.errors.DataError,
        match=r"no section 'prior' \(did you mean 'priors'\?\); .* are a, a-priors, deep, priors",
    ):
        without(page, ("prior", "a"))
    with pytest.raises(bi.errors.DataError, match="keep at least one"):
        without(page, ("a", "priors"))


def test_a_part_is_left_out_with_what_an_appendix_has_of_it():
    link = Prose(("Said. ", Link("Appendix: all of it.", "a-appendix-priors", points=True)))
    here = Prose(("See ", Link("the other", "a-sets"), "."))
    page = (
        Section("a", "A", (here,), (Section("a-priors", "P", (link,)), Section("a-sets", "S"))),
        Section("a-appendix", "A in full", (), (Section("a-appendix-priors", "P"),), appendix=True),
        Section("methods", "M", appendix=True),
    )
    assert [section.key for section in without(page, ("priors",))] == ["a", "methods"]
    assert [section.key for section in without(page, ("a-priors",))] == ["a", "methods"]
    assert [section.key for section in without(page, ("a",))] == ["methods"]
    (kept, _) = settled(without(page, ("a-appendix-priors", "a-sets")))
    assert [section.key for section in kept.sections] == ["a-priors"]
    assert kept.blocks == (Prose(("See ", "the other", ".")),)  # no link to what is not there
    assert kept.sections[0].blocks == (Prose(("Said. ",)),)  # and no word of an appendix that is not
    assert settled(page) == page
