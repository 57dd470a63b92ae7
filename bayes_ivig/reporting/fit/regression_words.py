"""What must be said beside a regression between trials."""

from bayes_ivig.reporting.wording import effects, numbers, phrases
from bayes_ivig.results.other_models.regression import At, Regression

OBSERVATIONAL = (
    "between trials, a slope is observational: trials that differ in one thing differ in others too, and it "
    "says nothing of persons within a trial (Thompson & Higgins 2002, Stat Med 21:1559)"
)
TWO_MODELS = (
    "tau with covariates over tau without is a ratio of medians of two models, which has no posterior of its "
    "own; mu has the same prior in both, though with covariates it is that of a trial at the references"
)


def stated(name: str, value: str | float) -> str:
    """Return a column and a value of it: ``year 2010``."""
    shown = phrases.name(value) if isinstance(value, str) else numbers.cell(value)
    return f"{phrases.name(name)} {shown}"


def place(at: At, references: tuple[tuple[str, str | float], ...]) -> str:
    """Return which trials an effect is of: those at the references, named, or those with stated values."""
    if at.values:
        return f"at {phrases.series([stated(*each) for each in at.values])}"
    listed = phrases.series([stated(*each) for each in references])
    return f"at the references{f' ({listed})' if listed else ''}"


def influence_words(found: Regression) -> list[str]:
    """Return for each slope the trial without which it moves most, and what it then is."""
    lines = []
    for i, (slope, each) in enumerate(zip(found.slopes, found.most_influential, strict=True)):
        if each is not None:
            before, after = found.posterior[slope.name].median, each.slopes[i].median
            told = [effects.slope(slope, value) for value in (before, after)]
            chance = numbers.chance("slope > 0", float(each.slopes[i].prob_above(0.0)))
            lines.append(
                f"{phrases.name(slope.label)}: moved most by {phrases.name(each.study)}, without which the "
                f"median is {told[1]} in place of {told[0]}, {chance}"
            )
    return lines
