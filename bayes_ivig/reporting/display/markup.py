"""A result as a small piece of HTML for notebooks: what it is, its answer, its main numbers as a table.

It has no colours of its own, so that it reads on light and dark pages alike, no scripts, and asks nothing of
any network; every text of a user is escaped.
"""

from html import escape
from typing import Any

from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.kinds.markup import table
from bayes_ivig.reporting.display.cells import Rows, pooled_rows, rows_of
from bayes_ivig.reporting.display.kinds import KINDS
from bayes_ivig.reporting.display.line import data_of, dataset_of, name_of
from bayes_ivig.reporting.wording import classical, effects, information, models, numbers, phrases
from bayes_ivig.results.audit import Audit
from bayes_ivig.results.pooled import PooledEstimate
from bayes_ivig.results.posterior.contrast import ByClass
from bayes_ivig.results.posterior.posterior import Posterior

SMALL = "margin:0.2em 0;font-size:0.9em;opacity:0.8"
MORE = "text() says it in words, table() gives the whole table."


def html(result: Any) -> str:
    """Return the piece of HTML of a result."""
    kind = KINDS[name_of(result)]
    data = data_of(result)
    title = f"{kind.title}{f': {data}' if data else ''}"
    rows, left = _table(result)
    answer = phrases.name(kind.answer(result))
    lines = [f'<p style="margin:0.2em 0"><strong>{_safe(title)}</strong><br>{_safe(answer)}</p>']
    lines += [f'<p style="{SMALL}">{_safe(fact)}</p>' for fact in _facts(result)]
    lines.append(table([[phrases.name(cell) for cell in row] for row in rows]))
    lines.append(f'<p style="{SMALL}">{_safe(kind.what)} {f"{left} not shown; " if left else ""}{MORE}</p>')
    return '<div class="bayes-ivig" style="overflow-x:auto">\n' + "\n".join(lines) + "\n</div>"


def _table(result: Any) -> tuple[Rows, str]:
    if isinstance(result, PooledEstimate):
        return pooled_rows(result), ""
    # of classes what they share and differ by; the whole table has each by itself as well
    frame = result.contrast.table() if isinstance(result, ByClass) else result.table()
    if isinstance(result, Audit):  # what was found first, then what agrees
        agrees = frame["verdict"] == "consistent"
        frame = frame.loc[agrees.sort_values(kind="stable").index, ["claim", "check", "verdict", "message"]]
        frame = frame.reset_index(drop=True)
    return rows_of(frame)


def _facts(result: Any) -> list[str]:
    """Return lines on the data, the model and its priors, as far as the result has them."""
    if isinstance(result, PooledEstimate):
        used = f"{numbers.count(result.k)} of {numbers.count(result.k_listed)} trials"
        adjusted = ", Hartung-Knapp interval" if result.hartung_knapp else ""
        return [f"{used}; {classical.method(result)}{adjusted}"]
    posterior = result if isinstance(result, Posterior) else getattr(result, "posterior", None)
    if isinstance(posterior, Posterior):
        about, measure = posterior.dataset.about, posterior.measure
        return [
            f"{information.counted(posterior)}; {measure.name}, {effects.arms_briefly(measure, about)}",
            f"{_model(posterior.model)}; engine {posterior.engine}",
        ]
    dataset, model = dataset_of(result), getattr(result, "model", None)
    facts = [f"{numbers.count(len(dataset))} trials"] if isinstance(dataset, Dataset) else []
    return ["; ".join([*facts, *([_model(model)] if isinstance(model, Model) else [])])] if facts else []


def _model(model: Any) -> str:
    """Return the likelihood and the priors of a model in a line."""
    own = f"{model.likelihood} likelihood, {model.effects} effects" if isinstance(model, Model) else ""
    name = f"model {model.name}" if model.name else ""
    priors = [
        f"{parameter} ~ {models.shown(getattr(model, parameter))}" for parameter, _ in models.priors(model)
    ]
    return "; ".join(filter(None, (name or type(model).__name__, own, *priors)))


def _safe(text: str) -> str:
    return escape(phrases.name(text))
