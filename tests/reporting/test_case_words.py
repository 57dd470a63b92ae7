"""A case of one's own is worded as its sidecar states, by the same fields as the bundled case."""

from report_cases import HEADER, THREE

import bayes_ivig as bi
from bayes_ivig.analyses.trials.classes import by_class
from bayes_ivig.inputs.characteristics.classes import class_columns, class_name
from bayes_ivig.reporting.report.render import render_markdown
from bayes_ivig.reporting.wording import classes

SIDECAR = """title = "Splints"
treatment = "splint"
control = "none"
classes = ["blind"]
[words]
people = "volunteers"
[words.columns]
blind = "Blinding of assessors"
[words.classes]
blind = { 1 = "blinded", 0 = "open" }
[words.glossary]
splint = "A rigid support."
[pair]
benefit = "walking"
harm = "sore"
unharmed = "walking without a sore"
harmed = "walking with a sore"
without = "not walking"
[outcomes.walking]
event = "good"
denominator = "people"
main_sets = ["strict"]
[outcomes.walking.trial_sets]
strict = { trials = ["B", "C"], title = "strictest" }
strict_less_b = { trials = ["C"], of = "strict" }
[outcomes.sore]
event = "bad"
denominator = "walking"
"""
SORE = (("A", 1, 5, 3, 12), ("B", 1, 4, 2, 9), ("C", 1, 2, 1, 3))

SAID = ("walking without a sore", "a rigid support.", "strictest trials")


def test_a_report_is_worded_as_the_sidecar_says(tmp_path) -> None:
    path = tmp_path / "mine.csv"
    rows = [
        (*row, name, blind)
        for name, trials in (("walking", THREE), ("sore", SORE))
        for row, blind in zip(trials, "110", strict=True)
    ]
    lines = [",".join(map(str, row)) for row in rows]
    path.write_text(HEADER.strip() + ",outcome,blind\n" + "\n".join(lines) + "\n", encoding="utf-8")
    path.with_suffix(".toml").write_text(SIDECAR, encoding="utf-8")
    found = bi.reanalyze(path)
    assert found.harm is not None
    assert found.harm.benefit == "walking"
    page = render_markdown(found)
    assert {text for text in SAID if text not in page.lower()} == set()
    assert "Strictest trials, without B" in page
    opening = page.partition("\n## ")[0]
    assert "without B" not in opening
    assert {row.trials for row in found.findings if row.outcome == "walking"} == {"all", "strict"}
    dataset = found.outcomes[0].trial_set("all").dataset
    assert class_columns(dataset) == ("blind",)
    assert classes.label(by_class(dataset, "blind")) == "Blinding of assessors"
    assert [class_name("blind", cell, dataset) for cell in "10"] == ["blinded", "open"]
