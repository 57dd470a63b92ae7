"""``--json``: an option whose value may be left out, which Typer has none of.

``--json`` alone is the newest version, ``--json 1`` or ``--json=1`` the one before; what follows it is its
value only where that is a whole number, so that ``--json data.csv`` still names the data.
"""

import re
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

OPTION = "--json"
NEWEST, FORMER = 2, 1
FILES = ("--csv", "--plot", "--out", "--curve-csv")


class Once(TyperCommand):
    """A command of which no file is asked for twice: only the last one would be written."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse arguments; raises a usage error for a file of an option that is given twice."""
        before = args[: args.index("--")] if "--" in args else args
        names = [argument.partition("=")[0] for argument in before]
        for option in FILES:
            if names.count(option) > 1:
                raise typer.BadParameter(
                    "is given twice, and writes one file; give it once", param_hint=option
                )
        return super().parse_args(ctx, args)


class Command(Once):
    """A command of which ``--json`` may have a value."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse arguments after the value of ``--json`` was written beside it."""
        return super().parse_args(ctx, spelt_out(args))


class Group(TyperGroup):
    """A group of commands of which ``--json`` may have a value."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse arguments after the value of ``--json`` was written beside it."""
        return super().parse_args(ctx, spelt_out(args))


def spelt_out(arguments: list[str]) -> list[str]:
    """Return arguments in which every ``--json`` has its value: ``--json=2`` where none was given."""
    found: list[str] = []
    rest = list(arguments)
    while rest:
        argument = rest.pop(0)
        if argument == "--":
            return [*found, argument, *rest]
        if argument == OPTION:
            value = rest.pop(0) if rest and re.fullmatch(r"[0-9]+", rest[0]) else str(NEWEST)
            argument = f"{OPTION}={value}"
        found.append(argument)
    return found


def known_version(value: int) -> int:
    """Return the version that was asked for, 0 for no document; raises a usage error for others."""
    if value not in (0, FORMER, NEWEST):
        raise typer.BadParameter(f"found {value}; give {OPTION} for version {NEWEST}, or {OPTION} {FORMER}")
    return value
