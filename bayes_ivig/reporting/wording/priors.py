"""A prior in words for tables and figures: ``normal, SD 0.42`` in place of the text that makes it,
which stands below.
"""

import math
import re
from collections.abc import Iterable

from bayes_ivig.measures import OR, Measure
from bayes_ivig.priors.composite import LibraryPrior, Mixture, OnTau2, Prior, described, resolved
from bayes_ivig.priors.density import Density
from bayes_ivig.priors.families import HalfCauchy, HalfNormal, HalfStudentT, Normal, StudentT, Uniform
from bayes_ivig.priors.ratios.risk_ratio import RiskRatio
from bayes_ivig.priors.shared import number
from bayes_ivig.priors.skewed import InverseGamma, LogNormal
from bayes_ivig.reporting.wording import numbers, phrases

QUOTED = re.compile(r'"([^"]*)"')
LIBRARIES = {
    "turner2015": "Turner 2015",
    "turner2012": "Turner 2012",
    "rhodes2015": "Rhodes 2015",
    "cochrane": "Cochrane",
}
type OfTau = HalfNormal | HalfCauchy | HalfStudentT | LogNormal | InverseGamma | Uniform

OF_TAU = (HalfNormal, HalfCauchy, HalfStudentT, LogNormal, InverseGamma, Uniform)
UNIT = 5e-13  # a mean this close to 0 is no effect


def in_words(prior: Prior, *, ratio: bool = True, measure: Measure = OR) -> str:
    """Return the family of a prior and its numbers in words; ``ratio`` says that it is on the effect, which
    is a log odds ratio, or what ``measure`` says.

    A family without words of its own is given by its text.
    """
    return _in_words(resolved(prior), measure if ratio else None)


def label(prior: Prior, *, ratio: bool = True, measure: Measure = OR) -> str:
    """Return the name of a library's entry, such as ``Turner 2015: obstetric outcomes``;
    of other priors the numbers.
    """
    if isinstance(prior, LibraryPrior):
        name, _, rest = prior.text.partition("(")
        quoted = [each for each in QUOTED.findall(rest) if each]
        if name in LIBRARIES and quoted:
            topic = f": {quoted[0]}" if quoted[0] != LIBRARIES[name] else ", all topics"
            return phrases.name(f"{LIBRARIES[name]}{topic}")
    return in_words(prior, ratio=ratio, measure=measure)


def entries(priors: Iterable[Prior], symbol: str) -> list[str]:
    """Return a line per library entry, with the text that makes it and what it resolves to,
    for the details of a table.
    """
    labels = {
        described(prior): label(prior, ratio=symbol == "μ")
        for prior in priors
        if isinstance(prior, LibraryPrior)
    }
    return [
        f"{phrases.first_upper(name)}: {symbol} ~ {numbers.shortened(text)}." for text, name in labels.items()
    ]


def _in_words(prior: Prior, ratio: Measure | None) -> str:  # noqa: PLR0911 - one case for each family
    match prior:
        case Mixture(weights, parts):
            return "; ".join(
                f"{numbers.prior_percent(weight)} {_in_words(part, ratio)}"
                for weight, part in zip(weights, parts, strict=True)
            )
        case OnTau2(LogNormal(meanlog, sdlog)):  # tau is log-normal, too, with half of both
            return _in_words(LogNormal(meanlog / 2, sdlog / 2), None)
        case OnTau2(inner):
            return f"{_in_words(inner, None)}, on τ²"
        case Normal(mean, sd):
            return f"normal{_about(mean, ratio)}, SD {numbers.prior_number(sd)}"
        case StudentT(df, location, scale):
            return (
                f"Student-t ({numbers.stated(df)} degrees of freedom){_about(location, ratio)}, scale "
                f"{numbers.prior_number(scale)}"
            )
        case Density():
            return f"{prior.name} (own density {prior.pieces.digest})"
        case RiskRatio(mean, sd, risk, event):
            of = " of the opposite event" if event else ""
            at = number(risk) if isinstance(risk, float) else risk
            return (
                f"log-normal RR {numbers.ratio(math.exp(mean))}{of}, SD of its logarithm "
                f"{numbers.prior_number(sd)}, at a risk of {at}"
            )
    return _of_tau(prior) if isinstance(prior, OF_TAU) else numbers.shortened(str(prior)).removesuffix("()")


def _of_tau(prior: OfTau) -> str:
    match prior:
        case HalfNormal(scale):
            return f"half-normal, scale {numbers.prior_number(scale)}"
        case HalfCauchy(scale):
            return f"half-Cauchy, scale {numbers.prior_number(scale)}"
        case HalfStudentT(df, scale):
            return (
                f"half-Student-t ({numbers.stated(df)} degrees of freedom), scale "
                f"{numbers.prior_number(scale)}"
            )
        case LogNormal(meanlog, sdlog):
            return (
                f"log-normal, median {numbers.prior_number(math.exp(meanlog))}, SD of the logarithm "
                f"{numbers.prior_number(sdlog)}"
            )
        case InverseGamma(shape, scale):
            return f"inverse gamma, shape {numbers.prior_number(shape)}, scale {numbers.prior_number(scale)}"
        case Uniform(lower, upper):
            return f"uniform, {numbers.prior_number(lower)} to {numbers.prior_number(upper)}"


def _about(mean: float, ratio: Measure | None) -> str:
    """Return what a prior is about, where that is not no effect."""
    if abs(mean) < UNIT:
        return ""
    if ratio is None or not ratio.log:
        return f" about {numbers.prior_scale(mean)}"
    article = "an" if ratio is OR else "a"
    return f" about {article} {ratio.symbol} of {numbers.ratio(math.exp(mean))}"
