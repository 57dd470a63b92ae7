"""What the name of a column of estimates says: effect, limit or error, of which measure, on which scale."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from bayes_ivig.inputs.foreign.layout.aliases import ESTIMATES
from bayes_ivig.inputs.foreign.layout.words import key, listing

MEASURES = {
    "or": "OR", "ors": "OR", "aor": "OR", "rr": "RR", "rrs": "RR", "hr": "HR", "hrs": "HR", "ahr": "HR",
    "irr": "IRR", "rd": "RD", "md": "MD", "wmd": "MD", "smd": "SMD",
}  # fmt: skip
KINDS = {
    **dict.fromkeys(
        listing("lower low lo lcl ll lci lb lowerci lowci cilow cilower llci cilb cil lowerlimit"),
        "lower",
    ),
    **dict.fromkeys(
        listing("upper up hi high ucl ul uci ub upperci highci cihigh ciupper ulci ciub ciu cihi upperlimit"),
        "upper",
    ),
    **dict.fromkeys(listing("se ses stderr sterr sei"), "se"),
    **dict.fromkeys(listing("var variance variances vi"), "var"),
    **dict.fromkeys(listing("p pval pvalue pvalues"), "p"),
    **dict.fromkeys(["ci", "cis", "interval"], "ci"),
    **dict.fromkeys(listing("effect effects es est estimate estimates theta coef beta"), "est"),
    "sigma": "se",
    "l": "lower",
    "u": "upper",
    "ominuse": "o_minus_e",
}
LOGS = frozenset(("log", "ln", "loge"))
FILLERS = frozenset(
    listing(
        "of the limit limits bound bounds cl percent for and to from conf confidence size "
        "value study ratio estimated point"
    )
)
GROUPS = frozenset(listing("crude unadjusted adjusted adj raw total overall"))
LEVELS = ("90", "95", "99")
KNOWN = frozenset((*MEASURES, *KINDS, *LOGS, *FILLERS, *GROUPS, *LEVELS))
PHRASES = tuple(
    (re.compile(pattern), f" {text} ")
    for pattern, text in (
        (r"incidence rate ratios?|rate ratios?", "irr"),
        (r"odds ratios?|oddsratio", "or"),
        (r"risk ratios?|relative risks?|riskratio|relativerisk", "rr"),
        (r"hazards? ratios?|hazardratio", "hr"),
        (r"(absolute )?risk differences?|riskdifference", "rd"),
        (r"standardi[sz]ed mean differences?|hedges'?e?s? g\b|cohen'?s? d\b", "smd"),
        (r"(weighted )?mean differences?|meandifference", "md"),
        (r"standard errors?|std\.? ?err(or)?\.?", "se"),
        (r"confidence intervals?|conf\.? ?int\.?|credible intervals?", "ci"),
        (r"p[ -]?values?", "p"),
        (r"\bo ?[-_/ ]? ?e\b|o minus e", "ominuse"),
        (r"\b97\.5 ?%?", "upper 95"),
        (r"\b2\.5 ?%?", "lower 95"),
        (r"%", "percent"),
    )
)
GLUED = re.compile(
    r"(?P<kind>se|var|lower|upper|l|u)?(?P<log>log|ln)?(?P<measure>or|rr|hr|irr|rd|md|smd)"
    r"(?P<after>se|var|lower|upper|low|high|lo|hi|lcl|ucl|lci|uci|ll|ul|l|u)?"
)


@dataclass(frozen=True, slots=True)
class Estimated:
    """A column of estimates: what it holds (``est``, ``lower``, ``upper``, ``ci``, ``est_ci``, ``se``,
    ``var``, ``p``, ``o_minus_e``, ``yi``, ``sei``, ``vi``), of which measure, whether its name says
    that it is a log.
    """

    what: str
    measure: str = ""
    log: bool = False
    level: str = ""
    group: str = ""


@lru_cache(maxsize=4096)
def estimated(name: str) -> Estimated | None:
    """Return what a column of estimates holds, None where its name is not that of one."""
    if key(name) in ESTIMATES:
        what, measure, log = ESTIMATES[key(name)]
        return Estimated(what, measure, log)
    words = _words(name)
    if words in (["l"], ["u"]):
        return None
    if not all(word in KNOWN for word in words):
        return None
    measures = {MEASURES[word] for word in words if word in MEASURES}
    what = _what([KINDS[word] for word in words if word in KINDS], bool(measures))
    if not what or len(measures) > 1:
        return None
    level = next((word for word in words if word in LEVELS), "")
    groups = " ".join(word for word in words if word in GROUPS)
    return Estimated(what, next(iter(measures), ""), any(word in LOGS for word in words), level, groups)


def _what(kinds: list[str], measured: bool) -> str:
    """Return what a column holds by the words in its name."""
    found = [kind for kind in kinds if kind != "est"]
    one = {kind for kind in found if kind != "ci"}
    if len(one) > 1:
        return "ci" if one == {"lower", "upper"} else ""
    if one:
        return one.pop()
    if "ci" in found:
        return "est_ci" if measured or "est" in kinds else "ci"
    return "est" if measured or kinds else ""


def _words(name: str) -> list[str]:
    text = unicodedata.normalize("NFKC", name[:200])
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).casefold().replace("_", " ")
    for pattern, instead in PHRASES:
        text = pattern.sub(instead, text)
    text = re.sub(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])", " ", text)
    words: list[str] = []
    for word in re.split(r"[\W_]+", text):
        words += _apart(word) if word else []
    return words


def _apart(word: str) -> list[str]:
    """Return the parts of a glued word: ``selogor``, ``lnhr``, ``orlower``."""
    if word in MEASURES or word in KINDS or word in LOGS or word in FILLERS:
        return [word]
    error = re.fullmatch("(se|var)(log|ln)", word)
    if error:
        return [error[1], "log"]
    found = GLUED.fullmatch(word)
    if not found or (found["kind"] in ("l", "u") and found["after"]):
        return [word]
    side = {"l": "lower", "u": "upper"}
    if found["kind"] == "l" and not found["log"]:
        return ["log", found["measure"]]  # "lor", "lrr", "lhr"
    parts = [side.get(found["kind"], found["kind"]), "log" if found["log"] else "", found["measure"]]
    return [part for part in (*parts, side.get(found["after"], found["after"])) if part]
