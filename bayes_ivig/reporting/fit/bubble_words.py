"""What a bubble plot shows, in words, and how far its axis of effects reaches."""

from bayes_ivig.reporting.fit.regression_words import stated
from bayes_ivig.reporting.wording import effects, numbers, outcomes, phrases
from bayes_ivig.results.other_models.bubble import Bubbles
from bayes_ivig.results.pooled import Ratio

BEYOND = 1.0  # how far the band of a new trial is followed beyond trials and their line, on the model's scale


def reach(found: Bubbles, *, prediction: bool) -> tuple[float, float]:
    """Return the ends of what is drawn up and down, on the scale of the model: all trials and credible bands,
    and of the band of a new trial as much as lies near.
    """
    values = [each.y for each in found.trials]
    low = min([*values, *(float(band.lower.min()) for band in found.bands)])
    high = max([*values, *(float(band.upper.max()) for band in found.bands)])
    if not prediction:
        return low, high
    room = BEYOND if found.measure.log else (high - low) / 3
    return (
        max(low - room, min([low, *(float(band.new_lower.min()) for band in found.bands)])),
        min(high + room, max([high, *(float(band.new_upper.max()) for band in found.bands)])),
    )


def bubble_note(found: Bubbles, unnamed: int, *, prediction: bool) -> str:
    """Return what the marks are, below the drawing."""
    words = (
        f"Line: posterior median; dark band: {numbers.level(found.level)} credible interval"
        f"{'; light band: of a new trial' if prediction else ''}. Area of a bubble: weight."
    )
    arms = outcomes.sides(found.posterior.dataset.about)
    if arms:
        words += f" Below {numbers.stated(found.measure.null)} favours {arms[0]}."
    if found.held:
        words += f" Others at {phrases.series([stated(name, value) for name, value in found.held])}."
    words += f" No room for {_counted(unnamed, 'name')}." * bool(unnamed)
    silent = len(found.silent)
    return words + f" {_counted(silent, 'trial')} without information not drawn." * bool(silent)


def _counted(count: int, what: str) -> str:
    return f"{numbers.count(count)} {what}{'' if count == 1 else 's'}"


def bubble_title(found: Bubbles) -> str:
    """Return what is drawn, in one line."""
    trials = _counted(len(found.trials), "trial")
    return f"Bubble plot of {trials}: {found.measure.name} by {phrases.name(found.by)}"


def bubble_alternative(found: Bubbles) -> str:
    """Return what the band says at its ends, or in each class, for those who cannot see it."""
    parts = []
    for band in found.bands:
        label = f"{phrases.name(band.label)}, " if band.label else ""
        for i in range(len(band.x)) if found.levels else (0, -1):
            at = found.levels[i] if found.levels else float(band.x[i])
            own = Ratio(
                *(found.measure.own(float(each[i])) for each in (band.median, band.lower, band.upper))
            )
            parts.append(f"{label}{stated(found.by, at)}: {effects.bracketed(found.measure, own)}")
    return f"{bubble_title(found)}. {'; '.join(parts)}."
