"""Pages of the interactive part alone, as a report writes it, for tests in a browser."""

from pathlib import Path
from typing import Any

from bayes_ivig.reporting.document.blocks import Page, Section
from bayes_ivig.reporting.document.html import html_of
from bayes_ivig.reporting.explorer.section import explorer_of
from bayes_ivig.results.reanalysis.reanalysis import Reanalysis

NUMBERS = ("or", "interval", "above", "below", "inside", "beyond", "tau")


def written_explorer(reanalysis: Reanalysis, folder: Path) -> Path:
    """Write a page with nothing but the interactive part of a report."""
    explorer = explorer_of(reanalysis)
    assert explorer is not None
    path = folder / "explorer.html"
    section = Section("bring", "Bring your own prior", (explorer,))
    path.write_text(html_of(Page("A page", "with one part", (section,))), encoding="utf-8")
    return path


def shown(page: Any) -> dict[str, str]:
    """Return the numbers that the page shows, once it has computed them."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return {key: page.inner_text(f"#explorer-{key}") for key in NUMBERS}


def add_trial(page: Any, name: str, counts: tuple[int, int, int, int]) -> None:
    """Fill in the form for a trial, and add it."""
    page.evaluate("document.getElementById('explorer-add').open = true")
    for field, value in zip(("Name", "R1", "N1", "R0", "N0"), (name, *counts), strict=True):
        page.fill(f"[name=new{field}]", str(value))
    page.click("#explorer-add-button")


def exactly(page: Any, p: list[float]) -> dict[str, Any]:
    """Return quantiles of the page's own posteriors, and P(OR > 1), for the state in its address."""
    found: dict[str, Any] = page.evaluate(EXACTLY, p)
    return found


EXACTLY = """(p) => {
  const data = JSON.parse(document.getElementById("explorer-data").textContent);
  const link = document.getElementById("explorer-link").textContent;
  const {state} = BayesIvigState.fromAddress(link.slice(link.indexOf("#")), data);
  const from = data.outcomes[state.outcome];
  const likelihood = from.likelihoods[state.likelihood];
  const own = likelihood.estimate ? [{estimate: likelihood.estimate}] : from.trials;
  const trials = [...own, ...state.added.map((trial) => trial.counts)];
  const surface = BayesIvig.surface(trials, likelihood, state);
  const chosen = state.kept.flatMap((kept, i) => kept ? [i] : []);
  const found = BayesIvig.posterior(surface, chosen, state);
  const all = (density) => density && p.map((one) => density.quantile(one));
  return {mu: all(found.mu), tau: all(found.tau), above: 1 - found.mu.below(0)};
}"""
