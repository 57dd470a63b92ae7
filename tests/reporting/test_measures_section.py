"""The same trials on other scales, in the report: every number is that of a fit, and no scale is chosen."""

import pytest
from joined import joined
from report_cases import BAD_EVENT, GOOD_EVENT, THREE, ivig, own

import bayes_ivig as bi
from bayes_ivig.inputs.model.files import load_two_arm
from bayes_ivig.reporting.checks.measures_section import (
    TITLE,
    other_measures_appendix,
    other_measures_section,
)
from bayes_ivig.reporting.document.blocks import FIGURE_SPACE, Section, Table, Text
from bayes_ivig.reporting.report.results_json import results_document
from bayes_ivig.reporting.report.sections import page_of
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, Reanalysis

pytestmark = pytest.mark.slow
MINUS = "\N{MINUS SIGN}"


def section_of(reanalysis: Reanalysis, name: str = "") -> Section:
    outcome = reanalysis.outcome(name)
    assert isinstance(outcome, CountsOutcome)
    key = name or "outcome"
    found = joined(other_measures_section(outcome, key), other_measures_appendix(outcome, key))
    assert found is not None
    return found


def rows_of(section: Section) -> dict[str, list[str]]:
    table = next(block for block in section.blocks if isinstance(block, Table))
    return {row[0].text: [cell.text.replace(FIGURE_SPACE, "") for cell in row[1:]] for row in table.cells}


def said_in(section: Section) -> str:
    return " ".join(block.text for block in section.blocks if isinstance(block, Text))


def details_of(section: Section) -> str:
    return " ".join(next(block for block in section.blocks if isinstance(block, Table)).details)


@pytest.mark.parametrize(("event", "good"), [(BAD_EVENT, False), (GOOD_EVENT, True)])
def test_numbers_are_those_of_fits_with_the_same_priors(event: str, good: bool) -> None:
    reanalysis = own(THREE, event)
    section = section_of(reanalysis)
    rows = rows_of(section)
    assert list(rows) == ["odds ratio", "risk ratio"]
    model = load_two_arm("binomial_normal")
    data = bi.Dataset(tuple(bi.Study(*row) for row in THREE), "again")
    stated = bi.Model(measure="RR", mu=model.mu, tau=model.tau, alpha=model.alpha)
    posterior = bi.fit(data, stated)
    above = float(posterior["mu"].prob_above(0.0))
    benefit = above if good else 1 - above
    ratio = rows["risk ratio"]
    assert float(ratio[0]) == pytest.approx(
        float(bi.fit(data, stated).measure.own(posterior["mu"].quantile(0.5))), abs=5.1e-3
    )
    assert float(ratio[2]) == pytest.approx(benefit, abs=5.1e-4)
    effects = posterior.absolute(bi.control_risk(data).levels()["median"])
    assert float(ratio[4]) == pytest.approx(1000 * float(effects.risk.quantile(0.5)), abs=0.51)
    assert float(ratio[6].replace(MINUS, "-")) == pytest.approx(
        float(effects.per_1000.quantile(0.5)), abs=0.51
    )
    said = said_in(section)
    assert f"{ratio[2]} with risk ratios" in said and "not chosen here" in said
    assert f"{ratio[6]} ({ratio[7]}) with risk ratios" in said
    assert "RD left out" in details_of(section)


def test_every_outcome_with_counts_has_the_section_its_mirror_image_too() -> None:
    page = page_of(ivig())
    keys = [part.key for section in page.sections for part in section.sections if part.title == TITLE]
    names = ("live_birth", "miscarriage", "obstetric_complication", "neonatal_outcome")
    assert [key for key in keys if "appendix" in key] == [f"{name}-appendix-scales" for name in names]
    assert [key for key in keys if "appendix" not in key] == [
        f"{name}-scales" for name in names if name != "miscarriage"
    ]
    # odds ratios of events and of non-events are mirror images, risk ratios are not
    one, other = (rows_of(section_of(ivig(), name)) for name in ("live_birth", "miscarriage"))
    assert one["odds ratio"][2] == other["odds ratio"][2]
    assert one["risk ratio"][2] != other["risk ratio"][2]


def test_without_a_control_risk_nothing_is_told_per_1000() -> None:
    section = section_of(ivig(), "neonatal_outcome")
    assert len(next(iter(rows_of(section).values()))) == 4
    assert "nothing is told per 1000, for want of a control risk" in said_in(section).lower()


def test_results_json_has_the_same_numbers() -> None:
    reanalysis = own(THREE, BAD_EVENT)
    found = results_document(reanalysis)["outcomes"][0]["sections"]["other_measures"]
    ratio = rows_of(section_of(reanalysis))["risk ratio"]
    assert [row["measure"] for row in found["rows"]] == ["OR", "RR"]
    assert found["rows"][1]["probability"]["rr_gt_1"] == pytest.approx(1 - float(ratio[2]), abs=5.1e-4)
    assert found["control_risk"] == pytest.approx(
        reanalysis.findings[0].effects["median"].baseline_risk, rel=1e-5
    )


def test_a_model_on_the_control_arm_says_why_it_has_one_scale() -> None:
    section = section_of(own(THREE, BAD_EVENT, "binomial_control"))
    assert list(rows_of(section)) == ["odds ratio"]
    assert "why they are left out" in said_in(section)
    assert "RR left out: baseline: found 'control'" in details_of(section)
