import pytest

from bayes_ivig.errors import DataError
from bayes_ivig.inputs.evidence.tables import own_evidence

COUNTS = "study,treatment_events,treatment_total,control_events,control_total\nA,1,10,2,10\n"
TABLES = {
    "prisma": "step,kind,count\nfound,kept,90\ntwice,removed,\nincluded,kept,3\n",
    "risk_of_bias": "study,allocation\nA,+\nB,\n",
    "guidelines": "organisation,statement\nThe Society,Says so.\n",
    "characteristics": "study,population,country,source\nA,Women over 80,Chile,doe1999\n",
    "external_evidence": (
        "label,outcome,measure,estimate,ci_lower,ci_upper\nPoe 2020,falls,RR,0.90,0.80,1.01\n"
    ),
}


def written(folder, **texts):
    (folder / "mine.csv").write_text(COUNTS, encoding="utf-8")
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    named = "\n".join(f'{name} = "{name}.csv"' for name in texts)
    (folder / "mine.toml").write_text(f"[evidence]\n{named}\n", encoding="utf-8")
    return folder / "mine.csv"


def test_tables_that_a_sidecar_names_are_read(tmp_path):
    found = own_evidence(written(tmp_path, **TABLES))
    assert {name: table.columns[0] for name, table in found.items()} == {
        "prisma": "step", "risk_of_bias": "study", "guidelines": "organisation",
        "characteristics": "study", "external_evidence": "label",
    }  # fmt: skip


def test_without_a_sidecar_there_are_none(tmp_path):
    (tmp_path / "mine.csv").write_text(COUNTS, encoding="utf-8")
    assert own_evidence(tmp_path / "mine.csv") == {}


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ({"risk_of_bias": "study,allocation\nA,low\n"}, "row 2: column allocation: found 'low'; must be"),
        ({"risk_of_bias": "study\nA\n"}, "a column for each domain"),
        ({"guidelines": "organisation\nX\n"}, "missing column 'statement'"),
        ({"prisma": "step,count\nfound,many\n"}, "column count"),
        ({"characteristics": "trial,country\nA,Chile\n"}, "missing column 'study'"),
        ({"external_evidence": "label,outcome\nPoe 2020,falls\n"}, "missing column 'measure'"),
        ({"prism": "step,count\nfound,3\n"}, "evidence.prism: unknown table"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, texts, said):
    with pytest.raises(DataError) as raised:
        own_evidence(written(tmp_path, **texts))
    assert said in str(raised.value)


def test_a_table_that_is_not_there_is_said(tmp_path):
    path = written(tmp_path, prisma=TABLES["prisma"])
    (tmp_path / "prisma.csv").unlink()
    with pytest.raises(DataError, match="no such file"):
        own_evidence(path)


def test_they_enter_the_report(tmp_path):
    from bayes_ivig.analyses.reanalysis.reanalyze import reanalyze
    from bayes_ivig.reporting.report.sections import page_of

    page = page_of(reanalyze(written(tmp_path, **TABLES)))
    data = next(section for section in page.sections if section.key == "data")
    assert {"search", "bias", "characteristics", "reviews"} <= {section.key for section in data.sections}
    assert "guidelines" in {section.key for section in page.sections}
    assert {"search", "bias_studies", "bias_domains"} <= {figure.name for figure in page.figures}
