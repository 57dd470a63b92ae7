"""What was given for an argument in a few words, and what to write instead: never a whole table."""

import re
import sys
from collections.abc import Mapping, Sized
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

from bayes_ivig.errors import quoted

MOST = 60  # characters of a text of the user's
FARTHEST = 10**15  # a longer number is not shown

# what was given, what is wanted: what to write instead
INSTEAD = {
    ("DataFrame", "Dataset"): "Dataset.from_dataframe(df)",
    ("str", "Dataset"): "load_dataset({text})",
    ("Path", "Dataset"): "load_dataset(path)",
    ("Posterior", "Dataset"): "posterior.dataset",
    ("PooledEstimate", "Dataset"): "estimate.dataset",
    ("list", "Dataset"): "Dataset(studies)",
    ("tuple", "Dataset"): "Dataset(studies)",
    ("DataFrame", "Posterior"): "fit(Dataset.from_dataframe(df))",
    ("Dataset", "Posterior"): "fit(dataset)",
    ("str", "Posterior"): "fit(load_dataset({text}))",
    ("Path", "Posterior"): "Posterior.load(path)",
    ("Reanalysis", "Posterior"): 'reanalysis.outcomes[0].trial_set("all").posterior',
    ("Reanalysis", "Dataset"): 'reanalysis.outcomes[0].trial_set("all").dataset',
    ("DataFrame", "PooledEstimate"): "pool(Dataset.from_dataframe(df))",
    ("Dataset", "PooledEstimate"): "pool(dataset)",
    ("Posterior", "PooledEstimate"): "pool(posterior.dataset)",
    ("str", "Model"): "load_model({text})",
    ("Path", "Model"): "load_model(path)",
    ("Posterior", "Model"): "posterior.model",
    ("Normal", "Model"): "Model(mu=prior)",
    ("Posterior", "Marginal"): 'posterior["mu"]',
    ("Posterior", "Benefit"): "benefit(posterior)",
    ("Posterior", "BenefitHarm"): "benefit_harm(posterior, another)",
    ("Posterior", "TippingGrid"): "tipping.tipping_grid(posterior)",
    ("Posterior", "Mapping"): '{{"mine": posterior}}',
    ("Posterior", "Reanalysis"): "reanalyze(posterior.dataset)",
    ("Dataset", "Reanalysis"): "reanalyze(dataset)",
    ("DataFrame", "Reanalysis"): "reanalyze(Dataset.from_dataframe(df))",
    ("str", "Reanalysis"): "reanalyze({text})",
    ("Path", "Reanalysis"): "reanalyze(path)",
    ("Dataset", "Baujat"): "classical.baujat(dataset)",
    ("PooledEstimate", "Baujat"): "classical.baujat(estimate.dataset)",
    ("Dataset", "Funnel"): "classical.funnel(dataset)",
    ("dict", "DataFrame"): "pandas.DataFrame(...)",
    ("list", "DataFrame"): "pandas.DataFrame(...)",
    ("Dataset", "DataFrame"): "dataset.to_dataframe()",
    ("Subsets", "DataFrame"): "subsets.frame",
    ("OneByOne", "DataFrame"): "table.frame",
    ("PriorComparison", "DataFrame"): "comparison.frame",
}
HELD = (
    "dataset",
    "posterior",
    "model",
    "pooled",
    "frame",
)  # attributes of results that are arguments elsewhere
# tables that only one function makes, by the function and the argument that they are for
TABLES = {
    "leave_k_out.frame": "subsets(dataset)",
    "standing.frame": "subsets(dataset)",
    "carrying_trials.frame": "subsets(dataset)",
    "plot.standing.frame": "trials.subsets(dataset)",
    "plot.subsets.frame": "trials.subsets(dataset)",
    "plot.prior_sensitivity.frame": "priors.compare(dataset, mu=..., tau=...)",
    "plot.prior_width.frame": "priors.prior_width_curve(dataset)",
    "plot.one_by_one.without": "trials.without_each(dataset)",
    "plot.one_by_one.cumulative": "trials.accumulated(dataset)",
}


def described(value: object) -> str:
    """Return what a value is in a few words: ``the text 'own.csv'``, ``a Dataset (ivig live_birth)``."""
    if isinstance(value, str | bytes):
        what = "text" if isinstance(value, str) else "bytes"
        return f"the {what} {shortened(value)}" if value else f"an empty {what}"
    if isinstance(value, int) and abs(value) > FARTHEST:
        return "too large a number"
    if value is None or isinstance(value, int | float):
        return repr(value)
    if isinstance(value, type):
        return f"the class {value.__name__} and not an object of it"
    if isinstance(value, FunctionType | BuiltinFunctionType | MethodType):
        return f"the function {value.__name__} and not what it returns"
    return f"the module {value.__name__}" if isinstance(value, ModuleType) else _object(value)


def shown(value: object) -> str:
    """Return a value as it is where that is short, a text in quotes, else what it is in a few words."""
    plain = value is None or isinstance(value, str | bool | int | float | list | tuple)
    return quoted(value) if plain else described(value)


def shortened(value: str | bytes) -> str:
    """Return a text as Python writes it, cut to a few characters."""
    return repr(value) if len(value) <= MOST else f"{value[:MOST]!r}... ({len(value)} characters)"


def _object(value: object) -> str:
    """Describe what is neither a number nor a text by its class, its home if that is not this package,
    and its size.
    """
    home, name = type(value).__module__.partition(".")[0], type(value).__name__
    if isinstance(value, list | tuple | dict | set | frozenset) and type(value).__module__ == "builtins":
        return f"an empty {name}" if not value else f"a {name} of {len(value)}"
    full = {"numpy": "NumPy", "builtins": "plain"}.get(home, home)
    whose = f"{full} {name}" if home not in ("bayes_ivig", "pathlib") else name
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple):
        return f"{article(whose)} of {' x '.join(map(str, shape)) or 'one'}"
    label = getattr(value, "label", None)
    if isinstance(label, str) and label and home == "bayes_ivig":
        return f"{article(whose)} ({shortened(label)[1:-1]})"
    sized = isinstance(value, Sized) and isinstance(value, Mapping)
    return f"{article(whose)} of {len(value)}" if sized else article(whose)  # type: ignore[arg-type]


def article(name: str) -> str:
    """Return ``a`` or ``an`` with a name."""
    return f"{'an' if name[:1] in 'AEIOaeio' else 'a'} {name}"


def listed(words: list[str]) -> str:
    """Return ``a, b or c``."""
    return " or ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def singular(words: str) -> str:
    """Return words without their article."""
    return re.sub(r"^an? ", "", words)


def plural(words: str) -> str:
    """Return ``numbers`` for ``a number``; what is more than a word stays as it is."""
    return re.sub(r"^an? (\w+( \w+)?)$", r"\1s", words)


def instead(place: str, value: Any, wanted: frozenset[str]) -> str:
    """Return what to write instead of a value, with ``: write`` before it; empty where nobody can know.

    ``place`` is function and argument, ``wanted`` the names of the classes that would do.
    """
    if place in TABLES:
        return f": write {TABLES[place]}"
    if place == "audit.claims" and type(value).__name__ == "Dataset":
        return ": write audit('claims.csv', dataset), claims first"
    if isinstance(value, type):
        return f": write {value.__name__}(...)" if is_of(value, "bayes_ivig") else ""
    names = [each.__name__ for each in type(value).__mro__ if each is not object]
    if "DataFrame" in wanted and not is_of(value, "pandas") and hasattr(value, "to_pandas"):
        return ": write df.to_pandas()"
    for name in names:
        for each in sorted(wanted):
            if text := INSTEAD.get((name.removeprefix("Posix").removeprefix("Windows"), each)):
                return ": write " + text.format(text=shortened(value) if isinstance(value, str) else "")
    return _held(value, wanted)


def _held(value: Any, wanted: frozenset[str]) -> str:
    """Return the attribute of one of our results that is what is wanted: ``: write its .dataset``."""
    if is_of(value, "bayes_ivig"):
        for name in HELD:
            held = getattr(value, name, None)
            if held is not None and type(held).__name__ in wanted:
                return f": write its .{name}"
    return ""


def is_of(value: object, package: str) -> bool:
    """Whether a class, or that of a value, or one it is built on, is of a package; nothing is imported."""
    classes = (value if isinstance(value, type) else type(value)).__mro__
    return package in sys.modules and any(each.__module__.partition(".")[0] == package for each in classes)
