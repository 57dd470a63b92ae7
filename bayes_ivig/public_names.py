"""Hand on public names: each module that does so lists them in the stub beside it,
which type checkers read as well.

A line ``from bayes_ivig.a.b import c as c`` of ``plot.pyi`` says that ``bayes_ivig.plot.c`` lives in
``bayes_ivig.a.b``, and ``d = c`` gives it another name. Nothing is imported before it is touched, so that
``import bayes_ivig`` stays instant.
"""

import sys
from collections.abc import Callable
from functools import cache
from importlib import import_module
from warnings import warn


def hand_on(module: str) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Return ``__getattr__`` and ``__dir__`` for ``module``:
    the names of its stub, loaded from their homes on first use.
    """

    def load(name: str) -> object:
        if name == "__all__":
            return listed()
        home, known_as = homes(module).get(name, ("", ""))
        if home == module:
            return import_module(f"{home}.{known_as}")
        if home:
            value = getattr(import_module(home), known_as)
        elif now := _moved_to(module, name):
            message = f"{module}.{name} is now {module}.{now}; the old name goes after the next release"
            warn(message, DeprecationWarning, stacklevel=2)
            group, _, known_as = now.partition(".")
            value = getattr(import_module(f"{module}.{group}"), known_as)
        else:
            here = sys.modules[module]
            raise AttributeError(f"module {module!r} has no attribute {name!r}", name=name, obj=here)
        setattr(sys.modules[module], name, value)  # found there from now on
        return value

    def listed() -> list[str]:
        return sorted(homes(module))

    return load, listed


@cache
def homes(module: str) -> dict[str, tuple[str, str]]:
    """Return where the public names of ``module`` live by its stub:
    the module, and what they are called there.
    """
    import ast

    public: dict[str, tuple[str, str]] = {}
    read: dict[str, tuple[str, str]] = {}
    for line in ast.parse(_stub(module)).body:
        match line:
            case ast.ImportFrom(module=str(home)):
                read |= {alias.name: (home, alias.name) for alias in line.names}
                public |= {alias.asname: (home, alias.name) for alias in line.names if alias.asname}
            case ast.Assign(targets=[ast.Name(name)], value=ast.Name(known_as)):
                public[name] = read[known_as]
    return public


def _stub(module: str) -> bytes:
    """Return the text of the stub, from wherever the module came, a folder or an archive."""
    spec = sys.modules[module].__spec__
    assert spec is not None and spec.origin is not None
    text: bytes = spec.loader.get_data(spec.origin.rpartition(".")[0] + ".pyi")  # type: ignore[union-attr]
    return text


def _moved_to(module: str, name: str) -> str | None:
    """Return the place, such as ``plot.forest``, of a name that stood in ``module`` up to version 0.1."""
    if module != __package__:
        return None
    from bayes_ivig.former_names import NOW

    return NOW.get(name)
