"""Every kind of model, and how one is read from its TOML file."""

import warnings
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

from bayes_ivig import resources
from bayes_ivig.errors import ModelError, StoredNote, named, quoted, report_all, suggestion
from bayes_ivig.files.documents import read_toml
from bayes_ivig.files.reading import bundled_bytes
from bayes_ivig.inputs.model.arms import BetaBinomial, Bivariate, RandomBaselines
from bayes_ivig.inputs.model.covariates import BiasAdjusted, MetaRegression
from bayes_ivig.inputs.model.joint import JointOutcome
from bayes_ivig.inputs.model.pet_peese import PetPeese
from bayes_ivig.inputs.model.selected import Selection
from bayes_ivig.inputs.model.stated_model import plain, unstated
from bayes_ivig.inputs.model.two_arm import Model, model_dict
from bayes_ivig.kinds.checked import checked
from bayes_ivig.likelihoods.registry import DEFAULT

type AnyModel = Annotated[
    Model
    | RandomBaselines
    | Bivariate
    | BetaBinomial
    | MetaRegression
    | BiasAdjusted
    | JointOutcome
    | PetPeese
    | Selection,
    "a model such as Model()",
]
type Stated = Annotated[AnyModel | str | Path, "a model such as Model(), or the name of one"]
type TwoArm = Annotated[Model | str | Path, "a model such as Model(), or the name of one"]

KINDS: dict[str, type[AnyModel]] = {
    kind.KIND: kind
    for kind in (
        Model,
        RandomBaselines,
        Bivariate,
        BetaBinomial,
        MetaRegression,
        BiasAdjusted,
        JointOutcome,
        PetPeese,
        Selection,
    )
}
REFERENCE = "binomial_normal"  # the bundled model that states what ``Model()`` is, with its reasons
TOLD = ("prior", "rationale", "source")  # of each prior


@checked
def load_model(source: str | Path) -> AnyModel:
    """Load a bundled model by name, or a model TOML by path; raises ``ModelError`` with file and key path.

    Keys: ``title``; ``family``, the kind of model, where it is not the two-arm one; the kind's own settings,
    such as ``likelihood``, ``effects`` and ``baseline``; and per prior a table ``[priors.mu]`` with
    ``prior``, ``rationale`` and ``source``, all three required. A file of a model with a baseline that does
    not state it means the control arm, as all did when it need not be stated; it is read so, with a
    ``StoredNote``.

    >>> import bayes_ivig as bi
    >>> model = bi.load_model("hypergeometric_normal")
    >>> model.likelihood, str(model.mu)
    ('hypergeometric', 'normal(0, 2.82)')
    """
    text = str(source)
    bundled = not (isinstance(source, Path) or text.lower().endswith(".toml") or "/" in text or "\\" in text)
    path = resources.find("models", text, ".toml", ModelError) if bundled else Path(source)
    document = read_toml(path, "a model TOML, or a bundled name (bayes-ivig models)", ModelError)
    try:
        kind = _kind(document)
        model = kind(**_settings(kind, document), name=path.stem)
    except ModelError as error:
        raise ModelError("\n".join(f"{named(path)}: {line}" for line in str(error).splitlines())) from None
    for key, value in _unstated(kind, document).items():
        note = (
            f'{path}: does not state its {key}; read as {key} = "{value}", as such files were meant; '
            f"state {key} in the file"
        )
        warnings.warn(note, StoredNote, stacklevel=2)
    return model


def load_two_arm(source: str | Path) -> Model:
    """Load a model that the exact engine holds; raises ``ModelError`` for one of another kind, too."""
    model = load_model(source)
    if not isinstance(model, Model):
        raise ModelError(
            f"{source}: a model of the family {model.KIND}, which only sampling holds; here a two-arm model "
            "is needed, such as binomial_normal"
        )
    return model


def model_of(stated: AnyModel | str | Path | None) -> AnyModel:
    """Return a model that is given as it is, by the name of a bundled one or by the path of its file; the
    reference model, ``Model()``, where none is. Raises ``ModelError``.
    """
    if stated is None:
        return Model()
    return load_model(stated) if isinstance(stated, str | Path) else stated


def two_arm_of(stated: Model | str | Path | None) -> Model:
    """Return a model that the exact engine holds, as ``model_of`` does; raises ``ModelError`` for one of
    another kind, too.
    """
    if stated is None:
        return Model()
    return load_two_arm(stated) if isinstance(stated, str | Path) else stated


def bundled_sha256(model: AnyModel) -> str:
    """Return the SHA-256 of the bundled file that states this model,
    or an empty text where none of its name does.
    """
    if model.name not in resources.names("models", ".toml") or load_model(model.name) != model:
        return ""
    return sha256(bundled_bytes(resources.folder("models") / f"{model.name}.toml")).hexdigest()


def assumptions(model: AnyModel) -> dict[str, str]:
    """Return a model of any kind as plain text values, for JSON and for tables;
    the two-arm model as it always was.
    """
    return model_dict(model) if isinstance(model, Model) else {"family": model.KIND, **plain(model)}


def _kind(document: dict[str, Any]) -> type[AnyModel]:
    family = document.get("family", Model.KIND)
    if not isinstance(family, str) or family not in KINDS:
        raise ModelError(
            f"family: found {quoted(family)}{suggestion(str(family), KINDS)}; allowed are {', '.join(KINDS)}"
        )
    return KINDS[family]


def _settings(kind: type[AnyModel], document: dict[str, Any]) -> dict[str, Any]:
    """Turn the keys of a model file into the arguments of its kind;
    raises one ``ModelError`` for all that is wrong.
    """
    stated = ("title", *kind.SETTINGS)
    settings = {key: document[key] for key in stated if key in document}
    problems = _unknown("", document, ("family", *stated, "priors"))
    problems += [
        f"{key}: missing; a model file states it" for key in ("title", *kind.REQUIRED) if key not in document
    ]
    priors = document.get("priors", {})
    if not isinstance(priors, dict):
        problems.append(f"priors: found {quoted(priors)}; give one table per parameter, such as [priors.mu]")
        priors = {}
    problems += _unknown("priors.", priors, tuple(kind.PRIORS))
    notes = []
    for parameter in (name for name in kind.PRIORS if name in priors):
        table = priors[parameter]
        problems += _prior_problems(f"priors.{parameter}", table)
        if isinstance(table, dict):
            settings[parameter] = table.get("prior")
            notes.append((parameter, str(table.get("rationale", "")), str(table.get("source", ""))))
    tried = {key: value for key, value in settings.items() if key in stated or isinstance(value, str)}
    problems += _model_problems(kind, tried)
    report_all(problems, ModelError)
    return settings | _unstated(kind, document) | {"notes": tuple(notes)}


def _unstated(kind: type[AnyModel], document: dict[str, Any]) -> dict[str, str]:
    return unstated(kind, document, document.get("likelihood", DEFAULT))


def _unknown(where: str, keys: dict[str, Any], allowed: tuple[str, ...]) -> list[str]:
    return [
        f"{where}{key}: unknown key{suggestion(key, allowed)}; allowed are {', '.join(allowed)}"
        for key in keys
        if key not in allowed
    ]


def _prior_problems(where: str, table: object) -> list[str]:
    """Say what is wrong with the table of one prior, apart from the prior's own text."""
    if not isinstance(table, dict):
        return [f"{where}: found {quoted(table)}; it must be a table with {', '.join(TOLD)}"]
    problems = _unknown(f"{where}.", table, TOLD)
    for key in TOLD:
        if key not in table:
            problems.append(f"{where}.{key}: missing; every prior in a model file states its {key}")
        elif not isinstance(table[key], str) or not table[key].strip():
            problems.append(f"{where}.{key}: found {quoted(table[key])}; it must be a text")
    return problems


def _model_problems(kind: type[AnyModel], settings: dict[str, Any]) -> list[str]:
    """Say what the model itself finds wrong with the texts of its file."""
    try:
        kind(**settings)
    except ModelError as error:
        return [
            f"priors.{line}" if line.partition(":")[0] in kind.PRIORS else line
            for line in str(error).splitlines()
        ]
    return []
