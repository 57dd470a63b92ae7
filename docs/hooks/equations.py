"""For MkDocs: formulas as MathML, which browsers show without a script or a network.

``$...$`` in a line and ``$$...$$`` as a block are read by ``Formula``, as those of the report are, and
``<!-- equations of NAME -->`` is replaced by those of a bundled model, or of classical ``pooling``.
"""

import re
from collections.abc import Callable
from html import escape
from typing import Any

from bayes_ivig.inputs.model.files import load_model
from bayes_ivig.reporting.report.methods_section import POOLING
from bayes_ivig.reporting.wording.equations import equations_of
from bayes_ivig.reporting.wording.formula import Formula

CODE = re.compile(r"(^ *```.*?^ *```[^\n]*$|``.+?``|`[^`\n]+`)", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"\$\$(.+?)\$\$", re.DOTALL)
INLINE = re.compile(r"(?<![\w$\\])\$(?=\S)([^$\n]+?)(?<=\S)\$(?![\w$])")
LISTED = re.compile(r"^<!-- equations of (\w+) -->$", re.MULTILINE)


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Replace the formulas of a page, but not what stands in code."""
    parts = CODE.split(markdown)
    return "".join(part if number % 2 else shown(part) for number, part in enumerate(parts))


def shown(text: str) -> str:
    """Return text with its formulas as MathML."""
    text = LISTED.sub(lambda found: listed(found[1]), text)
    text = BLOCK.sub(of_formula(block=True), text)
    return INLINE.sub(of_formula(block=False), text)


def of_formula(*, block: bool) -> Callable[[re.Match[str]], str]:
    """Return what makes MathML of a formula between dollar signs."""

    def made(found: re.Match[str]) -> str:
        formula = Formula(found[1].strip().replace(r"\operatorname{", r"\op{")).mathml(block=block)
        return (
            formula if block else f"<span>{formula}</span>"
        )  # a line that begins with <math> would be a block

    return made


def listed(name: str) -> str:
    """Return the equations of a bundled model, or those of classical pooling, each with its meaning."""
    equations = POOLING if name == "pooling" else equations_of(load_model(name))
    lines = [
        f'<div class="equation">{each.formula.mathml(block=True)}'
        f"<span>{escape(each.meaning, quote=False)}</span></div>"
        for each in equations
    ]
    return f'<div class="equations">{"".join(lines)}</div>'
