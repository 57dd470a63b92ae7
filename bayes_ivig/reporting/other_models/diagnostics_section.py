"""Every sampled fit of a report: whether its draws can be trusted,
how it agrees with the exact posterior, what made it.
"""

from collections.abc import Iterator

from bayes_ivig.reporting.document.blocks import Block, Cell, Column, Items, Section, Table, Text
from bayes_ivig.reporting.document.cells import OR_ABOVE
from bayes_ivig.reporting.other_models.words import GREEK, model_name
from bayes_ivig.reporting.wording import numbers, outcomes, phrases
from bayes_ivig.reporting.wording.readings import reading_label
from bayes_ivig.results.other_models.sampled import SampledAnswer, Witness
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, Reanalysis

KEY, TITLE = "diagnostics", "Diagnostics of sampled fits"
NAMES = {
    "bayes_ivig": "bayes_ivig",
    "pymc": "PyMC",
    "nutpie": "nutpie",
    "arviz": "ArviZ",
    "pytensor": "PyTensor",
    "numba": "Numba",
}
LIMITS = (
    "R-hat (rank-normalised) compares the chains and is 1 where they agree: the largest of μ, τ, further "
    "parameters and study effects; at most 1.01 is asked for. ESS: smallest effective sample size of the "
    "same, in the bulk and in the tails (5% and 95% quantiles); at least 400 is asked for (Vehtari et al. "
    "2021, Bayesian Analysis 16:667).",
    "Divergences: draws at which the sampler lost its way; none is asked for. E-BFMI: how freely the chains "
    "moved between likely and unlikely regions, the smallest of them; at least 0.3 is asked for. MCSE: Monte "
    "Carlo standard error, how far the number would move with another seed.",
)
FAR = 4.0  # Monte Carlo standard errors: beyond it a difference is not put down to chance


def diagnostics_section(reanalysis: Reanalysis) -> Section | None:
    """Return the checks of every sampled fit; None where nothing was sampled."""
    fits = list(_fits(reanalysis))
    if not fits:
        return None
    failed = [(where, fit) for where, fit in fits if not fit.diagnostics.ok]
    count = f"{phrases.first_upper(phrases.small(len(fits)))} {'fit' if len(fits) == 1 else 'fits'}"
    state = (
        "every check below was passed"
        if not failed
        else f"checks failed for {phrases.small(len(failed))}, see below"
    )
    blocks: list[Block] = [
        Text(
            f"{count} of this report {'was' if len(fits) == 1 else 'were'} sampled, by Markov chain Monte "
            f"Carlo (No-U-Turn sampler): {state}. All other posteriors are computed by numerical integration."
        )
    ]
    if failed:
        blocks.append(
            Items(
                tuple(f"{where}: {problem}." for where, fit in failed for problem in fit.diagnostics.problems)
            )
        )
    witnesses = list(_witnesses(reanalysis))
    if witnesses:
        blocks += [Text(_verdict([witness for _, witness in witnesses])), _agreement_table(witnesses)]
    blocks.append(_checks_table(fits))
    return Section(KEY, TITLE, tuple(blocks))


def _outcomes(reanalysis: Reanalysis) -> Iterator[CountsOutcome]:
    for outcome in outcomes.in_order(reanalysis):
        if isinstance(outcome, CountsOutcome) and outcome.other_models is not None:
            yield outcome


def _where(outcome: CountsOutcome, trials: str) -> str:
    return f"{outcomes.title(outcome)}, {outcomes.set_phrase(outcome.trial_set(trials), outcome)}"


def _fits(reanalysis: Reanalysis) -> Iterator[tuple[str, SampledAnswer]]:
    """Yield every sampled fit with its outcome, trial set and model in words."""
    for outcome in _outcomes(reanalysis):
        assert outcome.other_models is not None
        for trials, code, answer in outcome.other_models.fits():
            yield f"{_where(outcome, trials)}: {phrases.lower_first(model_name(code))}", answer
    for reading in reanalysis.harm.joint if reanalysis.harm else ():
        if reading.sampled:
            yield f"Benefit against harm, {phrases.lower_first(reading_label(reading))}", reading.sampled


def _witnesses(reanalysis: Reanalysis) -> Iterator[tuple[str, Witness]]:
    for outcome in _outcomes(reanalysis):
        assert outcome.other_models is not None
        yield from ((_where(outcome, each.trials), each) for each in outcome.other_models.witnesses)


def _verdict(witnesses: list[Witness]) -> str:
    """Say how far sampled and exact numbers of the reference model lie apart, the farthest of all."""
    compared = [number for witness in witnesses for number in witness.numbers]
    farthest = max(abs(number.distance) for number in compared)
    chance = (
        "as far as chance takes the farthest of so many"
        if farthest <= FAR
        else "farther than chance explains"
    )
    return (
        f"The reference model was also sampled, as a check of its exact posterior. Of {len(compared)} "
        "numbers compared (2.5%, 50% and 97.5% quantiles of μ and τ, P(OR > 1)), the farthest lies "
        f"{numbers.plain(farthest, 1)} Monte Carlo standard errors from the exact one, {chance}."
    )


def _agreement_table(witnesses: list[tuple[str, Witness]]) -> Table:
    rows = []
    for where, witness in witnesses:
        named = {number.number: number for number in witness.numbers}
        median, chance, worst = named["mu q50"], named["P(OR > 1)"], witness.worst
        rows.append(
            (
                where,
                numbers.amount(median.exact, 3),
                numbers.amount(median.sampled, 3),
                numbers.probability(chance.exact),
                numbers.probability(chance.sampled),
                Cell(numbers.amount(worst.distance, 1), "strong" if abs(worst.distance) > FAR else ""),
                _number_name(worst.number),
            )
        )
    columns = (
        Column("Outcome and trials", "text"),
        Column("Median log OR, exact"),
        Column("Median log OR, sampled"),
        Column(f"{OR_ABOVE}, exact"),
        Column(f"{OR_ABOVE}, sampled"),
        Column("Largest difference, in MCSE"),
        Column("Largest in", "short"),
    )
    return Table("The reference model, sampled and exact.", columns, tuple(rows))


def _number_name(number: str) -> str:
    name, _, level = number.partition(" q")
    return f"{level}% quantile of {GREEK.get(name, name)}" if level else number


def _checks_table(fits: list[tuple[str, SampledAnswer]]) -> Table:
    columns = (
        Column("Fit", "text"),
        Column("Draws"),
        Column("R-hat"),
        Column("Bulk ESS"),
        Column("Tail ESS"),
        Column("MCSE, median log OR"),
        Column(f"MCSE, {OR_ABOVE}"),
        Column("Divergences"),
        Column("E-BFMI"),
        Column("Checks", "short"),
    )
    rows = tuple((where, *_cells(fit)) for where, fit in fits)
    return Table("Checks of every sampled fit.", columns, rows, (*LIMITS, *_samplers(fits), *_makers(fits)))


def _cells(fit: SampledAnswer) -> tuple[Cell | str, ...]:
    """Return the checks of one fit; what could not be computed is a dash, and named among the problems."""
    checks, sampler = dict(fit.diagnostics.numbers), dict(fit.sampler)
    by_kind = {
        kind: [value for name, value in checks.items() if name.startswith(f"{kind}.")]
        for kind in ("rhat", "ess_bulk", "ess_tail")
    }
    return (
        numbers.count(int(sampler["chains"]) * int(sampler["draws"])),
        numbers.plain(max(by_kind["rhat"]), 3) if by_kind["rhat"] else numbers.NONE,
        numbers.whole(min(by_kind["ess_bulk"])) if by_kind["ess_bulk"] else numbers.NONE,
        numbers.whole(min(by_kind["ess_tail"])) if by_kind["ess_tail"] else numbers.NONE,
        numbers.amount(checks.get("mcse.mu.q50"), 4),
        numbers.amount(checks.get("mcse.prob_or_gt_1"), 4),
        numbers.amount(checks.get("divergences"), 0),
        numbers.amount(checks.get("ebfmi")),
        "passed" if fit.diagnostics.ok else Cell("failed", "strong"),
    )


def _samplers(fits: list[tuple[str, SampledAnswer]]) -> Iterator[str]:
    """Yield how the fits were sampled: one line where all were sampled alike."""
    for settings in dict.fromkeys(fit.sampler for _, fit in fits):
        own = dict(settings)
        yield (
            f"Sampler: {phrases.name(own['sampler'])}, {own['chains']} chains of {own['draws']} draws after "
            f"{own['tune']} steps of adaptation, target acceptance {own['target_accept']}, "
            f"seed {own['seed']}."
        )


def _makers(fits: list[tuple[str, SampledAnswer]]) -> Iterator[str]:
    """Yield which versions made the answers, which were then kept by content."""
    for made_by in dict.fromkeys(fit.made_by for _, fit in fits):
        versions = ", ".join(
            f"{NAMES[name]} {phrases.name(number)}" for name, number in made_by if name in NAMES
        )
        yield (
            f"Made by: {versions}. Answers are kept by content (data, model, seed, "
            "settings) and read back, not sampled anew."
        )
