"""Priors from text: the same in TOML, code, the command line and JSON. Nothing is ever evaluated as code.

normal(0, 2.82)                                    normal(mean=0, sd=2.82)
log_normal_tau2(-3.52, 1.74)                       jeffreys()
optimistic("weak", 0.4)                            elicited("P(0.5 < OR < 4) = 0.95")
risk_ratio(0.223, 0.113, 0.55)                     risk_ratio(0.223, 0.113, "0.4 to 0.6")
mixture(0.8: normal(0.2, 0.3), 0.2: normal(0, 4))  evidence("OR 0.74, 95% CI 0.41-1.33")
truncated(normal(0, 0.2), -1, 1)                   of a risk difference, cut off at its limits
evidence("RR 1.02 (0.86 to 1.22)", baseline_risk=0.5, discount=0.5)
turner2015("obstetric outcomes", "pharmacological vs. placebo / control")
"""

import inspect
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from bayes_ivig.errors import ModelError, quoted, suggestion
from bayes_ivig.kinds.checked import checked
from bayes_ivig.priors import data_dependent, evidence, libraries, scale_free, well_known
from bayes_ivig.priors.composite import Mixture, OnTau2, Prior, Truncated
from bayes_ivig.priors.data_dependent import DataDependent
from bayes_ivig.priors.elicitation import elicit as elicited
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
from bayes_ivig.priors.scale_free import Flat, ScaleFree
from bayes_ivig.priors.scipy_named import Distribution
from bayes_ivig.priors.skewed import Exponential, InverseGamma, LogNormal, LogStudentT
from bayes_ivig.priors.well_known import SETS

if TYPE_CHECKING:
    type PriorLike = Prior | Distribution | str
else:  # where arguments are checked, ``Prior`` stands for the distributions of SciPy as well
    type PriorLike = Prior | str

EXAMPLE = "write for example normal(0, 2.82)"
LONGEST = 60  # characters of a wrong text that a message repeats
FAMILIES: dict[str, type[Any]] = {
    "normal": Normal, "student_t": StudentT, "logistic": Logistic, "uniform": Uniform, "flat": Flat,
    "half_normal": HalfNormal, "half_cauchy": HalfCauchy, "half_student_t": HalfStudentT,
    "exponential": Exponential, "log_normal": LogNormal, "log_student_t": LogStudentT,
    "inverse_gamma": InverseGamma, "risk_ratio": RiskRatio,
}  # fmt: skip
LIBRARIES: dict[str, Callable[..., Prior]] = {
    "turner2015": libraries.turner2015, "turner2012": libraries.turner2012, "cochrane": libraries.cochrane,
    "named": well_known.named, "unit_information": well_known.unit_information,
    "optimistic": well_known.optimistic, "pessimistic": well_known.pessimistic,
    "sceptical": well_known.sceptical, "enthusiastic": well_known.enthusiastic, "elicited": elicited.elicited,
    "evidence": evidence.evidence,
}  # fmt: skip
BY_NAME: dict[str, type[DataDependent] | type[ScaleFree]] = {
    **dict.fromkeys(data_dependent.NAMES, DataDependent),
    **dict.fromkeys(scale_free.EXPONENTS, ScaleFree),
}
EXAMPLES = {  # of every form, as a message shows the nearest right one
    "normal": "normal(0, 2.82)", "student_t": "student_t(4, 0, 1)", "logistic": "logistic(0, 1)",
    "uniform": "uniform(-1, 1)", "flat": "flat()", "half_normal": "half_normal(0.5)",
    "half_cauchy": "half_cauchy(0.5)", "half_student_t": "half_student_t(3, 0.5)",
    "exponential": "exponential(2)", "log_normal": "log_normal(-1.3, 0.8)",
    "log_student_t": "log_student_t(5, -1.7, 0.6)", "inverse_gamma": "inverse_gamma(1.77, 0.55)",
    "risk_ratio": "risk_ratio(0.22, 0.11, 0.55)",
    "mixture": "mixture(0.8: normal(0, 0.5), 0.2: normal(0, 4))",
    "truncated": "truncated(normal(0.3, 0.2), 0, inf)",
    "turner2015": 'turner2015("all-cause mortality", "pharmacological vs. placebo / control")',
    "turner2012": 'turner2012("all-cause mortality", "pharmacological vs. placebo / control")',
    "cochrane": 'cochrane("Cochrane", "tau", "log OR")',
    "named": 'named("neutral_moderate")', "unit_information": "unit_information()",
    "optimistic": 'optimistic("weak", 0.4)', "pessimistic": 'pessimistic("weak", 0.4)',
    "sceptical": "sceptical(0.7)", "enthusiastic": "enthusiastic(0.7)",
    "elicited": 'elicited("P(0.5 < OR < 4) = 0.95")', "evidence": 'evidence("OR 0.74, 95% CI 0.41-1.33")',
}  # fmt: skip
ON_TAU2_EXAMPLES = {"uniform_tau2": "uniform(0, 4)", "log_normal_tau2": "log_normal(-3.52, 1.74)"}
ON_TAU2 = tuple(
    f"{name}_tau2" for name in FAMILIES if name not in ("normal", "student_t", "logistic", "risk_ratio")
)
KNOWN = (*FAMILIES, *ON_TAU2, "mixture", "truncated", *BY_NAME, *LIBRARIES)
DEPTH = 20
WORD = re.compile(r"\s*([A-Za-z_]\w*)")

TOKEN = re.compile(
    r"""\s*(?:(?P<number>[-+]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|inf(?!\w)))|(?P<word>[A-Za-z_]\w*)"""
    r"""|(?P<text>"[^"]*"|'[^']*')|(?P<mark>[(),:=]))"""
)


def example_of(name: str) -> str:
    """Return how a prior of that name is written; of an unknown name how a normal one is."""
    if name in BY_NAME:
        return f"{name}()"
    if name in ON_TAU2:
        family, bracket, rest = ON_TAU2_EXAMPLES.get(name, EXAMPLES[name.removesuffix("_tau2")]).partition(
            "("
        )
        return f"{family.removesuffix('_tau2')}_tau2{bracket}{rest}"
    return EXAMPLES.get(name, EXAMPLES["normal"])


class Token(NamedTuple):
    """One piece of a prior's text."""

    kind: str
    text: str


@checked
def parse_prior(text: Annotated[str, "a text such as 'normal(0, 2.82)'"]) -> Prior:
    """Return the prior a text states; raises ``ModelError`` with a suggestion for anything else.

    >>> import bayes_ivig as bi
    >>> bi.priors.parse_prior("half_normal(0.5)")
    HalfNormal(scale=0.5)
    """
    if not isinstance(text, str):
        raise ModelError(f"a prior is given as text such as 'normal(0, 2.82)'; found {quoted(text)}")
    if not text.strip():
        raise ModelError(f"prior {quoted(text[:LONGEST])}: empty; {EXAMPLE}")
    reader = _Reader(text)
    prior = reader.prior()
    if reader.left:
        raise reader.error(f"unexpected {quoted(reader.left[0].text)} after the end of the prior")
    return prior


def _stated(name: str) -> Callable[[], Prior] | None:
    """Return what makes a prior that is all in its name, none for other names."""
    kind = BY_NAME.get(name)
    return (lambda: kind(name)) if kind else None


class _Reader:
    """Reads one prior off a list of tokens, left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.name = ""  # of the innermost prior that is being read
        self.left = self._tokens()

    def error(self, what: str) -> ModelError:
        """Return the error that says what is wrong with the text."""
        shown = self.text if len(self.text) <= LONGEST else f"{self.text[:LONGEST]}..."
        form = f"; write for example {example_of(self.name)}" if self.name and "write " not in what else ""
        return ModelError(f"prior {quoted(shown)}: {what}{form}")

    def _tokens(self) -> list[Token]:
        if self.text.strip().startswith("density("):
            raise self.error(
                "a density of one's own cannot be read back from text, which only names it; state it in "
                "Python, priors.Density(f, support)"
            )
        tokens, at = [], 0
        while at < len(self.text.rstrip()):
            match = TOKEN.match(self.text, at)
            if match is None:
                first = WORD.match(self.text)
                self.name = first[1] if first and first[1] in KNOWN else "normal"
                raise self.error(f"cannot read {quoted(self.text[at:].strip()[:20])}")
            tokens.append(Token(str(match.lastgroup), match.group(str(match.lastgroup))))
            at = match.end()
        return tokens

    def take(self, kind: str, text: str = "", wanted: str = "") -> str:
        """Take the next token, which must be of this kind (and text); ``wanted`` says so in words."""
        wanted = wanted or (
            repr(text) if text else {"word": "a family name", "number": "a number"}.get(kind, kind)
        )
        if not self.left:
            raise self.error(f"ends too early; {wanted} is missing")
        token = self.left.pop(0)
        if token.kind != kind or (text and token.text != text):
            form = f"; {EXAMPLE}" if kind == "word" and not self.name else ""
            raise self.error(f"found {quoted(token.text)} where {wanted} should be{form}")
        return token.text

    def next_is(self, text: str, ahead: int = 0) -> bool:
        """Whether a mark comes next, or so many tokens ahead."""
        return len(self.left) > ahead and self.left[ahead] == Token("mark", text)

    def prior(self, depth: int = 0) -> Prior:
        """Read ``name(...)``."""
        name = self.take("word")
        if name in SETS:
            raise self.error(f"{name} is a set of several priors, for a comparison alone; state one of them")
        if name not in KNOWN:
            stated = ", ".join((*FAMILIES, "mixture", "truncated", *LIBRARIES))
            listed = (
                f"; known are {stated}, some by name alone such as jeffreys(), and NAME_tau2 on tau squared"
            )
            near = suggestion(name, KNOWN)
            self.name = nearest[0] if (nearest := [each for each in KNOWN if f"'{each}'" in near]) else ""
            raise self.error(f"unknown family {quoted(name[:LONGEST])}{near or listed}")
        if depth > DEPTH:
            raise self.error("mixtures are nested too deeply")
        outer, self.name = self.name, name
        prior = self._of(name, depth)
        self.name = outer
        return prior

    def _of(self, name: str, depth: int) -> Prior:
        """Read what follows a known name."""
        self.take("mark", "(")
        if name == "mixture":
            return self._mixture(depth)
        if name == "truncated":
            return self._truncated(depth)
        positional, named = self._arguments()
        build: Callable[..., Any] = (
            LIBRARIES.get(name) or _stated(name) or FAMILIES[name.removesuffix("_tau2")]
        )
        self._check_arguments(name, build, positional, named)
        with self._place():
            prior: Prior = build(*positional, **named)
            return OnTau2(prior) if name.endswith("_tau2") else prior

    def _mixture(self, depth: int) -> Prior:
        weights, parts = [], []
        while not self.next_is(")"):
            weights.append(float(self.take("number")))
            self.take("mark", ":")
            parts.append(self.prior(depth + 1))
            if not self.next_is(")"):
                self.take("mark", ",", "',' or ')'")
        self.take("mark", ")")
        with self._place():
            return Mixture(tuple(weights), tuple(parts))

    def _truncated(self, depth: int) -> Prior:
        prior = self.prior(depth + 1)
        limits = []
        for _ in range(2):
            self.take("mark", ",")
            limits.append(float(self.take("number")))
        self.take("mark", ")")
        with self._place():
            return Truncated(prior, limits[0], limits[1])

    def _arguments(self) -> tuple[list[float | str], dict[str, float | str]]:
        positional: list[float | str] = []
        named: dict[str, float | str] = {}
        while not self.next_is(")"):
            if self.left and self.left[0].kind == "word" and self.next_is("=", ahead=1):
                key = self.take("word")
                self.take("mark", "=")
                if key in named:
                    raise self.error(f"{quoted(key)} is given twice")
                named[key] = self._value()
            elif named:
                raise self.error("a value without a name cannot follow one with a name")
            else:
                positional.append(self._value())
            if not self.next_is(")"):
                self.take("mark", ",", "',' or ')'")
        self.take("mark", ")")
        return positional, named

    def _value(self) -> float | str:
        if self.left and self.left[0].kind == "text":
            return self.left.pop(0).text[1:-1]
        return float(self.take("number"))

    @contextmanager
    def _place(self) -> Iterator[None]:
        """Say in which text a prior is wrong, whatever is wrong with it."""
        try:
            yield
        except ModelError as error:
            raise self.error("; ".join(str(error).splitlines())) from None

    def _check_arguments(
        self,
        name: str,
        build: Callable[..., Any],
        positional: list[float | str],
        named: dict[str, float | str],
    ) -> None:
        """Refuse arguments the family or library entry does not take, saying which ones it does."""
        parameters = inspect.signature(build).parameters if build is not Flat else {}
        usage = f"{name}({', '.join(parameters)})"
        unknown = [key for key in named if key not in parameters]
        if unknown:
            raise self.error(
                f"{name} has no {quoted(unknown[0])}{suggestion(unknown[0], parameters)}; it is {usage}"
            )
        given = dict(zip(parameters, positional, strict=False))
        twice = [key for key in named if key in given]
        needed = [key for key, p in parameters.items() if p.default is inspect.Parameter.empty]
        missing = [key for key in needed if key not in given and key not in named]
        if twice or missing or len(positional) > len(parameters):
            count = len(positional) + len(named)
            raise self.error(f"found {count} value{'s' * (count != 1)}; it is {usage}")
        for key, value in (given | named).items():
            allowed = parameters[key].annotation
            if allowed in (str, float | str):
                wanted = "text" if allowed is str and not isinstance(value, str) else ""
            else:
                wanted = "a number" if isinstance(value, str) else ""
            if wanted:
                raise self.error(f"found {quoted(value)} where {wanted} should be; it is {usage}")
