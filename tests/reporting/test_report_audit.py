"""The report's section on contradictions is what the audit finds."""

from pathlib import Path

import pytest
from meaning import tells
from report_cases import ivig, own

from bayes_ivig.analyses.reanalysis.reanalyze import reanalyze
from bayes_ivig.reporting.audit.section import audit_appendix, audit_blocks
from bayes_ivig.reporting.document.blocks import Table, Text
from bayes_ivig.reporting.evidence.contradictions_section import facts_table
from bayes_ivig.reporting.report.errors_section import errors_appendix, errors_section

pytestmark = pytest.mark.slow

CLAIMS = "outcome,measure,k,estimate,ci_lower,ci_upper,effect_p\n"
COUNTS = (
    "study,treatment_events,treatment_total,control_events,control_total\nA,5,40,12,41\nB,4,50,9,52\n"
    "C,2,20,3,19\n"
)


def texts(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.cells]


def test_every_inconsistent_finding_has_its_row() -> None:
    audit = ivig().audit
    assert audit is not None
    sentence, wrong = audit_blocks(ivig())
    apart, elsewhere, conditional = audit_appendix(ivig())
    assert isinstance(sentence, Text)
    assert isinstance(apart, Text)
    assert isinstance(wrong, Table)
    assert isinstance(elsewhere, Table)
    assert isinstance(conditional, Table)
    assert tells(sentence.text, "46 checks", "paper", "5 are inconsistent")
    assert tells(apart.text, "10 checks", "other papers", "3 are inconsistent")
    assert len(wrong.rows) == len(audit.of("inconsistent", "paper"))
    assert len(elsewhere.rows) == len(audit.of("inconsistent", "other"))
    assert len(conditional.rows) == len(audit.of("consistent if"))
    rows = {(row[0], row[1]): row for row in texts(wrong)}
    assert rows["Preterm birth", "estimate in its interval"][-1] == "lower limit 0.80 instead of 0.58"
    mirrored = rows["Live birth against pregnancy loss", "mirror images"]
    assert mirrored[2] == "0.07 and 0.06 (Yuan 2024)"
    assert not any("_" in cell or "miscarriage" in cell.lower() for row in texts(wrong) for cell in row)
    checks = [row[1] for row in texts(wrong)]
    assert checks.index("interval and P") < checks.index("one number twice") < checks.index("mirror images")
    assert [row[1] for row in texts(elsewhere)] == ["effect of one study", "sum", "percentage"]


def test_facts_about_the_studies_stand_beside_it() -> None:
    facts = facts_table(ivig())
    assert isinstance(facts, Table)
    assert {row[0] for row in texts(facts)} >= {"Women", "Allocation", "Mahmoud 2004, country"}
    women = next(row for row in texts(facts) if row[0] == "Women")
    assert women[1] == "366 antiphospholipid-positive women in nine studies"
    shares = ("Heilmann 2001 (26%)", "Perricone 2008 (17%)", "Stricker 2000 (32%)", "Yamada 2022 (none)")
    assert tells(women[2], "Table 1", "five studies", "alone", *shares)


def test_a_table_without_claims_has_no_such_section() -> None:
    reanalysis = own((("A", 5, 40, 12, 41), ("B", 4, 50, 9, 52), ("C", 2, 20, 3, 19)))
    assert reanalysis.audit is None
    assert errors_section(reanalysis) is None and errors_appendix(reanalysis) is None


def test_claims_of_your_own(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text(COUNTS, encoding="utf-8")
    (tmp_path / "mine.toml").write_text('claims = "claims.csv"\n[outcomes.death]\n', encoding="utf-8")
    (tmp_path / "claims.csv").write_text(f"{CLAIMS}death,OR,3,0.41,0.10,0.83,0.02\n", encoding="utf-8")
    reanalysis = reanalyze(tmp_path / "mine.csv")
    assert reanalysis.audit is not None
    assert {found.check for found in reanalysis.audit.of("inconsistent")} >= {"centre", "recomputed"}
    _, wrong = audit_blocks(reanalysis)
    assert isinstance(wrong, Table)
    assert any("instead of 0.10" in row[-1] for row in texts(wrong))
