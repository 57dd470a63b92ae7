"""For MkDocs and mkdocstrings: the public names as the program has them.

On a page ``::: bi.plot.forest`` stands for the documentation of that name. The stubs list what is public;
Griffe reads them, but takes ``forest = plot_forest`` for a value, which becomes another name of the function
here. Examples of docstrings become blocks of code, and of ``Annotated[T, "..."]`` in signatures T is shown.
"""

import re
from copy import copy
from typing import Any

import griffe

EXAMPLE = re.compile(r"^( *)>>> .*(?:\n\1 *\S.*)*", re.MULTILINE)
PUBLIC = re.compile(r"^::: bi\.(\S+)$", re.MULTILINE)


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Give every public name its heading; an empty line in the output of an example is shown empty."""
    return PUBLIC.sub(
        lambda found: (
            f'::: bayes_ivig.{found[1]}\n    options:\n      heading: "bi.{found[1]}"\n'
            f'      toc_label: "{found[1].rpartition(".")[2]}"'
        ),
        markdown.replace("\n<BLANKLINE>\n", "\n\n"),
    )


class PublicNames(griffe.Extension):
    """Read the stubs of the package as ``bayes_ivig.public_names`` does."""

    def on_package(self, *, pkg: griffe.Module, loader: griffe.GriffeLoader, **_: Any) -> None:
        """Put right what Griffe made of the package."""
        loader.resolve_aliases(implicit=True, external=False)
        for module in pkg.modules.values():
            for name, member in list(module.members.items()):
                if isinstance(member, griffe.Attribute) and isinstance(member.value, griffe.ExprName):
                    target = member.value.canonical_path
                    if target.startswith(f"{pkg.name}."):
                        module.set_member(name, griffe.Alias(name, target))
        charts = pkg["reporting.charts"]
        for name, member in list(charts.members.items()):
            if isinstance(member, griffe.Attribute) and isinstance(member.value, griffe.ExprCall):
                charts.set_member(name, _wrapped(name, member.value, loader))
        _shown_in(pkg)


def _wrapped(name: str, call: griffe.ExprCall, loader: griffe.GriffeLoader) -> griffe.Function:
    """Return the function that is made of another one, and returns a ``Chart`` in the place of Altair's."""
    (drawn,) = call.arguments
    function = copy(loader.modules_collection[drawn.canonical_path])
    function.name, function.returns = name, "Chart"
    return function


def _shown_in(thing: griffe.Object) -> None:
    """Change docstrings and annotations of a module or class and all that is in it."""
    if thing.docstring is not None:
        thing.docstring.value = fenced(thing.docstring.value)
    if isinstance(thing, griffe.Function):
        for parameter in thing.parameters:
            parameter.annotation = plain(parameter.annotation)
    elif isinstance(thing, griffe.Attribute):
        thing.annotation = plain(thing.annotation)
    for member in thing.members.values():
        if isinstance(member, griffe.Object):
            _shown_in(member)


def fenced(text: str) -> str:
    """Return a docstring with its examples as blocks of code, which Markdown takes for quotations."""
    text = EXAMPLE.sub(lambda found: f"\n{found[1]}```pycon\n{found[0]}\n{found[1]}```\n", text)
    return re.sub(r"^ *<BLANKLINE>$| *# doctest: .*", "", text, flags=re.MULTILINE)


def plain(annotation: Any) -> Any:
    """Return an annotation without what ``Annotated`` adds to a type."""
    match annotation:
        case griffe.ExprSubscript(
            left=griffe.ExprName(name="Annotated"), slice=griffe.ExprTuple(elements=parts)
        ):
            return plain(parts[0])
        case griffe.ExprSubscript(left=left, slice=inner):
            return griffe.ExprSubscript(left, plain(inner))
        case griffe.ExprTuple(elements=parts):
            return griffe.ExprTuple([plain(part) for part in parts], implicit=annotation.implicit)
        case griffe.ExprBinOp(left=left, operator=operator, right=right):
            return griffe.ExprBinOp(plain(left), operator, plain(right))
        case _:
            return annotation
