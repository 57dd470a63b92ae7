"""What is wrong with judgements that a sidecar states: each line begins with the key that it is about."""

import math
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from bayes_ivig.errors import ModelError, quoted, suggestion
from bayes_ivig.inputs.judgements.stated import DOMAINS, LISTS, SCALES
from bayes_ivig.inputs.model.two_arm import EFFECTS, STUDENT_T
from bayes_ivig.likelihoods.registry import NAMES, OF_RATES
from bayes_ivig.priors.parsing import parse_prior

GRADES = ("high", "moderate", "low", "very low")
RISKS = ("low", "some concerns", "moderate", "high", "serious", "critical", "unclear")
KEYS = ("by", "on", "certainty", "risk_of_bias", "important_difference", "stated_before")
OF_CERTAINTY = ("overall", "reason", "by", "on", "of", *DOMAINS)
OF_DOMAIN = ("rating", "reason", "by", "on")
OF_TRIAL = ("overall", "domains", "reason", "by", "on")
OF_DIFFERENCE = (*SCALES, "reason", "by")
OF_BEFORE = ("source", *LISTS, "note")
RANGES = {  # of a smallest important difference: limits, the value of no effect, and both in words
    "odds_ratio": (0.0, math.inf, 1, "an odds ratio above 0 other than 1"),
    "events_per_1000": (0.0, 1000.0, 0, "events per 1000, between 0 and 1000"),
    "effect": (-math.inf, math.inf, 0, "a number other than 0"),
}
WHOSE = 'by = "NAME"'

type Keys = Mapping[str, Any]


def judgement_problems(value: Keys) -> list[str]:
    """Return what is wrong with a table of judgements, whatever else the file says."""
    found = [*_keys(value, KEYS, ""), *_texts(value, "")]
    tables = {
        "certainty": _certainty_problems,
        "risk_of_bias": _bias_problems,
        "important_difference": _difference_problems,
        "stated_before": _before_problems,
    }
    for name, problems in tables.items():
        if name in value:
            own = value[name]
            found += problems(own, f".{name}") if isinstance(own, dict) else [_table(f".{name}", own)]
    return found


def gaps(shared: Keys, own: Keys, sets: Collection[str]) -> list[str]:
    """Return what judgements lack that another table may state: who judged, and the trial sets that they
    name, of those that there are. ``shared`` holds for the whole file, ``own`` is to be judged.
    """
    signed = "by" in own or "by" in shared
    unsigned = [] if signed else [f"{path}: says not who judged; give {WHOSE}" for path in _unsigned(own)]
    named = own.get("stated_before", {}).get("trial_sets", ())
    listed = ", ".join(("all", *sets))
    return unsigned + [
        f".stated_before.trial_sets: no trial set {quoted(name)}{suggestion(name, sets)}; there are {listed}"
        for name in named
        if name not in ("all", *sets)
    ]


def _unsigned(table: Keys) -> Iterator[str]:
    """Yield the judgements that do not say themselves who judged."""
    certainty = table.get("certainty", {})
    if "by" not in certainty:
        domains = [name for name in DOMAINS if name in certainty]
        if "overall" in certainty:
            yield ".certainty"
        else:
            yield from (f".certainty.{name}" for name in domains if "by" not in certainty[name])
    for study, keys in table.get("risk_of_bias", {}).items():
        if "by" not in keys:
            yield f".risk_of_bias.{study}"


def _certainty_problems(table: Keys, where: str) -> list[str]:
    found = [*_keys(table, OF_CERTAINTY, where), *_texts(table, where)]
    domains = [name for name in DOMAINS if name in table]
    if "overall" in table:
        found += _one_of(table["overall"], GRADES, f"{where}.overall")
        if not domains and "reason" not in table:
            found.append(f"{where}: gives no reason; give reason, or judge domains: {', '.join(DOMAINS)}")
    elif not domains:
        found.append(f"{where}: judges nothing; give overall, or domains: {', '.join(DOMAINS)}")
    for name in domains:
        own, place = table[name], f"{where}.{name}"
        if not isinstance(own, dict):
            found.append(_table(place, own))
            continue
        found += [*_keys(own, OF_DOMAIN, place), *_texts(own, place)]
        found += _one_of(own.get("rating"), DOMAINS[name], f"{place}.rating")
        found += _needed(own, "reason", place)
    return found


def _bias_problems(table: Keys, where: str) -> list[str]:
    found: list[str] = []
    for study, own in table.items():
        place = f"{where}.{study}"
        if not isinstance(own, dict):
            found.append(_table(place, own))
            continue
        found += [*_keys(own, OF_TRIAL, place), *_texts(own, place), *_needed(own, "reason", place)]
        domains = own.get("domains", {})
        if not isinstance(domains, dict):
            found.append(_table(f"{place}.domains", domains))
            continue
        if "overall" in own:
            found += _one_of(own["overall"], RISKS, f"{place}.overall")
        elif not domains:
            found.append(f"{place}: judges nothing; give overall, domains, or both")
        for name, rating in domains.items():
            found += _one_of(rating, RISKS, f"{place}.domains.{name}")
    return found


def _difference_problems(table: Keys, where: str) -> list[str]:
    found = [*_keys(table, OF_DIFFERENCE, where), *_texts(table, where)]
    given = [scale for scale in SCALES if scale in table]
    if len(given) != 1:
        found.append(f"{where}: found {' and '.join(given) or 'no size'}; give one of {', '.join(SCALES)}")
        return found
    size = table[given[0]]
    low, high, none, allowed = RANGES[given[0]]
    if not (_number(size) and low < size < high and size != none):
        found.append(f"{where}.{given[0]}: found {quoted(size)}; must be {allowed}")
    return found


def _before_problems(table: Keys, where: str) -> list[str]:
    found = [*_keys(table, OF_BEFORE, where), *_texts(table, where), *_needed(table, "source", where)]
    for name in LISTS:
        texts = table.get(name, [])
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            found.append(f"{where}.{name}: found {quoted(texts)}; must be a list of texts")
            continue
        for text in texts:
            found += [f"{where}.{name}{problem}" for problem in _choice_problems(name, text)]
    return found


def _choice_problems(name: str, text: str) -> list[str]:
    """Return what is wrong with one choice that is said to have been stated."""
    if name.endswith("_priors"):
        try:
            parse_prior(text)
        except ModelError as error:
            return [f": {error}"]
    if name == "likelihoods":
        return _one_of(text, (*NAMES, *OF_RATES), "")
    if name == "effects" and not STUDENT_T.fullmatch(text):
        return _one_of(text, EFFECTS, "")
    return []


def _keys(table: Keys, allowed: Collection[str], where: str) -> list[str]:
    return [
        f"{where}.{key}: unknown key{suggestion(str(key), allowed)}; allowed are {', '.join(allowed)}"
        for key in table
        if key not in allowed
    ]


def _texts(table: Keys, where: str) -> list[str]:
    """Return a line for every text that is none; a date may be one of TOML's own."""
    names = ("by", "reason", "of", "source", "note")
    wrong = [key for key in names if key in table and not _text(table[key])]
    wrong += [key for key in ("on",) if key in table and not (_text(table[key]) or _day(table[key]))]
    return [f"{where}.{key}: found {quoted(table[key])}; must be {_kind(key)}" for key in wrong]


def _needed(table: Keys, key: str, where: str) -> list[str]:
    return [] if key in table else [f"{where}.{key}: found None; must be text"]


def _one_of(value: object, allowed: tuple[str, ...], where: str) -> list[str]:
    if isinstance(value, str) and value in allowed:
        return []
    close = suggestion(value, allowed) if isinstance(value, str) else ""
    return [f"{where}: found {quoted(value)}{close}; must be one of {', '.join(allowed)}"]


def _table(where: str, value: object) -> str:
    return f"{where}: found {quoted(value)}; must be a table of keys"


def _kind(key: str) -> str:
    return "a date, or text" if key == "on" else "text"


def _text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _day(value: object) -> bool:
    return isinstance(value, date)


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
