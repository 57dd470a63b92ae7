"""How much prior it takes, in words, on pages and in contours."""

import math
import re

import numpy as np
import pytest
from joined import joined
from meaning import tells
from report_cases import BAD_EVENT, THREE, hostile, ivig, own

import bayes_ivig as bi
from bayes_ivig.reporting.document.blocks import Figure, Section, Table, Text
from bayes_ivig.reporting.drawing.render import svg_file
from bayes_ivig.reporting.tipping.chart import plot_tipping, tipping_alternative
from bayes_ivig.reporting.tipping.section import tipping_appendix, tipping_section
from bayes_ivig.reporting.tipping.text import tipping_document, tipping_text
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, Reanalysis

pytestmark = pytest.mark.slow


def outcome(reanalysis: Reanalysis, name: str = "") -> CountsOutcome:
    found = reanalysis.outcome(name)
    assert isinstance(found, CountsOutcome)
    return found


def section_of(found: CountsOutcome, key: str) -> Section | None:
    return joined(tipping_section(found, key), tipping_appendix(found, key))


def test_the_case_has_published_and_all_trials() -> None:
    section = section_of(outcome(ivig(), "live_birth"), "live_birth")
    assert section is not None and section.title.startswith("Tipping point and fragility")
    assert [name for name, _ in outcome(ivig(), "live_birth").how_much_prior] == ["published", "all"]
    tables = [block for block in section.blocks if isinstance(block, Table)]
    assert len(tables) == 7  # the last is of one more trial
    assert [row[0] for row in tables[0].rows] == [
        "Sceptical prior of μ",
        "Prior of τ",
        "Sceptical prior, pooled estimate alone",
    ]
    assert tables[0].rows[0][1:3] == ("Normal, SD 0.505", "wider")
    assert "Sceptical prior of μ: normal(0, 0.505)." in tables[0].details
    assert [row[0] for row in tables[3].rows][1] == "Prior of μ that expects a benefit"
    figures = [block for block in section.blocks if isinstance(block, Figure)]
    # with all nine there is no line to draw
    assert [figure.name for figure in figures] == ["live_birth_tipping_published"]
    said = " ".join(block.text for block in section.blocks if isinstance(block, Text))
    assert tells(said, "0.997", "P(OR > 1) ≥ 0.975", "reached")
    assert tells(said, "sceptical prior", "63 persons", "prior of τ", "half-normal", "1.36", "four events")
    assert tells(said, "convention", "0.025", "0.05")
    assert tells(said, "event is good", "OR > 1", "favour of IVIG", "benefit")
    assert tells(said, "no longer reached", "four events") and tells(said, "is reached", "nine events")
    assert tells(said, "P(OR > 1)", "0.556", "0.891")
    assert tipping_section(outcome(ivig(), "miscarriage"), "miscarriage") is None


def test_the_words_are_the_numbers_of_the_result() -> None:
    found = outcome(ivig(), "live_birth").how_much_prior[0][1]
    text = " ".join(tipping_text(found).split())
    scale = found.mu.crossings[0]
    assert f"normal(0, {scale:.3g})" in text
    assert f"{math.exp(-1.96 * scale):.2f} to {math.exp(1.96 * scale):.2f}" in text
    assert f"{16 / scale**2:.0f}" in text
    document = tipping_document(found)
    assert document["fragility"]["events"] == 4 and document["advocating_mu"] is None and "note" in document
    assert np.array(document["grid"]["chances"]) == pytest.approx(found.grid.chances)


def test_the_picture_is_drawn_from_its_grid() -> None:
    grid = outcome(ivig(), "live_birth").how_much_prior[0][1].grid
    assert grid is not None
    svg = svg_file(plot_tipping(grid), tipping_alternative(grid))
    shown = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    assert {"P(OR &gt; 1)", "shaded where ≥ 0.975", "shaded where ≥ 1", "0.975", "0.99", "1.5"} <= set(shown)
    assert f"{grid.chances[0, 0]:.3f}" in tipping_alternative(grid)


def test_pictures_of_any_grid() -> None:
    """Nowhere, everywhere, a bad event, scales that are few, and numbers at the limits of floats."""
    posterior = outcome(ivig(), "live_birth").trial_set("all").posterior
    nowhere = plot_tipping(bi.tipping.tipping_grid(posterior, mu_scales=[0.1, 1], tau_scales=[0.1, 0.5, 1]))
    assert "nowhere ≥ 0.975" in svg_file(nowhere, "")
    always = bi.tipping.tipping_grid(
        posterior, mu_scales=[1, 2, 3], tau_scales=[0.1, 0.5], conclusion=bi.tipping.Conclusion(0.3, 0.8)
    )
    assert "everywhere ≥ 0.8" in svg_file(plot_tipping(always), "")
    bad = bi.tipping.tipping_grid(posterior, conclusion=bi.tipping.Conclusion(1, 0.1, "below"))
    shown = svg_file(plot_tipping(bad), "")
    assert "P(OR &lt; 1)" in shown and "Upper limit of the 95% credible interval" in shown
    with pytest.raises(bi.errors.ModelError, match="two scales"):
        plot_tipping(bi.tipping.tipping_grid(posterior, mu_scales=[1], tau_scales=[0.1, 0.5]))


@pytest.mark.parametrize(
    "rows",
    [
        (("only", 5, 40, 12, 41),),
        (("zero", 0, 40, 12, 41), ("all", 12, 12, 9, 9), ("empty arm", 0, 0, 3, 19)),
        (("silent", 0, 40, 0, 41), ("silent too", 0, 50, 0, 52)),
        (("large", 400_000, 1_000_000, 399_000, 1_000_000), ("small", 3, 9, 1, 8)),
    ],
    ids=["one", "zeros", "no events", "large"],
)
def test_pages_of_awkward_tables(rows: tuple[tuple[object, ...], ...]) -> None:
    found = own(rows)
    assert tipping_section(outcome(found), "outcome") is not None
    markdown = bi.render_markdown(found)
    assert "How much prior it takes" in markdown
    assert (
        "nan"
        not in markdown.lower()
        .replace("financ", "")
        .partition("how much prior it takes")[2]
        .partition("\n## ")[0]
    )


def test_bad_events_and_hostile_names() -> None:
    section = section_of(outcome(own(THREE, BAD_EVENT)), "death")
    assert section is not None
    said = [block.text for block in section.blocks if isinstance(block, Text)]
    assert tells(" ".join(said), "event is bad", "OR < 1", "favour of drug", "benefit")
    turned = tuple((name, r0, n0, r1, n1) for name, r1, n1, r0, n0 in THREE)
    harmful = tipping_appendix(outcome(own(turned, BAD_EVENT)), "death")
    assert harmful is not None
    first, *rest = harmful.blocks
    assert isinstance(first, Text) and tells(first.text, "OR > 1", "against drug", "harm")
    assert [type(block) for block in rest] == [Table, Text, Table], "three trials are asked less"
    assert any(isinstance(block, Text) and "P(OR < 1)" in block.text for block in section.blocks)
    assert "<script>alert" not in bi.render_html(hostile())


def test_common_effects_have_no_map() -> None:
    section = section_of(outcome(own(THREE, BAD_EVENT, "common_effect")), "death")
    assert section is not None
    assert not any(isinstance(block, Figure) for block in section.blocks)
