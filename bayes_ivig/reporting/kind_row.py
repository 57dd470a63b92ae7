"""The form of a row of the table in ``shows``: how one kind of result is shown."""

from dataclasses import dataclass

from bayes_ivig.reporting.charts_of_kinds import Chart


@dataclass(frozen=True)
class Row:
    """How one kind is shown; functions as ``module:name``, modules of this package.

    ``command`` prints ``text(result, width=..., **options)``, and with ``--json`` ``document(result,
    **options)``; ``options`` names those that both take. ``csv(result)`` is the table that it writes. Where a
    function is missing, the text is the result's table in columns, the document its fields and the rows of
    that table, the file that table. ``more(result, document, **options)`` is the document with what version 2
    says besides. ``charts`` are drawings by name, the first of them what is drawn unless another is asked
    for. ``report(result)`` is the document that results.json holds, else the fields.
    """

    command: str = ""
    text: str = ""
    document: str = ""
    csv: str = ""
    charts: tuple[Chart, ...] = ()
    options: tuple[str, ...] = ()
    report: str = ""
    more: str = ""


PLAIN = Row()
