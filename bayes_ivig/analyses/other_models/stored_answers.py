"""``stored_answer``: what a sampled posterior says, found again by content instead of sampled again.

An answer is kept under a hash of everything it depends on: the data the model reads, the model, the sampler's
settings with the seed, and the question. It is looked for among the bundled answers, whatever versions are
installed now (each says which versions made it), then in the user's cache, under the same versions only.
Where it is in neither it is sampled if that is asked for. An answer is a small JSON document with its own
checksum, which tells damage and no forgery (see ``files.cache``); nothing in it is ever executed, and one
that does not have the form it was written in is left aside.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cache, cached_property
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypedDict

from bayes_ivig import resources
from bayes_ivig.engines.fitting import fit
from bayes_ivig.engines.nuts import NUTS
from bayes_ivig.engines.nuts.canaries import models_sha256
from bayes_ivig.files import writing
from bayes_ivig.files.cache import read_kept, warn, write_kept
from bayes_ivig.files.documents import parse_json
from bayes_ivig.files.reading import MOST_KEPT, content
from bayes_ivig.files.typed import fits
from bayes_ivig.inputs.characteristics.fingerprint import fingerprint
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.model.files import AnyModel, assumptions
from bayes_ivig.results.other_models.sampled import SampledAnswer
from bayes_ivig.results.posterior.diagnostics import Diagnostics
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.version import __version__

type Answer = dict[str, Any]
type Document = dict[str, Any]
type Form = Callable[[SampledAnswer], None]

FORMAT = 1  # of the documents; to be raised where the same request should give another answer than before
FOLDER = "sampled"  # under data/CASE, and in the cache
PACKAGES = ("pymc", "nutpie", "arviz", "pytensor", "numba")
ANYHOW = ("cores", "progress")  # settings of the sampler that no draw depends on
# settings that the sampler has got since answers were stored, with what it did before: no part of a question
AS_BEFORE = (("marginal", False),)
NAMED = 16  # characters of the key in a file's name


class Checks(TypedDict):
    """Diagnostics in a document."""

    engine: str
    problems: list[str]
    numbers: dict[str, float]


class Stored(TypedDict):
    """The form of a document."""

    request: dict[str, Any]
    made_by: dict[str, str]
    diagnostics: Checks
    answer: dict[str, Any]
    sha256: str


@dataclass(frozen=True)
class Request:
    """One question to one sampled posterior. ``question`` is any text that tells it apart,
    with all it depends on.

    ``dataset`` and ``model`` are what ``fit`` takes, a joint model's two outcomes as
    ``JointDataset.as_dataset()``.
    """

    question: str
    dataset: Dataset
    model: AnyModel
    engine: NUTS

    @cached_property
    def content(self) -> Document:
        """Everything the answer depends on, as plain values;
        raises ``DataError`` for columns that the table lacks.
        """
        settings = {
            each.name: getattr(self.engine, each.name)
            for each in fields(self.engine)
            if each.name not in ANYHOW and (each.name, getattr(self.engine, each.name)) not in AS_BEFORE
        }
        return {
            "format": FORMAT,
            "question": self.question,
            "studies": list(self.dataset.study_names),  # their order decides which draws are whose
            "data_sha256": fingerprint(self.dataset, self.model),
            "model": assumptions(self.model),
            "sampler": {name: str(value) for name, value in settings.items()},
        }

    @cached_property
    def key(self) -> str:
        """SHA-256 of the content."""
        return sha256(_canonical(self.content)).hexdigest()


@dataclass(frozen=True)
class Store:
    """Where answers are: the folders ``bundled`` to read, and the folder ``cache`` to read and write,
    or None for none.
    """

    bundled: tuple[Path, ...] = ()
    cache: Path | None = None

    @classmethod
    def usual(cls) -> "Store":
        """Return the answers bundled with any case, and the user's cache,
        which BAYES_IVIG_CACHE moves or switches off.
        """
        return cls(resources.listed(resources.folder("data"), f"*/{FOLDER}"), resources.usual_cache())

    def find(self, request: Request, form: Form | None = None) -> SampledAnswer | None:
        """Return the answer that is here, or None; one that cannot be used, or does not have its ``form``,
        is left aside with a ``CacheWarning``.
        """
        for folder in self.bundled:
            for path in sorted(folder.glob(f"*-{request.key[:NAMED]}.json")):
                if answer := _read(path, None, Looked(request, form)):
                    return answer
        if self.cache is None:
            return None
        return _read(self._place(self.cache, request), self.cache, Looked(request, form, made_by()))

    def keep(self, request: Request, answer: SampledAnswer) -> None:
        """Put an answer in the cache, where there is one; where it cannot be written
        that is a ``CacheWarning``.
        """
        if self.cache is None:
            return
        path = self._place(self.cache, request)
        try:
            write_kept(path, self.cache, _written(request, answer))
        except OSError as error:
            why = error.strerror or error
            warn(
                f"{path}: a sampled answer cannot be kept: {why}; "
                f"{resources.VARIABLE} names another folder, or off"
            )

    @staticmethod
    def _place(cache: Path, request: Request) -> Path:
        own = sha256(_canonical([request.key, dict(made_by())])).hexdigest()
        return cache / FOLDER / f"{own}.json"


def stored_answer(
    request: Request,
    ask: Callable[[Posterior], Answer],
    *,
    form: Form | None = None,
    sampled: bool = False,
    store: Store | None = None,
) -> SampledAnswer | None:
    """Return the answer to a request: a stored one, else with ``sampled`` what ``ask`` finds
    in a new fit, else None.

    ``ask`` turns the posterior into JSON-ready values (finite numbers, texts, lists, dicts with text keys),
    always the same for the same ``question``; ``form`` raises ``ValueError`` for a stored answer that such
    values cannot be. A new answer is kept in the cache of ``store``
    (``Store.usual()``) at once. Raises ``DataError`` and ``ModelError`` where the model cannot be fitted to
    the data.
    """
    store = Store.usual() if store is None else store
    stored = store.find(request, form)
    if stored is not None or not sampled:
        return stored
    posterior = fit(request.dataset, request.model, engine=request.engine)
    answer = parse_json(_canonical(ask(posterior)))  # what is returned is what a later look-up returns
    settings = tuple(request.content["sampler"].items())
    stored = SampledAnswer(answer, posterior.diagnostics, settings, made_by())
    store.keep(request, stored)
    return stored


def write_answer(path: Path, request: Request, answer: SampledAnswer) -> None:
    """Write an answer to a file, put in place whole; raises ``OSError``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    writing.write_bytes(path, _written(request, answer))


def _written(request: Request, answer: SampledAnswer) -> bytes:
    document: Document = {
        "request": request.content,
        "made_by": dict(answer.made_by),
        "diagnostics": {
            "engine": answer.diagnostics.engine,
            "problems": list(answer.diagnostics.problems),
            "numbers": dict(answer.diagnostics.numbers),
        },
        "answer": dict(answer.answer),
    }
    document["sha256"] = sha256(_canonical(document)).hexdigest()
    return (json.dumps(document, indent=1, allow_nan=False) + "\n").encode()


def file_name(label: str, request: Request) -> str:
    """Return the name of a bundled answer: a label for people,
    and the beginning of the key by which it is found.
    """
    plain = "".join(c if c.isascii() and c.isalnum() else "_" for c in label)
    return f"{plain}-{request.key[:NAMED]}.json"


@cache
def made_by() -> tuple[tuple[str, str], ...]:
    """Return what decides what is sampled here: the versions of ours and of the samplers,
    and a hash of the models.
    """
    return (
        ("bayes_ivig", __version__),
        *((package, version(package)) for package in PACKAGES),
        ("models", models_sha256()[:NAMED]),
    )


@dataclass(frozen=True)
class Looked:
    """What is looked for: the answer to a request, of a form, made by ``versions`` where not by any."""

    request: Request
    form: Form | None = None
    versions: tuple[tuple[str, str], ...] | None = None


def _read(path: Path, cache: Path | None, looked: Looked) -> SampledAnswer | None:
    """Return the answer in a file; None without the file, or with a warning
    where it is not an answer to this request.
    """
    try:
        raw = content(path, MOST_KEPT) if cache is None else read_kept(path, cache)
        return None if raw is None else _checked(parse_json(raw), looked)
    except FileNotFoundError:
        return None
    except OSError as error:
        why = f"it {error.strerror or error}"
    except ValueError as error:
        why = str(error)
    warn(f"{path}: a stored sampled answer is left aside: {why}; remove the file")
    return None


def _checked(document: Any, looked: Looked) -> SampledAnswer:
    """Return the answer of a document; raises ``ValueError`` where it was changed,
    has another form, or is not to this request.
    """
    if not fits(document, Stored):
        raise ValueError("it does not have the form of a sampled answer")
    stored: Stored = document
    checked = {key: value for key, value in document.items() if key != "sha256"}
    if stored["sha256"] != sha256(_canonical(checked)).hexdigest():
        raise ValueError("its checksum does not fit what it says")
    checks, maker = stored["diagnostics"], tuple(stored["made_by"].items())
    if stored["request"] != looked.request.content or looked.versions not in (None, maker):
        raise ValueError("it answers another request")
    diagnostics = Diagnostics(checks["engine"], tuple(checks["problems"]), tuple(checks["numbers"].items()))
    sampler = tuple(stored["request"]["sampler"].items())
    answer = SampledAnswer(stored["answer"], diagnostics, sampler, maker)
    if looked.form is not None:
        looked.form(answer)
    return answer


def _canonical(value: Mapping[str, Any] | list[Any]) -> bytes:
    """Return values as JSON with sorted keys: the same values always give the same bytes;
    raises ``ValueError`` for NaN.
    """
    return json.dumps(value, sort_keys=True, allow_nan=False, separators=(",", ":")).encode()
