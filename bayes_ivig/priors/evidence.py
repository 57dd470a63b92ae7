"""Priors from other meta-analyses: a printed ratio becomes a normal prior on the log odds ratio, whole, discounted or robust.

evidence("Kofod 2025", baseline_risk=0.5)                              a bundled result by its name or citation key
evidence("RR 1.02 (0.86 to 1.22)", baseline_risk="0.4 to 0.6")         a result as it is printed; 95% range of the risk
evidence("OR 1.28 (0.78 to 2.10)", discount=0.5, robust=0.2)
"""

import csv
import math
import re
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bayes_ivig import resources
from bayes_ivig.errors import ModelError
from bayes_ivig.priors.composite import LibraryPrior, Mixture, Prior
from bayes_ivig.priors.families import Normal
from bayes_ivig.priors.libraries import choose
from bayes_ivig.priors.shared import number

type Array = NDArray[np.float64]

TABLE = "external_evidence"
MEASURES = ("OR", "RR")
NUMBER = r"\d+\.?\d*|\.\d+"
PRINTED = re.compile(
    rf"\s*(?P<measure>[A-Za-z]+)\s*(?P<estimate>{NUMBER})\s*\(\s*(?:(?P<level>{NUMBER})\s*%\s*:?\s*)?(?P<lower>{NUMBER})\s*"
    rf"(?:to|-|,|\N{{EN DASH}})\s*(?P<upper>{NUMBER})\s*\)\s*"
)
RANGE = re.compile(rf"\s*(?P<low>{NUMBER})\s*(?:to|-|\N{{EN DASH}})\s*(?P<high>{NUMBER})\s*")
USUAL_LEVEL = 0.95
VAGUE = Normal(0.0, 4.0)  # worth one participant, the robust part's usual width (Schmidli et al. 2014)
NODES = (np.arange(200) + 0.5) / 200  # of an uncertain baseline risk, at equal steps of probability
FIGURES = 6  # of the numbers a prior resolves to
MIDDLE = 0.25  # standard errors that an estimate may stand off the middle of its limits on the log scale unremarked


@dataclass(frozen=True, slots=True)
class Printed:
    """A pooled ratio as printed: an odds ratio or a risk ratio with its confidence limits.

    ``complement_of`` is empty, or names the outcome of which the ratio's own event is the opposite; a prior is then about that
    outcome, and the ratio turned round. ``shares`` are studies it has in common with the trials it stands beside.
    """

    measure: str
    estimate: float
    lower: float
    upper: float
    level: float = USUAL_LEVEL
    label: str = ""
    outcome: str = ""
    complement_of: str = ""
    shares: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.measure not in MEASURES:
            raise ModelError(f"{self}: found {self.measure}; a prior on a log odds ratio comes from an OR or an RR")
        if not 0 < self.lower <= self.estimate <= self.upper or self.lower == self.upper or not math.isfinite(self.upper):
            raise ModelError(f"{self}: the limits must be above 0, with the estimate between them")
        if not 0 < self.level < 1:
            raise ModelError(f"{self}: the level is {self.level:g}; it must lie between 0 and 1")

    def __str__(self) -> str:
        level = "" if self.level == USUAL_LEVEL else f"{number(100 * self.level)}%: "
        limits = f"{number(self.lower)} to {number(self.upper)}"
        return f"{self.measure} {number(self.estimate)} ({level}{limits})"


def evidence(
    result: str, baseline_risk: float | str = 0.0, discount: float = 1.0, robust: float = 0.0, event: str = "", overlap: str = ""
) -> LibraryPrior:
    """Return the prior on mu that a printed result makes: ``"RR 1.02 (0.86 to 1.22)"``, or the name of a bundled one.

    A risk ratio becomes the odds ratio RR (1 - p) / (1 - RR p) at the risk p of the event without treatment, its limits with it
    and the standard error from their width; ``baseline_risk="0.4 to 0.6"`` is a 95% range, normal on the log odds, over which
    mean and variance are averaged. ``discount`` a0 in (0, 1] divides the standard error by its square root (power prior,
    Ibrahim & Chen 2000); ``robust`` w mixes in normal(0, 4) with weight w (Schmidli et al. 2014, Biometrics 70:1023).

    Bundled ratios of an opposite event (no live birth) are turned round by themselves; ``event="opposite"`` turns any ratio, and
    the baseline risk is always that of the event the prior is about. ``overlap="allowed"`` admits a bundled result that shares
    trials with the case; of a printed one it names the shared studies, ``"Mahmoud 2004; Stricker 2000"``. Raises ``ModelError``.
    """
    printed = read_printed(result)
    if printed is None:
        printed = bundled_result(result)
        if printed.shares and overlap != "allowed":
            raise ModelError(
                f"evidence: {printed.label} shares {', '.join(printed.shares)} with the trials at hand, so the same people would "
                'count twice; overlap="allowed" uses it all the same, and says so'
            )
        shares = printed.shares
    else:
        shares = tuple(name.strip() for name in overlap.split(";") if name.strip())
    if event not in ("", "opposite"):
        raise ModelError(
            f'evidence: event is {event!r}; leave it out, or write "opposite" for the odds ratio of the opposite event'
        )
    stated: list[tuple[str, float | str, float | str]] = [("baseline_risk", baseline_risk, 0.0), ("discount", discount, 1.0)]
    stated += [("robust", robust, 0.0), ("event", event, ""), ("overlap", overlap, "")]
    given = [f", {name}={_written(value)}" for name, value, usual in stated if value != usual]
    prior, told = borrowed(printed, baseline_risk, (event == "opposite") != bool(printed.complement_of), discount, robust)
    overlapping = f"; shares {', '.join(shares)} with the trials at hand: not independent evidence" if shares else ""
    text = f'evidence("{printed.label or printed}"{"".join(given)})'
    return LibraryPrior(text, prior, f"{told}{overlapping}", shares)


def borrowed(
    printed: Printed, baseline_risk: float | str = 0.0, turned: bool = False, discount: float = 1.0, robust: float = 0.0
) -> tuple[Prior, str]:
    """Return the prior a printed ratio makes, and in words how; raises ``ModelError``."""
    if not 0 < discount <= 1:
        raise ModelError(f"evidence: discount is {number(discount)}; it must lie above 0 and up to 1, the whole of the evidence")
    if not 0 <= robust < 1:
        raise ModelError(f"evidence: robust is {number(robust)}, the weight of the vague part; it must be from 0 to below 1")
    mean, sd, told = on_log_odds(printed, baseline_risk, turned)
    part = Normal(_short(mean), _short(sd / math.sqrt(discount)))
    words = [told] + ([f"discounted to {number(discount)} of its information"] if discount < 1 else [])
    if not robust:
        return part, ", ".join(words)
    return Mixture((1 - robust, robust), (part, VAGUE)), ", ".join([*words, f"with weight {number(robust)} on {VAGUE}"])


def on_log_odds(printed: Printed, baseline_risk: float | str, turned: bool) -> tuple[float, float, str]:
    """Return mean and SD of the log odds ratio, and in words where they come from; ``turned`` is the opposite event's."""
    z = float(special.ndtri((1 + printed.level) / 2))
    ratios = np.log([printed.estimate, printed.lower, printed.upper])
    name = f"{printed.label}: {printed}" if printed.label else str(printed)
    sign = -1.0 if turned else 1.0
    if printed.measure == "OR":
        if baseline_risk != 0.0:
            raise ModelError(f"evidence: {name} is an odds ratio, which needs no baseline risk; leave it out")
        return (
            sign * float(ratios[0]),
            float(ratios[2] - ratios[1]) / (2 * z),
            f"{name}{', turned round' * turned}{_off(ratios, z)}",
        )
    risks = _risks(name, baseline_risk)
    logs = _odds_ratios(name, np.exp(ratios), 1 - risks if turned else risks)
    means, spreads = logs[:, 0], (logs[:, 2] - logs[:, 1]) / (2 * z)
    mean, sd = float(means.mean()), math.sqrt(float((spreads**2).mean() + means.var()))
    middle = [float(value) for value in np.exp(sign * np.array([mean, mean - z * sd, mean + z * sd]))]
    odds = f"OR {middle[0]:.3g} ({min(middle):.3g} to {max(middle):.3g})"
    at = baseline_risk if isinstance(baseline_risk, str) else number(baseline_risk)
    return sign * mean, sd, f"{name}, at a baseline risk of {at}{', turned round' * turned}: {odds}{_off(logs.mean(axis=0), z)}"


def _off(logs: Array, z: float) -> str:
    """Say where the estimate stands off the middle of its limits: a normal is then a rougher picture of it."""
    away = float(logs[0] - (logs[1] + logs[2]) / 2) / float((logs[2] - logs[1]) / (2 * z))
    return f"; its estimate stands {abs(away):.1f} standard errors off the middle of its limits" if abs(away) > MIDDLE else ""


def _odds_ratios(name: str, ratios: Array, risks: Array) -> Array:
    """Return log odds ratios of estimate and limits at every baseline risk, shape (risks, 3)."""
    treated = risks[:, None] * ratios
    if treated.max() >= 1:
        raise ModelError(
            f"evidence: {name}: at a baseline risk of {risks.max():.3g} the upper limit is a risk of {treated.max():.3g}, "
            f"which must stay below 1; state a risk below {1 / ratios.max():.3g}, or use the ratio of the opposite event"
        )
    return np.asarray(special.logit(treated) - special.logit(risks)[:, None])


def _risks(name: str, stated: float | str) -> Array:
    """Return the baseline risks to average over."""
    if stated == 0.0:
        raise ModelError(
            f'evidence: {name} is a risk ratio; state the risk without treatment, baseline_risk=0.5 or baseline_risk="0.4 to 0.6"'
        )
    match = RANGE.fullmatch(stated) if isinstance(stated, str) else None
    low, high = (float(match["low"]), float(match["high"])) if match else (0.0, 0.0)
    if isinstance(stated, int | float) and 0 < stated < 1:
        return np.array([float(stated)])
    if not 0 < low < high < 1:
        raise ModelError(
            f'evidence: baseline_risk is {stated!r}; write a risk between 0 and 1, or a 95% range such as "0.4 to 0.6"'
        )
    middle, half = (special.logit(high) + special.logit(low)) / 2, (special.logit(high) - special.logit(low)) / 2
    return np.asarray(special.expit(middle + half * special.ndtri(NODES) / special.ndtri(0.975)))


def read_printed(text: str) -> Printed | None:
    """Return a result such as ``RR 1.02 (0.86 to 1.22)`` or ``OR 2.1 (90%: 1.1 to 4)``; None for any other text."""
    match = PRINTED.fullmatch(text)
    if match is None:
        return None
    level = float(match["level"]) / 100 if match["level"] else USUAL_LEVEL
    estimate, lower, upper = (float(match[key]) for key in ("estimate", "lower", "upper"))
    return Printed(match["measure"].upper(), estimate, lower, upper, level)


def bundled_result(name: str) -> Printed:
    """Return a bundled result by its label, or the first of its citation key; raises ``ModelError`` with a suggestion."""
    table = _bundled()
    keys: dict[str, str] = {}
    for row in table.values():
        keys.setdefault(row["source"], row["label"])
    label = keys.get(name.strip().lower()) or choose("evidence", "result", name, list(table))
    return printed_of(table[label])


def printed_of(row: dict[str, str]) -> Printed:
    """Return the result in a row of a table of evidence; raises ``ModelError`` where its outcome is not known."""
    if row.get("outcome", "") in ("", "not recorded"):
        raise ModelError(f"evidence: {row['label']}: its outcome is not recorded, so it cannot be a prior for any")
    estimate, lower, upper = (float(row[key]) for key in ("estimate", "ci_lower", "ci_upper"))
    shares = tuple(name.strip() for name in row.get("shares", "").split(";") if name.strip())
    level = float(row.get("level") or USUAL_LEVEL)
    outcome, opposite = row["outcome"], row.get("complement_of", "")
    return Printed(row["measure"].upper(), estimate, lower, upper, level, row["label"], outcome, opposite, shares)


@cache
def _bundled() -> dict[str, dict[str, str]]:
    """Return the rows of every bundled table of evidence by their labels."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(resources.folder("data").glob(f"*/{TABLE}.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found |= {row["label"]: row for row in csv.DictReader(file)}
    return found


def _short(value: float) -> float:
    return float(f"{value:.{FIGURES}g}")


def _written(value: float | str) -> str:
    return f'"{value}"' if isinstance(value, str) else number(value)
