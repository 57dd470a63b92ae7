"""A table for a paper: an estimate with its limits in one cell, headings in words, as text or for Word."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, overload

from bayes_ivig.errors import ArgumentError
from bayes_ivig.files.writing import write_bytes, write_text
from bayes_ivig.kinds.checked import checked
from bayes_ivig.measures import measure_of
from bayes_ivig.reporting import any_result_paper_forms as paper_forms
from bayes_ivig.reporting import shows
from bayes_ivig.reporting.any_result import Shown, table
from bayes_ivig.reporting.any_result_paper_words import NAMES, heading, worded
from bayes_ivig.reporting.any_result_tables import labelled
from bayes_ivig.reporting.document.blocks import Column, Table
from bayes_ivig.reporting.wording import numbers, phrases
from bayes_ivig.results.pooled import PooledEstimate

if TYPE_CHECKING:
    import pandas as pd

type Form = Literal["markdown", "latex", "word"]
type Digits = Annotated[int, "a whole number of decimals from 0 to 10"]

MOST = 10  # decimals
QUANTITIES = {"mu": "Pooled effect", "theta_new": "In a new trial", "tau": "Between-study SD (τ)"}
# what a reader of a paper does not need: how it was computed, and numbers that stand beside others
LEFT_OUT = (
    "level", "shared_level", "numerical_error", "note", "k_informative", "learnt_nothing", "stated_before",
    "reference", "log_marginal_likelihood", "error", "cautions", "mcse",
)  # fmt: skip
KINDS = {"expected": "predictive"}  # of intervals that are no credible ones


@overload
def paper_table(
    result: "Shown | pd.DataFrame",
    digits: Digits = 2,
    form: Literal["markdown", "latex"] = "markdown",
    *,
    path: None = None,
    caption: str = "",
) -> str:
    """Return a table for a paper as text."""


@overload
def paper_table(
    result: "Shown | pd.DataFrame",
    digits: Digits = 2,
    form: Form = "markdown",
    *,
    path: str | Path,
    caption: str = "",
) -> Path:
    """Write a table for a paper and return its path."""


@checked
def paper_table(
    result: "Shown | pd.DataFrame",
    digits: Digits = 2,
    form: Form = "markdown",
    *,
    path: str | Path | None = None,
    caption: str = "",
) -> str | Path:
    """Return a result, or a table of this package, as a table for a paper.

    An effect and its limits are one column, ``0.47 (0.32 to 0.69)``, with ``digits`` decimals; headings are
    words with the level of the limits, probabilities have three decimals. What tells of the computing alone
    is left out. ``form`` is ``"markdown"``, ``"latex"`` (a tabular with the rules of booktabs, as a table
    where there is a ``caption``) or ``"word"``, a .docx file at ``path``. Effects are on the measure's own
    scale, those of a ``PooledEstimate`` too. Returns the text, or the path where one is given. Raises
    ``ArgumentError`` for ``"word"`` without a path, and for a file that cannot be written.

    >>> import bayes_ivig as bi
    >>> data = bi.load_dataset("ivig", "live_birth").trials("published")
    >>> print(bi.paper_table(bi.pool(data, method="revman-random")).splitlines()[-1])
    | Pooled (revman-random) | 2.86 (1.04 to 7.90) |  |
    """
    if not 0 <= digits <= MOST:
        raise ArgumentError(f"paper_table: digits is {digits!r}; must be a whole number from 0 to {MOST}")
    if form == "word" and path is None:
        raise ArgumentError('paper_table: form="word" is a file; give path, such as "table.docx"')
    made = _table(result, digits, caption)
    if form == "word":
        content: str | bytes = paper_forms.docx_of(made)
    else:
        content = paper_forms.latex_of(made) if form == "latex" else paper_forms.markdown_of(made)
    if path is None:
        assert isinstance(content, str)
        return content
    try:
        write_text(path, content) if isinstance(content, str) else write_bytes(path, content)
    except OSError as error:
        raise ArgumentError(f"paper_table: {path}: cannot be written: {error.strerror or error}") from None
    return Path(path)


def _table(result: Any, digits: int, caption: str) -> Table:
    frame = _pooled(result) if isinstance(result, PooledEstimate) else table(result)
    if not hasattr(result, "columns") and shows.kind(result) == "Posterior":
        frame = frame.rename(index=_quantity)
    named = labelled(frame)
    level = _level(named)
    columns = list(_columns(list(map(str, named.columns)), level))
    rows = tuple(
        tuple(_cell(record, parts, digits) for _, parts in columns) for record in named.to_dict("records")
    )
    kept = [at for at, _ in enumerate(columns) if at == 0 or any(row[at] for row in rows)]
    return Table(
        caption,
        tuple(Column(columns[at][0], _align(named, columns[at][1])) for at in kept),
        tuple(tuple(row[at] for at in kept) for row in rows),
    )


def _pooled(estimate: PooledEstimate) -> "pd.DataFrame":
    """Return studies and the pooled effect on the measure's own scale."""
    import pandas as pd

    measure = measure_of(estimate.measure)
    key = measure.columns.pooled
    rows = [(each.study, each.own(measure), each.weight) for each in estimate.studies]
    rows.append((f"Pooled ({estimate.method})", estimate.own, None))
    return pd.DataFrame(
        {
            "study": name,
            key: effect.estimate,
            "pooled_ci_lower": effect.lower,
            "pooled_ci_upper": effect.upper,
            "level": estimate.level,
            "weight_percent": weight,
        }
        for name, effect, weight in rows
    )


def _quantity(name: str) -> str:
    return QUANTITIES.get(name, name.removeprefix("theta[").removesuffix("]") if "theta[" in name else name)


def _level(frame: "pd.DataFrame") -> str:
    """Return the level of the limits as a word; empty where a table has several, or none."""
    levels = set(frame["level"].dropna()) if "level" in frame else set()
    return numbers.level(float(levels.pop())) if len(levels) == 1 else ""


def _columns(names: list[str], level: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield headings with the columns that they stand over: one, or an estimate with its limits."""
    pairs = {low: _estimate(low, names) for low in names if low == "lower" or low.endswith("_lower")}
    limits_of = {estimate: low for low, estimate in pairs.items() if estimate}
    taken = {*pairs, *(_upper(low) for low in pairs), *LEFT_OUT}
    posterior = any(name.endswith("_median") and name.split("_")[0] in NAMES for name in names)
    for name in names:
        if name in limits_of:
            low = limits_of[name]
            kind = "confidence" if low.endswith("ci_lower") else KINDS.get(name, "credible")
            interval = f"{level} {kind} interval".strip()
            yield f"{heading(name, posterior=posterior)} ({interval})", (name, low, _upper(low))
        elif pairs.get(name) == "":
            what = "prediction interval" if name == "prediction_lower" else name.removesuffix("_lower")
            yield phrases.first_upper(f"{level} {what.replace('_', ' ')}".strip()), (name, _upper(name))
        elif name not in taken and "tight_baseline" not in name:
            yield heading(name, posterior=posterior), (name,)


def _upper(low: str) -> str:
    return low.removesuffix("lower") + "upper"


def _estimate(low: str, names: list[str]) -> str:
    """Return the estimate that limits belong to; empty where there is none."""
    start = low.removesuffix("lower")
    if low == "pooled_ci_lower":
        return next((name for name in names if name.startswith("pooled_") and name[7:] in NAMES), "")
    if start in ("", "ci_"):
        wanted: tuple[str, ...] = ("median", "expected") if not start else ("estimate",)
    else:
        wanted = tuple(f"{start}{end}" for end in ("median", "mean", "per_1000"))
        wanted += (start.removesuffix("_"),)
    return next((name for name in wanted if name in names), "")


def _cell(record: dict[Any, Any], parts: tuple[str, ...], digits: int) -> str:
    places = 0 if parts[0].endswith("per_1000") else digits
    texts = [worded(record[part], part, places) for part in parts]
    if not all(texts) or len(texts) == 1:
        return texts[0]
    return f"{texts[0]} ({texts[1]} to {texts[2]})" if len(texts) == 3 else f"{texts[0]} to {texts[1]}"


def _align(frame: "pd.DataFrame", parts: tuple[str, ...]) -> Literal["number", "text"]:
    return "number" if frame[parts[0]].dtype.kind in "fiu" else "text"
