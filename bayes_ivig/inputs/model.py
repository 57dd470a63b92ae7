"""A model: likelihood, distribution of study effects, and priors; stated, never fitted."""

import math
import re
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from bayes_ivig import resources
from bayes_ivig.errors import ModelError, report_all, suggestion
from bayes_ivig.priors.composite import KINDS, Mixture, Prior, resolved, waits
from bayes_ivig.priors.families import Flat, HalfNormal, Logistic, Normal, StudentT
from bayes_ivig.priors.parsing import parse_prior

Likelihood = Literal["binomial", "hypergeometric", "normal"]
LIKELIHOODS: tuple[Likelihood, ...] = ("binomial", "hypergeometric", "normal")
EFFECTS = ("random", "common", "student_t(4)")
STUDENT_T = re.compile(r"student_t\(\s*(\d+\.?\d*|\.\d+)\s*\)")
BASELINES = ("control", "midpoint")
PARAMETERS = ("mu", "tau", "alpha")
STATED = ("title", "likelihood", "effects", "baseline")  # by a model file, beside its priors
FARTHEST_CENTRE = 20  # of a log odds ratio or log odds: odds of one in 500 million
FARTHEST_LIMIT = 1e6  # of a bounded prior
FARTHEST_REACH = 1e15  # a Cauchy prior of scale 1000 reaches it once in 1e12
LEAST_TAU = 1e-6
TOLD = ("prior", "rationale", "source")  # of each prior


@dataclass(frozen=True)
class Model:
    """Assumptions of one analysis; the defaults are the documented reference model.

    ``effects`` says how study effects vary around mu: ``"random"`` (normal with SD tau), ``"student_t(4)"`` (Student-t with
    any degrees of freedom from 1; tau is then its scale, not its SD) or ``"common"`` (not at all). ``mu`` is the pooled log
    odds ratio, ``tau`` the between-study SD of log odds ratios, ``alpha`` a study's baseline log odds
    (binomial likelihood only), placed on the ``"control"`` arm or at the ``"midpoint"`` of the two arms' log odds. Priors may
    be given as text. Raises ``ModelError`` for anything outside the lists, and for priors that cannot hold the parameter.
    """

    likelihood: Likelihood = "binomial"
    effects: str = "random"
    mu: Prior = field(default_factory=lambda: Normal(0, 2.82))
    tau: Prior = field(default_factory=lambda: HalfNormal(0.5))
    alpha: Prior = field(default_factory=lambda: Normal(0, 10))
    baseline: str = "control"
    name: str = ""
    title: str = ""
    notes: tuple[tuple[str, str, str], ...] = ()  # parameter, rationale, source

    def __post_init__(self) -> None:
        problems = [
            _closed(key, getattr(self, key), allowed) for key, allowed in (("likelihood", LIKELIHOODS), ("baseline", BASELINES))
        ]
        problems.append(_unfit_effects(self.effects))
        for parameter in PARAMETERS:
            try:
                prior = _as_prior(getattr(self, parameter))
                object.__setattr__(self, parameter, prior)
                problems.append(_unfit(parameter, prior))
            except ModelError as error:
                problems.append(f"{parameter}: {error}")
        report_all([problem for problem in problems if problem], ModelError)

    @property
    def heterogeneous(self) -> bool:
        """Whether study effects differ: all but a common effect, which has no tau."""
        return self.effects != "common"

    @property
    def degrees_of_freedom(self) -> float:
        """Degrees of freedom of the study effects' distribution around mu: infinite for normal ones."""
        found = STUDENT_T.fullmatch(self.effects)
        return float(found.group(1)) if found else math.inf

    def rationale(self, parameter: str) -> tuple[str, str]:
        """Return why this prior was chosen and who says so, as the model file states them."""
        return next(((why, source) for name, why, source in self.notes if name == parameter), ("", ""))


def _closed(key: str, found: object, allowed: tuple[str, ...]) -> str:
    if found in allowed:
        return ""
    return f"{key}: found {found!r}{suggestion(str(found), allowed)}; allowed are {', '.join(allowed)}"


def _unfit_effects(effects: object) -> str:
    """Say what is wrong with the distribution of study effects, or return an empty text."""
    found = STUDENT_T.fullmatch(effects) if isinstance(effects, str) else None
    if found and float(found.group(1)) < 1:
        return f"effects: found {effects!r}; the degrees of freedom must be 1 or more, as in student_t(4)"
    return "" if found else _closed("effects", effects, EFFECTS)


def _as_prior(value: object) -> Prior:
    if isinstance(value, str):
        return parse_prior(value)
    if not isinstance(value, KINDS):
        raise ModelError(f"found {value!r}; give a prior, as an object or as text such as 'normal(0, 2.82)'")
    return value  # type: ignore[return-value]


def _unfit(parameter: str, prior: Prior) -> str:
    """Say why a prior cannot be used for a parameter, or return an empty text."""
    low = prior.support[0]
    if parameter == "tau":
        if low < 0 and not isinstance(prior, Flat):
            return f"tau: {prior} reaches below 0, but tau is a standard deviation; use for example half_normal(0.5)"
        if prior.proper and not waits(prior) and float(prior.quantile(0.975)) < LEAST_TAU:
            return f'tau: {prior} allows nothing but 0; state one common effect instead (effects = "common")'
        return ""
    if low >= 0 and prior.support[1] == float("inf"):
        why = f"allows no negative values, but {parameter} is on the log scale; use for example normal(0, 2.82)"
        return f"{parameter}: {prior} {why}"
    if parameter == "alpha" and not _baseline(prior):
        why = "cannot be a baseline prior; use normal, logistic (logistic(0, 1) is uniform on the risk) or student_t"
        return f"alpha: {prior} {why}"
    return _remote(parameter, prior)


def _remote(parameter: str, prior: Prior) -> str:
    """Say where a prior on a log odds ratio or on log odds is centred or reaches beyond all that any data could show."""
    prior = resolved(prior)
    if isinstance(prior, Mixture):
        return next(filter(None, (_remote(parameter, part) for part in prior.parts)), "")
    if not prior.proper:
        return ""
    low, middle, high = (float(value) for value in prior.quantile((1e-12, 0.5, 1 - 1e-12)))
    if abs(middle) > FARTHEST_CENTRE:
        limits = f"between -{FARTHEST_CENTRE} and {FARTHEST_CENTRE}"
        return f"{parameter}: {prior} is centred on {middle:g}; on the log scale it must lie {limits}"
    if max(-low, high) > (FARTHEST_REACH if prior.support[1] == float("inf") else FARTHEST_LIMIT):
        return f"{parameter}: {prior} reaches {max(-low, high):.1g} on the log scale; a scale of 1000 is flat for every purpose"
    return ""


def _baseline(prior: Prior) -> bool:
    """Whether a prior is one over which a baseline can be integrated, or a mixture of such."""
    prior = resolved(prior)
    return all(map(_baseline, prior.parts)) if isinstance(prior, Mixture) else isinstance(prior, Normal | Logistic | StudentT)


def load_model(source: str | Path) -> Model:
    """Load a bundled model by name, or a model TOML by path; raises ``ModelError`` with file and key path.

    Keys: ``title``, ``likelihood``, ``effects``, ``baseline`` and per prior a table ``[priors.mu]`` with ``prior``,
    ``rationale`` and ``source``, all three required.
    """
    text = str(source)
    bundled = not (isinstance(source, Path) or text.endswith(".toml") or "/" in text or "\\" in text)
    path = resources.find("models", text, ".toml", ModelError) if bundled else Path(source)
    try:
        return Model(**_settings(tomllib.loads(_text(path))), name=path.stem)
    except tomllib.TOMLDecodeError as error:
        raise ModelError(f"{path}: not a TOML file: {error}") from None
    except ModelError as error:
        raise ModelError("\n".join(f"{path}: {line}" for line in str(error).splitlines())) from None


def _text(path: Path) -> str:
    """Return the text of a UTF-8 file; raises ``ModelError`` without the path."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise ModelError("no such file; give the path of a model TOML, or a bundled name (bayes-ivig models)") from None
    except (OSError, ValueError) as error:  # ValueError: not UTF-8, or a path that holds a NUL
        raise ModelError(f"cannot be read: {getattr(error, 'strerror', None) or error}") from None


def _settings(found: dict[str, Any]) -> dict[str, Any]:
    """Turn the keys of a model file into the arguments of ``Model``; raises one ``ModelError`` for all that is wrong."""
    settings = {key: found[key] for key in STATED if key in found}
    problems = _unknown("", found, (*STATED, "priors"))
    problems += [f"{key}: missing; a model file states it" for key in ("title", "likelihood", "effects") if key not in found]
    if not isinstance(found.get("title", ""), str):
        problems.append(f"title: found {found['title']!r}; it must be a text")
    priors = found.get("priors", {})
    if not isinstance(priors, dict):
        problems.append(f"priors: found {priors!r}; give one table per parameter, such as [priors.mu]")
        priors = {}
    problems += _unknown("priors.", priors, PARAMETERS)
    notes = []
    for parameter in (name for name in PARAMETERS if name in priors):
        table = priors[parameter]
        problems += _prior_problems(f"priors.{parameter}", table)
        if isinstance(table, dict):
            settings[parameter] = table.get("prior")
            notes.append((parameter, str(table.get("rationale", "")), str(table.get("source", ""))))
    problems += _model_problems({key: value for key, value in settings.items() if key in STATED or isinstance(value, str)})
    report_all(problems, ModelError)
    return settings | {"notes": tuple(notes)}


def _unknown(where: str, found: dict[str, Any], allowed: tuple[str, ...]) -> list[str]:
    return [
        f"{where}{key}: unknown key{suggestion(key, allowed)}; allowed are {', '.join(allowed)}"
        for key in found
        if key not in allowed
    ]


def _prior_problems(where: str, table: object) -> list[str]:
    """Say what is wrong with the table of one prior, apart from the prior's own text."""
    if not isinstance(table, dict):
        return [f"{where}: found {table!r}; it must be a table with {', '.join(TOLD)}"]
    problems = _unknown(f"{where}.", table, TOLD)
    for key in TOLD:
        if key not in table:
            problems.append(f"{where}.{key}: missing; every prior in a model file states its {key}")
        elif not isinstance(table[key], str) or not table[key].strip():
            problems.append(f"{where}.{key}: found {table[key]!r}; it must be a text")
    return problems


def _model_problems(settings: dict[str, Any]) -> list[str]:
    """Say what ``Model`` itself finds wrong with the texts of a model file."""
    try:
        Model(**settings)
    except ModelError as error:
        return [f"priors.{line}" if line.partition(":")[0] in PARAMETERS else line for line in str(error).splitlines()]
    return []


def model_dict(model: Model) -> dict[str, str]:
    """Return the assumptions as plain text values, for JSON and for tables."""
    plain = {f.name: str(getattr(model, f.name)) for f in fields(model) if f.name not in ("notes", "title", "name")}
    if not model.heterogeneous:
        plain["tau"] = "0"
    if model.likelihood != "binomial":
        plain |= {"alpha": "none: no baseline parameter", "baseline": "none"}
    return plain
