"""The texts of a forest plot: cells, heads, labels of what is pooled, what stands below."""

from collections.abc import Sequence
from dataclasses import dataclass

from bayes_ivig.inputs.counts.description import About
from bayes_ivig.measures import Measure
from bayes_ivig.reporting.counts.forest_rows_table import Row, Rows
from bayes_ivig.reporting.wording import effects, numbers, outcomes, phrases
from bayes_ivig.reporting.wording.order import Cells
from bayes_ivig.results.pooled import Ratio

METHODS = {
    "reml": "REML",
    "ml": "maximum likelihood",
    "dl": "DerSimonian-Laird",
    "pm": "Paule-Mandel",
    "eb": "empirical Bayes",
    "sj": "Sidik-Jonkman",
    "he": "Hedges",
    "hs": "Hunter-Schmidt",
    "mh": "Mantel-Haenszel",
    "peto": "Peto",
    "fixed": "common effect",
    "revman-random": "M-H, random effects",
    "revman-fixed": "M-H, fixed effect",
    "revman-2025": "random effects",
}
NOT_ESTIMABLE = "Not estimable"


@dataclass(frozen=True)
class Writer:
    """Writes effects of one forest plot: ``decimals`` are those of differences, the same for all of them."""

    measure: Measure
    brackets: tuple[str, str, str]
    decimals: int = 2

    def effect(self, effect: Ratio) -> str:
        """Return an effect with its limits."""
        opening, middle, closing = self.brackets
        texts = [self.value(each) for each in effect]
        if middle == "-" and any(text[0] in f"{numbers.MINUS}<>" for text in texts[1:]):
            middle = " to "  # a dash before a minus sign reads as none
        return f"{texts[0]}{opening}{texts[1]}{middle}{texts[2]}{closing}"

    def value(self, value: float | None) -> str:
        """Return one number."""
        if self.measure.log or value is None:
            return effects.cell(self.measure, value)
        return numbers.amount(value, self.decimals)


def writer(rows: Rows, brackets: tuple[str, str, str]) -> Writer:
    """Return what writes the effects of a plot; differences have as many decimals as their size asks for."""
    sizes = sorted(
        abs(value)
        for row in rows.rows
        for effect in (row.observed, row.posterior)
        if effect is not None
        for value in effect
        if value
    )
    middle = sizes[len(sizes) // 2] if sizes else 1.0
    decimals = next(
        (count for limit, count in ((100, 0), (20, 1), (0.5, 2), (0.05, 3)) if middle >= limit), 4
    )
    return Writer(rows.measure, brackets, decimals)


def label(rows: Rows, row: Row) -> str:
    """Return what stands in the first column of a line."""
    at = numbers.level(rows.level)
    match row.kind:
        case "posterior":
            return f"Bayesian, {at} credible interval"
        case "prediction":
            return f"New trial, {at} credible prediction interval"
        case "classical":
            how = METHODS.get(rows.pooled.method, rows.pooled.method) if rows.pooled else ""
            how += ", Hartung-Knapp" if rows.pooled and rows.pooled.hartung_knapp else ""
            return f"Classical ({how}), {at} confidence interval"
        case "new":
            return f"New trial, {at} prediction interval"
        case "subtotal":
            return f"Bayesian, {at} credible interval"
        case _:
            return row.label


def counted(counts: Cells | None, *places: int) -> str:
    """Return one of the counts, or two as events of people; a dash where there are none."""
    if counts is None:
        return numbers.NONE
    return "/".join(numbers.effective(counts[place]) for place in places)


def percent(weight: float | None, unit: str) -> str:
    """Return a weight, its unit behind it where it has one there."""
    if weight is None:
        return ""
    return numbers.percentage(weight) if unit else numbers.plain(weight, 1)


def interval_head(rows: Rows, kind: str) -> str:
    """Return the head of a column of effects."""
    return f"{phrases.first_upper(rows.measure.symbol)} ({numbers.level(rows.level)} {kind})"


def sides(about: About, measure: Measure, favours: str) -> tuple[str, str]:
    """Return what stands below an axis at the left and at the right of no effect: whom an effect there
    favours, or where nobody knows what is good what the effect says.
    """
    treatment, control = about.treatment, about.control
    if about.event is not None:
        pair = (control, treatment) if about.event == "good" else (treatment, control)
        return f"{favours} {pair[0]}", f"{favours} {pair[1]}"
    if measure.of_events:
        return f"Fewer events with {treatment}", f"More events with {treatment}"
    return f"Lower with {treatment}", f"Higher with {treatment}"


def below(rows: Rows) -> list[str]:
    """Return the sentences below a forest plot: heterogeneity, and which trials say nothing, and why."""
    lines = _heterogeneity(rows)
    silent = [row for row in rows.trials if row.observed is None and row.reason]
    if silent:
        named = "; ".join(f"{row.label} ({row.reason})" for row in silent)
        lines.append(f"Not estimable from its own data: {named}.")
    return lines


def _heterogeneity(rows: Rows) -> list[str]:
    lines = []
    at = numbers.level(rows.level)
    posterior, pooled = rows.posterior, rows.pooled
    if posterior is not None and posterior.model.heterogeneous:
        tau = posterior["tau"]
        lower, upper = tau.interval(rows.level)
        middle = float(tau.quantile(0.5))
        lines.append(
            f"Heterogeneity, Bayesian: τ = {numbers.amount(middle)} ({at} credible interval "
            f"{numbers.standard_deviation(lower)} to {numbers.standard_deviation(upper)})"
        )
    if pooled is not None and pooled.q is not None and pooled.q_p_value is not None and pooled.i2 is not None:
        tau2 = "" if pooled.tau2 is None else f"τ² = {numbers.amount(pooled.tau2)}; "
        lines.append(
            f"Heterogeneity, classical: {tau2}Q = {numbers.amount(pooled.q)} "
            f"({numbers.equals('P', numbers.p_value(pooled.q_p_value))}); I² = "
            f"{numbers.percentage(pooled.i2, 0)}"
        )
    return lines


def key(rows: Rows) -> tuple[tuple[str, str, str], ...]:
    """Return what the two marks of a trial are: the role, the mark, the text."""
    at = numbers.level(rows.level)
    return (
        ("observed", "s", f"Observed, {at} confidence interval"),
        ("shrunken", "o", f"In the posterior, {at} credible interval"),
    )


def alternative(rows: Rows, effects_written: Writer) -> str:
    """Return what the plot shows in a sentence, for those who cannot see it."""
    named = outcomes.title_of(rows.dataset.outcome, rows.dataset.about)
    title = "Forest plot" if named == "The outcome" else f"Forest plot, {named}"
    parts = [f"{title}: {numbers.count(len(rows.dataset))} {trials(len(rows.dataset))}"]
    for row in rows.rows:
        found: Sequence[Ratio | None] = (row.observed, row.posterior)
        if row.kind in ("posterior", "classical") and (effect := next(filter(None, found), None)):
            parts.append(f"{label(rows, row)} {rows.measure.symbol} {effects_written.effect(effect)}")
    return "; ".join(parts)


def trials(count: int) -> str:
    """Return the word for so many trials."""
    return "trial" if count == 1 else "trials"
