"""Sections of a page that a reader of the options did not want."""

from dataclasses import replace

from bayes_ivig.errors import DataError, report_all, suggestion
from bayes_ivig.reporting.document.blocks import Section
from bayes_ivig.reporting.document.pointers import body_key


def without(sections: tuple[Section, ...], names: tuple[str, ...]) -> tuple[Section, ...]:
    """Return the sections but those named, by address (``live_birth-priors``) or by its last part
    (``priors``), with all in them and with what an appendix has of them.

    ``live_birth-appendix-priors`` leaves out the part of the appendix alone. Raises ``DataError`` for names
    that no section has, and where nothing would be left.
    """
    if not names:
        return sections
    keys = [inner.key for section in sections for inner in section.every_section()]
    known = dict.fromkeys((*keys, *(_last(key) for key in keys)))
    report_all(
        [
            f"options: leave_out: no section {name!r}{suggestion(name, known)}; "
            f"sections of this report are {', '.join(keys)}"
            for name in names
            if name not in known
        ],
        DataError,
    )
    kept = _kept(sections, names)
    if not kept:
        raise DataError("options: leave_out names every section; keep at least one")
    return kept


def _kept(sections: tuple[Section, ...], names: tuple[str, ...]) -> tuple[Section, ...]:
    """Return what is left, without appendices that nothing is left of."""
    left = [
        (section, replace(section, sections=_kept(section.sections, names)))
        for section in sections
        if not {section.key, body_key(section.key), _last(section.key)} & set(names)
    ]
    return tuple(
        kept
        for whole, kept in left
        if kept.blocks or kept.sections or not (whole.appendix and whole.sections)
    )


def _last(key: str) -> str:
    return key.rpartition("-")[2]
