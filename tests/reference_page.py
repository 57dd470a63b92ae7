"""Write docs/reference.md, every public name with the first sentence of its docstring:
``python tests/reference_page.py``.
"""

import inspect
import re
from pathlib import Path
from types import ModuleType

import bayes_ivig

PAGE = Path(__file__).parents[1] / "docs" / "reference.md"
HEAD = """# Every public name

`import bayes_ivig as bi`. What most work needs stands on top, the rest in groups, as `bi.plot.forest`, or by
`from bayes_ivig.plot import forest`. Each says more in its docstring (`help(bi.fit)`).
`python tests/reference_page.py` writes this page.
"""


def sentence(thing: object) -> str:
    """Return the first sentence of a docstring, as Markdown for a cell of a table."""
    paragraph = " ".join((inspect.getdoc(thing) or "").partition("\n\n")[0].split())
    first = re.split(r"(?<=\.)\s+(?=[A-Z])", paragraph)[0]
    return first.replace("``", "`").replace("|", "\\|")


def names(module: ModuleType) -> list[str]:
    """Return the public names of a module: those of its stub,
    or the classes of one that hands nothing on (``errors``).
    """
    if "hand_on" not in vars(module):
        return [
            name
            for name, value in vars(module).items()
            if inspect.isclass(value) and value.__module__ == module.__name__
        ]
    return [
        name
        for name in dir(module)
        if not name.startswith("_") and not inspect.ismodule(getattr(module, name))
    ]


def rows(module: ModuleType, prefix: str) -> str:
    lines = [
        f"| `{prefix}.{name}` | {sentence(getattr(module, name))} |"
        for name in sorted(names(module), key=str.lower)
    ]
    return "\n".join(["| name | what it is |", "| --- | --- |", *lines])


def groups() -> dict[str, ModuleType]:
    """Return the modules that stand on top, by their name there."""
    return {name: value for name in dir(bayes_ivig) if inspect.ismodule(value := getattr(bayes_ivig, name))}


def page() -> str:
    parts = [HEAD, "## On top", rows(bayes_ivig, "bi")]
    for name, module in groups().items():
        parts += [f"## `bi.{name}`", sentence(module), rows(module, f"bi.{name}")]
    return "\n\n".join(part.strip() for part in parts) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
