"""What the readings of a published result are called, and how the harm of a weighing is known."""

from bayes_ivig.reporting.wording import numbers, phrases
from bayes_ivig.results.reanalysis.harm_readings import HarmReading

READINGS = {
    "as printed": "All three numbers as printed",
    "interval": "Both limits are right",
    "estimate and lower": "Estimate and lower limit are right",
    "estimate and upper": "Estimate and upper limit are right",
}


def reading_label(reading: HarmReading) -> str:
    """Return how the harm is known, as a label."""
    code = phrases.lower_first(READINGS.get(reading.code, reading.code))
    whom = (
        ""
        if reading.weighed.setting.chained or reading.known == "counts"
        else f", among all {reading.weighed.setting.people}"
    )
    match reading.known:
        case "counts":
            return "Counts"
        case "reconstructed":
            return f"Reconstructed counts ({numbers.count(reading.tables)} tables): {code}{whom}"
        case "summary":
            return f"Published summary: {code}"
        case "joint":
            return (
                f"In one model, of one reconstructed table: {code}" if code else "In one model, of the counts"
            )
        case "same table":
            return f"Independent, of the same table: {code}" if code else "Independent, of the same counts"
