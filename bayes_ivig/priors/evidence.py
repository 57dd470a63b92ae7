"""Priors from other meta-analyses: a printed ratio becomes a prior on the log odds ratio, whole,
discounted or robust.

evidence("Kofod 2025", baseline_risk=0.5)                        a bundled result by its name or citation key
evidence("RR 1.02 (0.86 to 1.22)", baseline_risk="0.4 to 0.6")   as it is printed; 95% range of the risk
evidence("RR 1.02 (0.86 to 1.22)", baseline_risk="119 of 216")   the risk as control arms counted it
evidence("OR 1.28, 95% CI 0.78-2.10", discount=0.5, robust=0.2)  other ways of printing: ``ratios/reading.py``
"""

import math
from dataclasses import replace
from functools import cache

import numpy as np

from bayes_ivig import resources
from bayes_ivig.errors import ModelError, quoted
from bayes_ivig.files import reading
from bayes_ivig.files.rows import records
from bayes_ivig.priors.baseline_risk import SCORE, check_risk
from bayes_ivig.priors.composite import LibraryPrior, Mixture, Prior
from bayes_ivig.priors.families import Normal
from bayes_ivig.priors.libraries import choose
from bayes_ivig.priors.ratios.printed import USUAL_LEVEL, PrintedRatio, decimals_of
from bayes_ivig.priors.ratios.reading import WAYS, read_printed
from bayes_ivig.priors.ratios.risk_ratio import RiskRatio, impossible_share
from bayes_ivig.priors.shared import number

TABLE = "external_evidence"
VAGUE = Normal(0.0, 4.0)  # worth one participant, the robust part's usual width (Schmidli et al. 2014)
FIGURES = 6  # of the numbers a prior resolves to
# of a risk ratio as discounted: up to it, its upper 95% limit is a risk below 1 under treatment
MOST_IMPOSSIBLE = 0.025
WORTH_SAYING = 0.0005  # of a share that is cut off


def evidence(
    result: str,
    baseline_risk: float | str = 0.0,
    discount: float = 1.0,
    robust: float = 0.0,
    event: str = "",
    overlap: str = "",
) -> LibraryPrior:
    """Return the prior on mu that a printed result makes: ``"RR 1.02 (0.86 to 1.22)"``,
    or the name of a bundled one.

    The log of the ratio is normal, its standard error from the width of its limits, which must fit the
    estimate within their rounding. A risk ratio becomes the odds ratio RR (1 - p) / (1 - RR p) at the risk p
    of the event without treatment, the whole curve with it (``RiskRatio``), so that P(OR > 1) is P(RR > 1)
    but for the impossible risks that are cut off, at most 2.5% of the discounted ratio; ``baseline_risk="0.4
    to 0.6"`` is a 95% range, normal on the log odds, and ``"119 of 216"`` what control arms counted
    (Jeffreys' posterior), over which the curve is averaged. ``discount`` a0 in (0, 1] divides the standard
    error by its square root, for a risk ratio that of its log (power prior, Ibrahim & Chen 2000); ``robust``
    w mixes in normal(0, 4) with weight w (Schmidli et al. 2014, Biometrics 70:1023).

    Bundled ratios of an opposite event (no live birth) are turned round by themselves; ``event="opposite"``
    turns any ratio, and the baseline risk is always that of the event the prior is about.
    ``overlap="allowed"`` admits a bundled result that shares trials with the case; of a printed one it names
    the shared studies, ``"Mahmoud 2004; Stricker 2000"``. Raises ``ModelError``.
    """
    printed = None if _is_bundled(result) else read_printed(result)
    if printed is None:
        printed = bundled_result(result)
        if printed.shares and overlap != "allowed":
            raise ModelError(
                f"evidence: {printed.label} shares {', '.join(printed.shares)} with the trials at hand, "
                "so the same people would "
                'count twice; overlap="allowed" uses it all the same, and says so'
            )
        shares = printed.shares
    else:
        shares = tuple(name.strip() for name in overlap.split(";") if name.strip())
    if event not in ("", "opposite"):
        raise ModelError(
            f'evidence: event is {quoted(event)}; leave it out, or write "opposite" for the odds ratio '
            "of the opposite event"
        )
    stated: list[tuple[str, float | str, float | str]] = [
        ("baseline_risk", baseline_risk, 0.0),
        ("discount", discount, 1.0),
    ]
    stated += [("robust", robust, 0.0), ("event", event, ""), ("overlap", overlap, "")]
    given = [f", {name}={_written(value)}" for name, value, usual in stated if value != usual]
    prior, words = borrowed(
        printed, baseline_risk, (event == "opposite") != bool(printed.complement_of), discount, robust
    )
    overlapping = (
        f"; shares {', '.join(shares)} with the trials at hand: not independent evidence" if shares else ""
    )
    text = f'evidence("{printed.label or printed}"{"".join(given)})'
    return LibraryPrior(text, prior, f"{words}{overlapping}", shares)


def borrowed(
    printed: PrintedRatio,
    baseline_risk: float | str = 0.0,
    turned: bool = False,
    discount: float = 1.0,
    robust: float = 0.0,
) -> tuple[Prior, str]:
    """Return the prior a printed ratio makes, and in words how; raises ``ModelError``."""
    if not 0 < discount <= 1:
        raise ModelError(
            f"evidence: discount is {number(discount)}; it must lie above 0 and up "
            "to 1, the whole of the evidence"
        )
    if not 0 <= robust < 1:
        raise ModelError(
            f"evidence: robust is {number(robust)}, the weight of the vague part; "
            "it must be from 0 to below 1"
        )
    part = _part(printed, baseline_risk, turned, discount)
    words = [_in_words(printed, part, baseline_risk, turned)]
    words += [f"discounted to {number(discount)} of its information"] * (discount < 1)
    words += [printed.off_the_middle] if printed.off_the_middle else []
    words += [] if printed.named else ["no measure is named: taken as an odds ratio"]
    if not robust:
        return part, "; ".join(words)
    return Mixture((1 - robust, robust), (part, VAGUE)), "; ".join(
        [*words, f"with weight {number(robust)} on {VAGUE}"]
    )


def _part(
    printed: PrintedRatio, baseline_risk: float | str, turned: bool, discount: float
) -> Normal | RiskRatio:
    """Return the informative part: normal for an odds ratio, the whole curve of a risk ratio;
    ``turned`` is the opposite's.
    """
    mean, sd = printed.logs
    used = _short(sd / math.sqrt(discount))
    if printed.measure == "OR":
        if baseline_risk != 0.0:
            unnamed = "; of a risk ratio, begin with RR" if not printed.named else ""
            raise ModelError(
                f"evidence: {_name(printed)} is an odds ratio, which needs no baseline risk; "
                f"leave it out{unnamed}"
            )
        return Normal(_short(-mean if turned else mean), used)
    if baseline_risk == 0.0:
        raise ModelError(
            f"evidence: {_name(printed)} is a risk ratio; state the risk without treatment, "
            "baseline_risk=0.5, "
            'baseline_risk="0.4 to 0.6" or baseline_risk="119 of 216"'
        )
    risk, event = check_risk(baseline_risk, "evidence: baseline_risk"), "opposite" if turned else ""
    share = impossible_share(mean, used, risk, event)
    if share > MOST_IMPOSSIBLE:
        limit = math.exp(-mean - used * SCORE)
        at = risk if isinstance(risk, str) else number(risk)
        lower = f"above {1 - limit:.3g}" if turned else f"below {limit:.3g}"
        discounted = f", discounted to {number(discount)} of its information," if discount < 1 else ""
        whole = impossible_share(mean, sd, risk, event)
        less = (
            "discount it less, take robust=0.2 in place of the discount, " if whole <= MOST_IMPOSSIBLE else ""
        )
        raise ModelError(
            f"evidence: {_name(printed)}: at a baseline risk of {at}{discounted} {100 * share:.2g}% of it "
            f"are risks of 1 or more under treatment, where at most {100 * MOST_IMPOSSIBLE:g}% may be cut "
            f"off; {less}state a risk {lower}, or use the ratio of the opposite event"
        )
    return RiskRatio(_short(mean), used, risk, event)


def _in_words(
    printed: PrintedRatio, part: Normal | RiskRatio, baseline_risk: float | str, turned: bool
) -> str:
    """Say in words which ratio the informative part is, and what it became."""
    turned_round = ", turned round" * turned
    if isinstance(part, Normal):
        return f"{_name(printed)}{turned_round}"
    tail = (1 - printed.level) / 2
    low, middle, high = np.exp(part.quantile(np.array([tail, 0.5, 1 - tail])))
    at = baseline_risk if isinstance(baseline_risk, str) else number(baseline_risk)
    cut = part.impossible
    share = (
        f", {100 * cut:.2g}% of it cut off (risks of 1 or more under treatment)"
        if cut >= WORTH_SAYING
        else ""
    )
    return (
        f"{_name(printed)}, at a baseline risk of {at}{turned_round}: "
        f"OR {middle:.3g} ({low:.3g} to {high:.3g}){share}"
    )


def _name(printed: PrintedRatio) -> str:
    return f"{printed.label}: {printed}" if printed.label else str(printed)


def bundled_result(name: str) -> PrintedRatio:
    """Return a bundled result by its label, or the first of its citation key;
    raises ``ModelError`` with a suggestion.
    """
    table = _bundled()
    keys: dict[str, str] = {}
    for row in table.values():
        keys.setdefault(row["source"], row["label"])
    label = keys.get(name.strip().lower()) or _chosen(name, list(table))
    return printed_of(table[label])


def _chosen(name: str, labels: list[str]) -> str:
    """Return the label that a text names; raises ``ModelError`` that also says how a result is written."""
    try:
        return choose("evidence", "result", name, labels)
    except ModelError as error:
        raise ModelError(f"{error}; of a result that is not bundled, {WAYS}") from None


def printed_of(row: dict[str, str]) -> PrintedRatio:
    """Return the result in a row of a table of evidence; raises ``ModelError``
    where its outcome is not known.
    """
    if row.get("outcome", "") in ("", "not recorded"):
        raise ModelError(
            f"evidence: {row['label']}: its outcome is not recorded, so it cannot be a prior for any"
        )
    shares = tuple(name.strip() for name in row.get("shares", "").split(";") if name.strip())
    return replace(
        ratio_of(row), outcome=row["outcome"], complement_of=row.get("complement_of", ""), shares=shares
    )


def ratio_of(row: dict[str, str]) -> PrintedRatio:
    """Return the ratio in a row of a table of evidence; raises ``ModelError``
    where its numbers cannot be true together.
    """
    shown = [row[key].strip() for key in ("estimate", "ci_lower", "ci_upper")]
    estimate, lower, upper = map(float, shown)
    level = float(row.get("level") or USUAL_LEVEL)
    places = tuple(map(decimals_of, shown))
    return PrintedRatio(row["measure"].upper(), estimate, lower, upper, level, row["label"], decimals=places)


def _is_bundled(name: str) -> bool:
    return name.strip().lower() in {label.lower() for label in _bundled()}


@cache
def _bundled() -> dict[str, dict[str, str]]:
    """Return the rows of every bundled table of evidence by their labels."""
    rows: dict[str, dict[str, str]] = {}
    for path in resources.listed(resources.folder("data"), f"*/{TABLE}.csv"):
        rows |= {row["label"]: row for row in records(reading.bundled_bytes(path))}
    return rows


def _short(value: float) -> float:
    return float(f"{value:.{FIGURES}g}")


def _written(value: float | str) -> str:
    return f'"{value}"' if isinstance(value, str) else number(value)
