"""Command lines: every command and option that there is, in all orders, wrong, doubled, left out, huge."""

import contextlib
import io
import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import typer
from edits import NUMBERS, fraction, hostile_cell
from hypothesis import strategies as st
from registry import Reader
from rule import UNSEEN, Case, Fault

from bayes_ivig.errors import DataError

BIN = Path(sys.executable).parent / "bayes-ivig"
HEAD = "study,treatment_events,treatment_total,control_events,control_total"
FILES = {
    "t.csv": f"{HEAD},year,randomised\nAdams 2001,3,20,5,21,2001,yes\nBaker 2003,7,30,9,31,2003,no\n"
    "Clark 2005,0,12,2,11,2005,yes\n",
    "two.csv": f"outcome,{HEAD}\nlive,A,3,20,5,21\nlive,B,7,30,9,31\n"
    "dead,A,17,20,16,21\ndead,B,23,30,22,31\n",
    "two.toml": '[pair]\nbenefit = "live"\nharm = "dead"\n'
    '[outcomes.live]\nevent = "good"\n[outcomes.dead]\nevent = "bad"\n',
    "part.csv": f"{HEAD}\nAdams 2001,,6,2,7\nBaker 2003,1,8,3,9\n",
    "claims.csv": "outcome,measure,estimate,ci_lower,ci_upper,k\ndeaths,OR,0.71,0.29,1.74,2\n",
    "other.csv": "kind,subject,printed,parts,total\nsum,people,12,5; 7,12\n",
    "m.toml": 'title = "A model"\nlikelihood = "normal"\neffects = "random"\n'
    '[priors.mu]\nprior = "normal(0, 1)"\nrationale = "why"\nsource = "who"\n'
    '[priors.tau]\nprior = "half_normal(1)"\nrationale = "why"\nsource = "who"\n',
    "o.toml": 'title = "Mine"\n',
    "old.txt": "nothing of ours",
    "sub/keep.txt": "nothing of ours",
}  # fmt: skip
GOOD = {name: content.encode() for name, content in FILES.items()}
DATA = ("t.csv",) * 10 + (
    "two.csv",
    "part.csv",
    "ivig",
    "nope",
    "missing.csv",
    "t.CSV",
    "sub",
    ".",
    "",
    "claims.csv",
    "old.txt",
    "./t.csv",
    "t.csv/",
)
MODELS = (
    "binomial_normal",
    "normal_normal",
    "common_effect",
    "hypergeometric_normal",
    "m.toml",
    "m.toml",
    "nope",
    "binomial_norml",
    "t.csv",
    "",
)
PRIORS = (
    "normal(0, 1)",
    "half_normal(0.5)",
    "half_normal(1)",
    "normal(0.2, 2)",
    "flat()",
    "nope(1)",
    "normal(0, -1)",
    'elicited("P(OR > 2) = 5%")',
)
OUT = (
    "new.csv",
    "new.csv",
    "new.csv",
    "sub/new.csv",
    "no/such/new.csv",
    "sub",
    "t.csv",
    "old.txt",
    "",
    "new",
    "a" * 300 + ".csv",
    "a" * 5000,
)
# of options and arguments, by name; what is not here is a number, a flag, or the same for all
POOL: dict[str, Sequence[str]] = {
    "data": DATA, "file": (*DATA, "claims.csv", "part.csv", "old.txt", "m.toml"),
    "all_to": ("new", "sub", "old.txt", "no/such"), "mapped": ("control_total=study", "study=study", "x=y",
    "=", ""), "treatment": ("A", "treatment", ""), "control": ("B", "control", ""), "sheet": ("Sheet1", ""),
    "event": ("good", "bad", "nope"), "encoding": ("utf-8", "latin-1", "nope"),
    "form": ("metafor", "revman", "xlsx", "nope"), "missing": ("imor(0, 1)", "imor(0)", "nope"),
    "shared_control": ("split", "combine", "nope"),
    "table": ("part.csv", "part.csv", "part.csv", "t.csv", "nope"),
    "name": ("t.csv",
    "binomial_normal", "bivariate", "m.toml", "ivig", "nope"),
    "claims": ("claims.csv", "claims.csv", "claims.csv", "other.csv", "t.csv", "ivig", "nope"),
    "counts": ("t.csv", "two.csv", "nope"), "other": ("other.csv", "claims.csv", "no.csv"),
    "outcome": ("live", "dead", "", "nope", "live_birth"), "benefit": ("live", "dead", "nope"),
    "harm": ("dead", "live", "nope"),
    "model": MODELS, "likelihood": ("binomial", "normal", "hypergeometric", "nope"), "effects": ("random",
    "common", "student_t(4)", "nope"),
    "baseline": ("control", "midpoint", "nope"), "mu_prior": PRIORS, "tau_prior": PRIORS,
    "alpha_prior": PRIORS, "mu": PRIORS, "tau": PRIORS, "alpha": PRIORS,
    "prior": ("mu=normal(0, 1)", "tau=half_normal(1)", "omega=half_normal(1)", "mu", "=", "mu=nope"),
    "difference": (*PRIORS, "independent"),
    "trials": ("all", "Adams 2001", "-Clark 2005", "-uninformative", "nope", "Adams 2001,Baker 2003", "A",
    ""), "mark": ("all", "published", "A,B", "Adams 2001,Baker 2003"),
    "engine": ("quadrature", "nutz", ""), "method": ("mh", "dl", "reml", "peto", "glmm-cm-el", "nope"),
    "measure": ("OR", "rr", "RD", "nope"), "rule": ("dl", "fixed", "nope"),
    "require": ("estimate", "estimate,ci_lower", "nope", ""), "conclusion": ("P(OR > 1) >= 0.975",
    "OR < 1 : 0.9", "P(OR > 1) >= 2", "nope"), "width_of": ("mu", "tau", "nope"),
    "zone": ("0.8,1.25", "1.25,0.8", "1", "a,b"), "baseline_risk": ("0.4", "ours=0.4", "0", "nope"),
    "quantity": ("mu", "theta_new", "nope"), "among": ("all", "events", "nonevents", "nope"),
    "by": ("randomised", "year >= 2003", "nope"), "order": ("year", "randomised", "nope"),
    "colour_by": ("Adams 2001", "nope"), "against": ("tau", "i2", "rank", "nope"),
    "draw": ("curve", "absolute", "net", "people", "nope"), "design": ("sparse", "dense", "nope"),
    "simulations": ("1", "2", "0", "-1", "x"),
    "size": ("1", "2", "3", "0", "99"), "max_tables": ("10", "0", "-1", "99999999999999999999"),
    "time_limit": ("10", "0", "-1", "nan", "inf"), "seed": ("1", "-1", "99999999999999999999"),
    "level": ("0.95", "0.9", "0", "1", "nan", "95"), "threshold": ("1.25", "2", "0", "-1", "inf", "1"),
    "weight": ("0.5", "1", "-1", "nan"), "csv": OUT, "curve_csv": OUT,
    "plot": tuple(each.replace(".csv", ".svg") for each in OUT), "save": tuple(each.replace(".csv",
    ".nc") for each in OUT), "out": ("new", "sub", "old.txt", "no/such", ""),
    "work": ("new", "old.txt", "sub"), "options": ("o.toml", "t.csv", "no.toml"), "title": ("Mine", ""),
    "important_difference": ("50", "0", "-1"), "json": ("1", "2", "2", "1", "3", "x"),
    "log": (*OUT, "new.jsonl", "new.jsonl"), "date": ("2026-12-01", "2026-13-01", "today", ""),
    "benefit_risk": ("0.4", "0", "2"), "harm_risk": ("0.1", "nan"),
}  # fmt: skip
SAMPLES = {
    "nuts": "nutz",
    "--sampled": "--simpled",
    "--joint": "--join",
}  # what takes minutes; and what prints pages
SAMPLED = ("regress",)  # commands that do nothing else; options that sample are in SAMPLES
LONGEST = 100_000  # bytes of an argument; Linux allows some more
SHORT = ("--simulations", "2")  # in the place of ten thousand
OUTPUTS = ("--csv", "--curve-csv", "--plot", "--save", "--out", "--work", "--log")


class Command(NamedTuple):
    """A command: the words that call it, its arguments and its options."""

    words: tuple[str, ...]
    parameters: tuple[Any, ...]


@cache
def commands() -> tuple[Command, ...]:
    """Return every command of the program, those within commands too."""
    from bayes_ivig.cli.app import app

    return tuple(_commands(typer.main.get_command(app), ()))


def _commands(command: Any, words: tuple[str, ...]) -> Iterator[Command]:
    for name, inner in getattr(command, "commands", {}).items():
        yield from _commands(inner, (*words, name))
    if words and words[0] not in SAMPLED:
        yield Command(words, tuple(command.params))


def value(parameter: Any) -> st.SearchStrategy[str]:
    """Return what to write for an option or argument: good, wrong, now and then hostile."""
    pool = POOL.get(parameter.name or "")
    if pool is None:
        kind = getattr(getattr(parameter, "type", None), "name", "")  # of arguments there is none at times
        pool = NUMBERS if kind in ("integer", "float") else ("x", "")
    return st.one_of(*[st.sampled_from(pool)] * 12, hostile_cell)


def stated(parameter: Any) -> st.SearchStrategy[list[str]]:
    """Return an option with its value, in one word at times; the value of an argument."""
    if parameter.param_type_name == "argument":
        return value(parameter).map(lambda text: [text])
    names = st.sampled_from([*parameter.opts, *parameter.secondary_opts])
    if parameter.is_flag:
        return names.map(lambda name: [name])
    return st.builds(
        lambda name, text, joined: [f"{name}={text}"] if joined else [name, text],
        names,
        value(parameter),
        st.sampled_from((False, False, False, True)),
    )


@st.composite
def lines(draw: st.DrawFn) -> Case:
    """One command line, good or with something wrong in it."""
    command = draw(st.sampled_from(commands()))
    options = [each for each in command.parameters if each.param_type_name == "option"]
    needed = [each for each in command.parameters if each.required]
    others = draw(st.lists(st.sampled_from(options), max_size=4)) if options else []
    parts = [draw(stated(each)) for each in (*needed, *others)]
    if draw(st.booleans()):
        parts = draw(st.permutations(parts))
    words = [*command.words, *(word for part in parts for word in part)]
    for _ in range(draw(st.sampled_from((0, 0, 0, 0, 1, 2)))):
        words = _spoiled(words, draw(st.sampled_from(WAYS)), draw(fraction), draw(hostile_cell))
    words = [typed(SAMPLES.get(word, word)) for word in words]
    return Case(GOOD, tuple(quick(words)))


def typed(word: str) -> str:
    """Return a word as a shell can hand it on: without NUL, and no longer than an argument may be."""
    return word.replace("\x00", "").encode("utf-8", "surrogatepass")[:LONGEST].decode("utf-8", "ignore")


def quick(words: list[str]) -> list[str]:
    """Return a command line that does not ask for minutes of work: of reports those that are refused."""
    if "calibrate" in words and not any(word.startswith("--simulations") for word in words):
        return [*words, *SHORT]
    if "report" in words:
        words = ["missing.csv" if word in ("t.csv", "two.csv", "ivig", "./t.csv") else word for word in words]
        return words if "missing.csv" in words else [*words, "missing.csv"]
    return words


WAYS = ("leave out", "double", "turn", "put", "replace", "--", "--help", "-h", "--version", "--nope", "-x")


def _spoiled(words: list[str], way: str, at: float, text: str) -> list[str]:
    i = int(at * len(words))
    match way:
        case "leave out":
            return words[:i] + words[i + 1 :]
        case "double":
            return words[:i] + words[i : i + 2] * 2 + words[i + 2 :]
        case "turn":
            return words[i:] + words[:i]
        case "put":
            return [*words[:i], text, *words[i:]]
        case "replace":
            return [*words[:i], text, *words[i + 1 :]]
        case _:
            return [*words[:i], way, *words[i:]]


# what the program says where it is at fault itself
OWN_FAULT = re.compile(
    r"^error: a fault of bayes-ivig, not of its input: (?P<error>\w+).*\((?P<place>[^()]*), line", re.M
)


class Ran(NamedTuple):
    """What a command left."""

    status: int
    out: str
    err: str
    words: tuple[str, ...]


def run(folder: Path, case: Case) -> Ran:
    """Run a command in this process, in the folder; raises what it said where it refused its input."""
    from bayes_ivig.cli import main

    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    status: object = 0
    former = sys.argv
    home = {"BAYES_IVIG_CACHE": "off", "COLUMNS": "80"}
    before = {name: os.environ.get(name) for name in home}
    try:
        os.environ.update(home)
        sys.argv = ["bayes-ivig", *case.arguments]
        with contextlib.chdir(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                main()
            except SystemExit as left:
                status = left.code
    finally:
        sys.argv = former
        for name, kept in before.items():
            os.environ.pop(name) if kept is None else os.environ.update({name: kept})
    texts = []
    for file in (out, err):
        file.flush()
        texts.append(file.buffer.getvalue().decode("utf-8", "surrogatepass"))
    return weighed(Ran(0 if status is None else status, *texts, case.arguments))  # type: ignore[arg-type]


def weighed(ran: Ran) -> Ran:
    """Return what ran; raises the one message of a command that refused its input,
    and ``AssertionError`` where it left in another way.
    """
    own = OWN_FAULT.search(ran.err)
    if own is not None:
        raise Fault(f"exit status {ran.status}: {own['error']} in {own['place']}", ran.err[-600:])
    assert ran.status in (0, 1, 2), f"exit status {ran.status}: {ran.err[-400:]!r}"
    assert "Traceback (most recent call last)" not in ran.err, "a traceback on standard error"
    lines = ran.err.splitlines()
    first = [i for i, line in enumerate(lines) if line.startswith(("error: ", "Usage: "))]
    if not first and len(lines) == 3 and lines[0].startswith("╭─ Error"):  # the last option has no value
        raise DataError(lines[1].strip("│ "))
    if ran.status != 2:
        assert not first, "a message of an error, and exit status 0 or 1"
        return ran
    if not ran.err and ran.out.lstrip().startswith("Usage: "):
        raise DataError("no command: its help is shown")
    assert ran.out == "", "refused, with something on standard output"
    assert len(first) == 1, f"{len(first)} messages"
    message = lines[first[0] :]
    assert message[0].startswith("Usage: ") or all(line.startswith("       ") for line in message[1:]), (
        "lines after the message"
    )
    raise DataError("\n".join(message))


def holds(read: object) -> None:
    assert isinstance(read, Ran)
    if (
        "--json" in read.words
        and "--help" not in read.words
        and "-h" not in read.words
        and read.out.startswith("{")
    ):
        json.loads(read.out, parse_constant=lambda name: json.loads("") or name)
    assert not UNSEEN.search(read.out), "control characters on standard output"
    assert not UNSEEN.search(read.err), "control characters on standard error"


def written(case: Case) -> list[str]:
    """Return the files that a command line asks for, its own inputs left out."""
    words = case.arguments
    asked = [after for word, after in pairwise(words) if word in OUTPUTS]
    asked += [word.partition("=")[2] for word in words if word.partition("=")[0] in OUTPUTS]
    return [os.path.normpath(name) for name in asked if name and name not in ("t.csv", ".", "two.csv")]


READERS = (Reader("command lines", lines(), run, holds, share=0.5, writes=written),)
