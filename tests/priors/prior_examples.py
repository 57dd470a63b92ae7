"""Priors that the tests of this folder share, each plain family beside an outside witness."""

import math

from scipy import stats

from bayes_ivig.priors.composite import Mixture, OnTau2, Prior, Truncated
from bayes_ivig.priors.data_dependent import DataDependent
from bayes_ivig.priors.density import Density
from bayes_ivig.priors.families import (
    HalfCauchy,
    HalfNormal,
    HalfStudentT,
    Logistic,
    Normal,
    StudentT,
    Uniform,
)
from bayes_ivig.priors.ratios.risk_ratio import RiskRatio
from bayes_ivig.priors.skewed import Exponential, InverseGamma, LogNormal, LogStudentT


class HalfT:
    """The positive half of a Student-t, by doubling scipy's."""

    def __init__(self, df: float, scale: float) -> None:
        self.whole = stats.t(df, 0, scale)

    def logpdf(self, x: float) -> float:
        return float(self.whole.logpdf(x) + math.log(2))

    def cdf(self, x: float) -> float:
        return float(1 - 2 * self.whole.sf(x))

    def ppf(self, p: float) -> float:
        return float(self.whole.isf((1 - p) / 2))


class LogT:
    """The exponential of a Student-t, by scipy's t."""

    def __init__(self, df: float, location: float, scale: float) -> None:
        self.log = stats.t(df, location, scale)

    def logpdf(self, x: float) -> float:
        return float(self.log.logpdf(math.log(x)) - math.log(x))

    def cdf(self, x: float) -> float:
        return float(self.log.cdf(math.log(x)))

    def ppf(self, p: float) -> float:
        return float(math.exp(self.log.ppf(p)))


class CarriedRiskRatio:
    """A log risk ratio that scipy cuts off where the risk under treatment reaches 1,
    on the log odds ratio scale.
    """

    def __init__(self, mean: float, sd: float, risk: float) -> None:
        self.risk = risk
        self.log_ratio = stats.truncnorm(-math.inf, (-math.log(risk) - mean) / sd, mean, sd)

    def log_ratio_at(self, x: float) -> float:
        odds = math.exp(x) * self.risk / (1 - self.risk)
        return math.log(odds / (1 + odds) / self.risk)

    def logpdf(self, x: float) -> float:
        log_ratio = self.log_ratio_at(x)
        return float(self.log_ratio.logpdf(log_ratio) + math.log(1 - self.risk * math.exp(log_ratio)))

    def cdf(self, x: float) -> float:
        return float(self.log_ratio.cdf(self.log_ratio_at(x)))

    def ppf(self, p: float) -> float:
        treated = self.risk * math.exp(self.log_ratio.ppf(p))
        return math.log(treated / (1 - treated) / (self.risk / (1 - self.risk)))


WITNESSED = [
    (Normal(0, 2.82), stats.norm(0, 2.82)),
    (Normal(-1.5, 0.01), stats.norm(-1.5, 0.01)),
    (StudentT(4, 0.5, 2), stats.t(4, 0.5, 2)),
    (StudentT(1, 0, 2.5), stats.cauchy(0, 2.5)),
    (StudentT(200, 0, 1), stats.t(200)),
    (Logistic(0, 1), stats.logistic()),
    (Logistic(2, 0.3), stats.logistic(2, 0.3)),
    (Uniform(-4, 6), stats.uniform(-4, 10)),
    (Uniform(0, 50), stats.uniform(0, 50)),
    (HalfNormal(0.5), stats.halfnorm(0, 0.5)),
    (HalfCauchy(0.5), stats.halfcauchy(0, 0.5)),
    (HalfStudentT(3, 1.2), HalfT(3, 1.2)),
    (HalfStudentT(0.7, 0.1), HalfT(0.7, 0.1)),
    (Exponential(0.5), stats.expon(0, 2)),
    (LogNormal(-1.3, 0.9), stats.lognorm(0.9, 0, math.exp(-1.3))),
    (LogStudentT(5, -1, 0.2), LogT(5, -1, 0.2)),
    (InverseGamma(1.77, 0.55), stats.invgamma(1.77, 0, 0.55)),
    (Truncated(Normal(0.1, 0.4), -1, 1), stats.truncnorm(-2.75, 2.25, 0.1, 0.4)),
    (RiskRatio(0.2231, 0.1134, 0.55), CarriedRiskRatio(0.2231, 0.1134, 0.55)),
    (RiskRatio(-0.1, 0.6, 0.4), CarriedRiskRatio(-0.1, 0.6, 0.4)),  # of which 4% is cut off
]
PLAIN: list[Prior] = [prior for prior, _ in WITNESSED]
COMPOSITE: list[Prior] = [
    RiskRatio(0.2231, 0.1134, "0.4 to 0.65"),
    RiskRatio(-0.0834, 0.1023, "119 of 216", "opposite"),
    RiskRatio(0.3, 0.4, "0 of 30"),
    Mixture((0.8, 0.2), (RiskRatio(0.2, 0.1, 0.55, "opposite"), Normal(0, 4))),
    Mixture((0.8, 0.2), (Normal(0.2, 0.3), Normal(0, 4))),
    Mixture((0.5, 0.5), (HalfNormal(0.1), LogNormal(1, 0.5))),
    Mixture((0.25, 0.75), (Mixture((0.5, 0.5), (Normal(-3, 0.1), Normal(3, 0.1))), StudentT(3, 0, 1))),
    Truncated(Mixture((0.8, 0.2), (Normal(0.2, 0.3), Normal(0, 4))), -1, 1),
    Truncated(StudentT(3, 0, 0.2), -1, 1),
    OnTau2(LogNormal(-3.52, 1.74)),
    OnTau2(Uniform(0, 50)),
    OnTau2(InverseGamma(0.5, 0.2)),
    OnTau2(Exponential(2)),
    OnTau2(HalfNormal(1)),
    OnTau2(HalfCauchy(0.3)),
    OnTau2(HalfStudentT(3, 1)),
    OnTau2(LogStudentT(5, -3.44, 0.3)),
]
VARIANCES = (0.04, 0.3, 0.3, 1.7, 4.4)
OF_DATA: list[Prior] = [
    DataDependent(name, VARIANCES)
    for name in ("conventional", "dumouchel", "uniform_shrinkage", "uniform_i2")
]
OWN: list[Prior] = [
    Density(stats.laplace(-0.2, 0.3).pdf, name="Laplace"),
    Density(stats.gumbel_r(0, 0.4).pdf, (-0.5, math.inf), name="Gumbel"),
    Density(stats.gamma(2, scale=0.3).pdf, (0, math.inf), name="gamma"),
    Density(stats.beta(2, 3, -1, 3).pdf, (-1, 2), name="beta"),
]
STATED = PLAIN + COMPOSITE  # whose text says all
ALL = STATED + OF_DATA + OWN
