"""A model: likelihood, distribution of study effects, and priors; stated, never fitted."""

import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from bayes_ivig import resources
from bayes_ivig.errors import ModelError, report_all, suggestion
from bayes_ivig.priors.composite import Mixture, Prior, resolved
from bayes_ivig.priors.families import Flat, HalfNormal, Logistic, Normal, StudentT
from bayes_ivig.priors.parsing import parse_prior

Likelihood = Literal["binomial", "hypergeometric", "normal"]
LIKELIHOODS: tuple[Likelihood, ...] = ("binomial", "hypergeometric", "normal")
EFFECTS = ("random", "common")
BASELINES = ("control", "midpoint")
PARAMETERS = ("mu", "tau", "alpha")


@dataclass(frozen=True)
class Model:
    """Assumptions of one analysis; the defaults are the documented reference model.

    ``mu`` is the pooled log odds ratio, ``tau`` the between-study SD of log odds ratios, ``alpha`` a study's baseline log odds
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
            _closed(key, getattr(self, key), allowed)
            for key, allowed in (("likelihood", LIKELIHOODS), ("effects", EFFECTS), ("baseline", BASELINES))
        ]
        for parameter in PARAMETERS:
            try:
                prior = _as_prior(getattr(self, parameter))
                object.__setattr__(self, parameter, prior)
                problems.append(_unfit(parameter, prior))
            except ModelError as error:
                problems.append(f"{parameter}: {error}")
        report_all([problem for problem in problems if problem], ModelError)

    def rationale(self, parameter: str) -> tuple[str, str]:
        """Return why this prior was chosen and who says so, as the model file states them."""
        return next(((why, source) for name, why, source in self.notes if name == parameter), ("", ""))


def _closed(key: str, found: object, allowed: tuple[str, ...]) -> str:
    if found in allowed:
        return ""
    return f"{key}: found {found!r}{suggestion(str(found), allowed)}; allowed are {', '.join(allowed)}"


def _as_prior(value: object) -> Prior:
    if isinstance(value, str):
        return parse_prior(value)
    if not hasattr(value, "logpdf"):
        raise ModelError(f"found {value!r}; give a prior, as an object or as text such as 'normal(0, 2.82)'")
    return value  # type: ignore[return-value]


def _unfit(parameter: str, prior: Prior) -> str:
    """Say why a prior cannot be used for a parameter, or return an empty text."""
    low = prior.support[0]
    if parameter == "tau":
        if low < 0 and not isinstance(prior, Flat):
            return f"tau: {prior} reaches below 0, but tau is a standard deviation; use for example half_normal(0.5)"
        return ""
    if low >= 0 and prior.support[1] == float("inf"):
        return f"{parameter}: {prior} allows no negative values, but {parameter} is on the log scale; use for example normal(0, 2.82)"
    if parameter == "alpha":
        parts = prior.parts if isinstance(prior, Mixture) else (prior,)
        if not all(isinstance(resolved(part), Normal | Logistic | StudentT) for part in parts):
            return f"alpha: {prior} cannot be a baseline prior; use normal, logistic (logistic(0, 1) is uniform on the risk) or student_t"
    return ""


def load_model(source: str | Path) -> Model:
    """Load a bundled model by name, or a model TOML by path; raises ``ModelError`` with file and key path.

    Keys: ``title``, ``likelihood``, ``effects``, ``baseline`` and per prior a table ``[priors.mu]`` with ``prior``,
    ``rationale`` and ``source``, all three required.
    """
    bundled = not (isinstance(source, Path) or str(source).endswith(".toml") or "/" in str(source))
    path = resources.find("models", str(source), ".toml", ModelError) if bundled else Path(source)
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ModelError(f"{path}: cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ModelError(f"{path}: not a TOML file: {error}") from None
    try:
        return Model(**_settings(found), name=path.stem)
    except ModelError as error:
        raise ModelError("\n".join(f"{path}: {line}" for line in str(error).splitlines())) from None


def _settings(found: dict[str, Any]) -> dict[str, Any]:
    """Turn the keys of a model file into the arguments of ``Model``, refusing unknown and missing ones."""
    allowed = ("title", "likelihood", "effects", "baseline", "priors")
    problems = [
        f"{key}: unknown key{suggestion(key, allowed)}; allowed are {', '.join(allowed)}" for key in found if key not in allowed
    ]
    problems += [f"{key}: missing; a model file states it" for key in ("title", "likelihood", "effects") if key not in found]
    priors = found.get("priors", {})
    if not isinstance(priors, dict):
        raise ModelError(f"priors: found {priors!r}; give one table per parameter, such as [priors.mu]")
    settings = {key: found[key] for key in ("title", "likelihood", "effects", "baseline") if key in found}
    notes = []
    for parameter, table in priors.items():
        where = f"priors.{parameter}"
        if parameter not in PARAMETERS or not isinstance(table, dict):
            problems.append(f"{where}: unknown{suggestion(parameter, PARAMETERS)}; tables are {', '.join(PARAMETERS)}")
            continue
        keys = ("prior", "rationale", "source")
        problems += [
            f"{where}.{key}: unknown key{suggestion(key, keys)}; allowed are {', '.join(keys)}"
            for key in table
            if key not in keys
        ]
        problems += [
            f"{where}.{key}: found {table.get(key)!r}; it must be a text" for key in keys if not isinstance(table.get(key), str)
        ]
        settings[parameter] = table.get("prior")
        notes.append((parameter, str(table.get("rationale", "")), str(table.get("source", ""))))
    report_all(problems, ModelError)
    return settings | {"notes": tuple(notes)}


def model_dict(model: Model) -> dict[str, str]:
    """Return the assumptions as plain text values, for JSON and for tables."""
    plain = {f.name: str(getattr(model, f.name)) for f in fields(model) if f.name not in ("notes", "title", "name")}
    if model.effects == "common":
        plain["tau"] = "0"
    if model.likelihood != "binomial":
        plain |= {"alpha": "none: no baseline parameter", "baseline": "none"}
    return plain
