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


class Command(TyperCommand):
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
