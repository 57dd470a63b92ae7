"""A ratio read from text in the usual ways of printing it.

OR 0.74 (0.41 to 1.33)       OR=0.74; 95% CI: 0.41-1.33    RR 1.25 (95% CI 1.00, 1.56; P = .05)
aOR 2.1 (90%: 1.1 to 4.0)    0.74 [0.41; 1.33]             0,74 (0,41 bis 1,33)
log OR -0.30 (SE 0.30)       log RR 0.22 (0.00 to 0.44)    OR (95% CI): 0.74 (0.41-1.33)
odds ratio 0·74, 95 % confidence interval 0·41 to 1·33
"""

import re

from bayes_ivig.errors import ModelError, quoted
from bayes_ivig.priors.ratios.printed import INSTEAD, REFUSED, USUAL_LEVEL, PrintedRatio, decimals_of

WAYS = (
    'write it as printed, for example "OR 0.74 (0.41 to 1.33)", "RR 1.25 (95% CI 1.00-1.56)", "0,74 (0,41 '
    'bis 1,33)" or "log OR -0.30 (SE 0.30)"'
)
LONGEST = 80  # characters of a text that a message repeats
MOST = 400  # characters of a result
LOOK_ALIKES = str.maketrans(
    dict.fromkeys("\u00b7\u2219\u22c5", ".") | dict.fromkeys("\u2212\u2010\u2011", "-")
    | dict.fromkeys("\u2014\u2015", "\u2013") | dict.fromkeys("\u00a0\u2009\u202f\u2007\u2008", " ")
    | {"\u00b2": "2"}
)  # fmt: skip
DASH = "\N{EN DASH}"
# the whole of it: no digit may go to the next number
NUMBER = rf"[-+{DASH}]?(?:\d+(?:\.\d+)?|\.\d+)(?!\.?\d)"
INTERVALS = (
    r"(?:c\.?i\.?s?|i\.?c\.?|cri|hdi|ki|konfidenzintervall"
    r"|(?:confidence|credible|compatibility)(?:[ ](?:intervals?|limits?))?)"
    r"(?![a-z])(?:\s*[\(\[]\s*[a-z]+\s*[\)\]])?"
)
LEVEL = re.compile(
    rf"(\d+(?:\.\d+)?)\s*%\s*-?\s*(?:{INTERVALS})?|(?<![a-z]){INTERVALS}\s*(?:(\d+(?:\.\d+)?)\s*%)?",
    re.IGNORECASE,
)
ASIDE = (
    rf"(?<![a-z])(?:p(?:\s*-?\s*values?)?\s*(?:[=<>\u2264\u2265]|is)+\s*{NUMBER}"
    rf"|[nk]\s*=\s*\d+(?!\.?\d)|I\^?2\s*[=:]\s*{NUMBER}\s*%?)"
)
BESIDE = re.compile(rf"[;,]?\s*(?:[\(\[]\s*{ASIDE}\s*[\)\]]|{ASIDE})", re.IGNORECASE)
P_VALUE = re.compile(
    r"(?<![a-z])p(?:\s*-?\s*values?)?\s*((?:[=<>\u2264\u2265]|is)+)\s*(\d+(?:\.\d+)?|\.\d+)", re.IGNORECASE
)
BOUNDS = str.maketrans({"\u2264": "<", "\u2265": ">", "i": "="})
FAR = 2.0  # times beyond the level: tests that are not the interval's own differ by less near the border
MARK = "\N{SECTION SIGN}"  # stands where the level and the word for the interval were
LIMITS = (
    rf"(?:between\s+|from\s+)?(?P<lower>{NUMBER})\s*"
    rf"(?:to|bis|through|and|und|et|a|\u00e0|[-{DASH},;~])\s*(?P<upper>{NUMBER})"
)
ERROR = rf"(?:s\.?e\.?|standard error)\s*[=:]?\s*(?P<se>{NUMBER})"
WHOLE = re.compile(
    rf"(?P<head>\D*?)\s*[:=,{MARK}\s]*(?P<estimate>{NUMBER})[,;:{MARK}\s]*"
    rf"(?:[\(\[]\s*[{MARK}:=,\s]*(?:{LIMITS}|{ERROR})\s*[\)\]]"
    rf"|[{MARK}:=,\s]*(?:{LIMITS.replace('?P<', '?P<bare_')}|{ERROR.replace('?P<', '?P<bare_')}))[\s.;,]*",
    re.IGNORECASE,
)
FILLERS = {
    "pooled", "summary", "adjusted", "unadjusted", "crude", "overall", "peto", "random", "fixed", "effect",
    "effects", "common", "mantel", "haenszel", "the", "a", "an", "of", "was", "is", "estimate", "estimated",
    "multivariable",
}  # fmt: skip
NAMES = {
    "or": "OR", "aor": "OR", "cor": "OR", "por": "OR", "odds ratio": "OR", "odds ratio or": "OR",
    "odds ratio aor": "OR", "rr": "RR", "arr": "RR", "risk ratio": "RR", "relative risk": "RR",
    "risk ratio rr": "RR", "relative risk rr": "RR", "hr": "HR", "ahr": "HR", "hazard ratio": "HR",
    "hazards ratio": "HR", "hazard ratio hr": "HR", "irr": "IRR", "rate ratio": "IRR",
    "incidence rate ratio": "IRR", "incidence rate ratio irr": "IRR", "rd": "RD", "ard": "RD",
    "risk difference": "RD", "absolute risk reduction": "RD", "risk difference rd": "RD", "nnt": "NNT",
    "number needed to treat": "NNT", "md": "MD", "smd": "MD", "wmd": "MD", "mean difference": "MD",
}  # fmt: skip
BEGINS = re.compile(
    r"\s*(?:pooled|summary|adjusted|crude)?\s*(?:(?:log|ln)\s*\(?\s*)?"
    r"(?:a?or|a?rr|a?hr|irr|rd|nnt|smd|md"
    r"|odds ratio|risk ratio|relative risk|hazard ratio|risk difference|rate ratio)(?![a-z])",
    re.IGNORECASE,
)
ONLY_A_RESULT = re.compile(rf"^[\d.(\[]|(?<![a-z]){INTERVALS}", re.IGNORECASE)
COMMA = re.compile(r"(?<=\d),(?=\d)")
THOUSAND = re.compile(r"(?<![\d,])[1-9]\d{0,2}(?:,\d{3})+(?![\d,])")


def read_printed(text: str) -> PrintedRatio | None:
    """Return the ratio that a text prints, None for a text that is none, such as a name;
    raises ``ModelError``.

    A decimal comma is read where it can be nothing else. Digits, decimal points in the middle of the line and
    long dashes are those of typesetters; P-values, I squared and counts beside the numbers are left aside.
    """
    plain = " ".join(text.translate(LOOK_ALIKES).split())
    if len(plain) > MOST:
        raise ModelError(
            f"evidence: {quoted(plain[:LONGEST])}...: {len(plain)} characters are no one result; {WAYS}"
        )
    with_points, with_commas = _matched(plain), None
    if COMMA.search(plain) and not re.search(r"\d\.\d", plain):
        with_commas = _matched(COMMA.sub(".", plain))
    if with_points and with_commas:
        raise _unread(text, "a comma may be a decimal mark or stand between two limits; write decimal points")
    if with_commas and not re.search(r"\d,\d+", THOUSAND.sub("", plain)):
        raise _unread(text, "a comma may be a decimal mark or mark thousands; write decimal points")
    pieces = with_points or with_commas
    if pieces:
        return _ratio(text, *pieces)
    if _is_a_result(plain):
        raise _unread(text, _why(plain))
    return None


def is_printed(text: str) -> bool:
    """Whether a text has the form of a printed ratio, whatever its numbers."""
    plain = " ".join(text.translate(LOOK_ALIKES).split())
    return len(plain) <= MOST and (_matched(plain) or _matched(COMMA.sub(".", plain))) is not None


def _matched(plain: str) -> tuple[dict[str, str], float] | None:
    """Return the pieces of a ratio, and the level of its interval; None where it does not read."""
    rest, beside = BESIDE.sub("", plain), P_VALUE.search(plain)
    levels = _levels(rest)
    rest = re.sub(rf"[\(\[]\s*{MARK}\s*[\)\]]", MARK, LEVEL.sub(MARK, rest))
    match = WHOLE.fullmatch(rest)
    if match is None or len(levels) > 1:
        return None
    pieces = {
        key.removeprefix("bare_"): value.replace(DASH, "-")
        for key, value in match.groupdict().items()
        if value is not None
    }
    if beside:
        pieces["p"] = f"{beside[1].translate(BOUNDS)[0]}{beside[2]}"
    return pieces, levels.pop() if levels else USUAL_LEVEL


def _levels(plain: str) -> set[float]:
    return {float(level) / 100 for pair in LEVEL.findall(plain) for level in pair if level}


def _ratio(text: str, pieces: dict[str, str], level: float) -> PrintedRatio:
    measure, on_log = _measure(pieces["head"], text)
    shown = [pieces[name] for name in ("estimate", "se", "lower", "upper") if name in pieces]
    values = {name: float(value) for name, value in pieces.items() if name not in ("head", "p")}
    if values.get("se") == 0.0:
        raise _unread(text, "the standard error is 0; it must be above 0")
    printed = PrintedRatio(
        measure or "OR",
        values["estimate"],
        values.get("lower", 0.0),
        values.get("upper", 0.0),
        level,
        on_log=on_log,
        se=values.get("se", 0.0),
        decimals=tuple(map(decimals_of, shown)),
        named=bool(measure),
    )
    if problem := _contradicted(printed, pieces.get("p", "")):
        raise _unread(text, problem)
    return printed


def _contradicted(ratio: PrintedRatio, p: str) -> str:
    """Say where a P-value stands far on the other side of what the limits leave of no effect;
    empty where it does not.
    """
    if ratio.se or not p:
        return ""
    relation, value, limit, null = p[0], float(p[1:]), 1 - ratio.level, 0.0 if ratio.on_log else 1.0
    inside = ratio.lower < null < ratio.upper
    if (inside and relation in "=<" and value < limit / FAR) or (
        not inside and relation in "=>" and value > limit * FAR
    ):
        return (
            f"P {p[0]} {p[1:]} does not fit limits that {'include' if inside else 'leave out'} {null:g}; "
            "look again at both"
        )
    return ""


def _measure(head: str, text: str) -> tuple[str, bool]:
    """Return the measure that words name, empty where there are none, and whether of its logarithm."""
    words = [word for word in re.sub(r"[^A-Za-z]", " ", head).split() if word.lower() not in FILLERS]
    if "ARR" in words:
        raise _unread(text, f"ARR is an absolute risk reduction: {REFUSED['RD']}; {INSTEAD}")
    joined = " ".join(words).lower()
    on_log = re.match(r"(?:log|ln)\s*(?=[a-z])", joined)
    name = joined[on_log.end() :] if on_log else joined
    if name and name not in NAMES:
        raise _unread(text, f"{quoted(head.strip(' :=,'))} names no ratio; begin with OR or RR")
    return NAMES.get(name, ""), on_log is not None


def _is_a_result(plain: str) -> bool:
    """Whether a text that does not read is a result all the same:
    by how it begins, an interval's word, or three numbers.
    """
    numbers = re.findall(r"\d+(?:[.,]\d+)?", LEVEL.sub("", plain))
    return bool(BEGINS.match(plain) or (numbers and ONLY_A_RESULT.search(plain))) or len(numbers) >= 3


def _why(plain: str) -> str:
    """Say what was read of a result that does not read as a whole."""
    if re.search(r"\d,\d", plain):
        mixed = (
            "decimal points and commas are mixed"
            if re.search(r"\d\.\d", plain)
            else "commas both mark decimals and separate"
        )
        return f"{mixed}; write decimal points"
    if len(_levels(BESIDE.sub("", plain))) > 1:
        return "two intervals of different levels; state one"
    numbers = re.findall(r"(?:\d+(?:\.\d+)?|\.\d+)", LEVEL.sub("", BESIDE.sub("", plain)))
    if not numbers:
        return "no number stands in it"
    if len(numbers) == 1:
        return f"{numbers[0]} stands without its confidence limits, or the standard error of its logarithm"
    return (
        f"read the numbers {', '.join(numbers[:6])}, but not which is the estimate and which are its limits"
    )


def _unread(text: str, why: str) -> ModelError:
    shown = text.strip() if len(text) <= LONGEST else f"{text.strip()[:LONGEST]}..."
    return ModelError(f"evidence: {quoted(shown)}: {why}; {WAYS}")
