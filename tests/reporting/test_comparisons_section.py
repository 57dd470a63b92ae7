"""The section by comparison: a question each, numbers as the results have them, what is in none."""

from dataclasses import replace
from pathlib import Path

import pytest
from report_cases import ivig

from bayes_ivig.analyses.reanalysis.reanalyze import reanalyze
from bayes_ivig.reporting.comparisons.chart import plot_comparisons
from bayes_ivig.reporting.comparisons.section import comparisons_section
from bayes_ivig.reporting.comparisons.words import comparison_line, estimand_sentence, tau_sentence
from bayes_ivig.reporting.document.blocks import Figure, Items, Section, Table, Text
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, Reanalysis

pytestmark = pytest.mark.slow


def outcome_of(reanalysis: Reanalysis, name: str) -> CountsOutcome:
    found = reanalysis.outcome(name)
    assert isinstance(found, CountsOutcome)
    return found


def section_of(outcome: CountsOutcome) -> Section:
    section = comparisons_section(outcome, "key")
    assert section is not None
    return section


def own(folder: Path, table: str, sidecar: str = "") -> CountsOutcome:
    path = folder / "mine.csv"
    path.write_text(table, encoding="utf-8")
    path.with_suffix(".toml").write_text(
        f'event = "bad"\noutcome_title = "Death"\n{sidecar}', encoding="utf-8"
    )
    return outcome_of(reanalyze(path), "")


def texts(section: Section) -> str:
    return " ".join(block.text for block in section.blocks if isinstance(block, Text))


COUNTS = "study,treatment_events,treatment_total,control_events,control_total,comparison\n"


def test_the_case_leads_with_a_question_for_each_comparison() -> None:
    live = outcome_of(ivig(), "live_birth")
    section = section_of(live)
    items = next(block for block in section.blocks if isinstance(block, Items))
    assert live.comparisons is not None
    assert items.items == tuple(comparison_line(group, live.about) for group in live.comparisons.groups)
    assert str(items.items[0]).startswith(
        "IVIG instead of heparin and aspirin, in antibody-positive women: two trials with 118 women, "
        "Dendrinos 2009, Triolo 2003."
    )
    assert estimand_sentence(live) == (
        "Each estimates the conditional odds ratio of live birth (within a trial, not marginal):"
    )
    assert estimand_sentence(live) in texts(section)
    steroid = live.comparisons.groups[1]
    assert "Perricone 2008 does not say" in comparison_line(steroid, live.about)
    one = replace(
        steroid, result=replace(steroid.result, dataset=steroid.result.dataset.trials(["Vaquero 2001"]))
    )
    assert "Perricone" not in comparison_line(one, live.about)  # a note on trials that are not here
    table, contrasts = (block for block in section.blocks if isinstance(block, Table))
    first = [cell.text.replace("\N{FIGURE SPACE}", "") for cell in table.cells[0]]
    assert first[1:] == ["2", "118", "0.25", "0.25", "0.09 to 0.69", "0.006", "0.06 to 0.99", "0.29"]
    assert len(contrasts.rows) == 2
    assert [cell.text for cell in contrasts.cells[0]][2] == "0.05"


def test_a_trial_that_compares_nothing_is_named_with_the_sets_that_hold_it() -> None:
    said = texts(section_of(outcome_of(ivig(), "live_birth")))
    assert (
        "Heilmann 2001 has nothing to compare IVIG with and is in none of these comparisons, though it is in "
        "the sets of the six trials the paper pooled and all nine trials."
    ) in said
    assert "so neither answer is claimed" in said


def test_tau_is_called_its_prior_with_the_numbers_that_are_printed() -> None:
    found = outcome_of(ivig(), "live_birth").comparisons
    assert found is not None
    said = tau_sentence(found)
    assert "in every comparison, so τ is nearly what its prior says" in said
    assert said.endswith(
        "its median is 0.29 to 0.38 after the trials, 0.34 before them (95% of the prior: 0.02 to 1.12)."
    )
    assert not tau_sentence(replace(found, groups=()))


def test_an_outcome_without_comparisons_has_no_section(tmp_path: Path) -> None:
    plain = own(tmp_path, COUNTS.replace(",comparison", "") + "A,5,40,12,41\nB,4,50,9,52\n")
    assert plain.comparisons is None
    assert comparisons_section(plain, "key") is None
    silent = own(tmp_path, COUNTS + "A,0,40,0,41,placebo\nB,0,50,0,52,surgery\n")
    assert silent.comparisons is None


def test_a_table_of_ones_own_has_pairs_and_no_sentence_that_is_not_so(tmp_path: Path) -> None:
    rows = "A,5,40,12,41,placebo\nB,4,50,9,52,placebo\nC,2,20,3,19,surgery\nD,0,9,0,9,diet\nE,4,30,6,31,\n"
    outcome = own(tmp_path, COUNTS + rows)
    section = section_of(outcome)
    assert section.key == "key-comparisons"
    said = texts(section)
    assert "Against placebo, set against surgery, under one τ" in said
    assert "Nothing says what was compared in E." in said
    assert "Nothing is learnt of treatment against diet: no trial of it (D) can tell the arms apart." in said
    assert outcome.comparisons is not None
    plot_comparisons(outcome.comparisons).to_dict()


def test_one_comparison_is_one_question(tmp_path: Path) -> None:
    section = section_of(own(tmp_path, COUNTS + "A,5,40,12,41,placebo\nB,4,50,9,52,placebo\n"))
    assert "is one question here" in texts(section)
    assert not any(isinstance(block, Figure) for block in section.blocks)
    assert sum(isinstance(block, Table) for block in section.blocks) == 1


def test_differences_of_means_go_by_another_column(tmp_path: Path) -> None:
    table = (
        "study,estimate,lower,upper,region\nA,-1.5,-2.5,-0.5,Europe\nB,-0.4,-1.2,0.4,Europe\n"
        "C,0.6,-0.6,1.8,Asia\n"
    )
    outcome = own(tmp_path, table, 'measure = "SMD"\n[comparisons]\ncolumn = "region"\n')
    (items,) = (block for block in section_of(outcome).blocks if isinstance(block, Items))
    said = [str(item) for item in items.items]
    assert said[0].startswith("treatment against control, where region is Europe, in people: ")
    assert "Each estimates the standardised mean difference" in texts(section_of(outcome))
    assert "under one τ: difference of standardised mean differences" in texts(section_of(outcome))
