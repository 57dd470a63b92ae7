"""How to get the same report again: commands, versions, checksums."""

import re

from bayes_ivig.reporting.document.blocks import Block, Cell, Code, Column, Section, Table, Text
from bayes_ivig.reporting.document.inline import Cite
from bayes_ivig.reporting.report.methods_section import sampled_models
from bayes_ivig.reporting.wording import numbers, phrases
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, Reanalysis

PLAIN = re.compile(r"[\w./-]+")
REFERENCE = "binomial_normal"  # used where no model is named
CITED = {"numpy": ("harris2020",), "scipy": ("virtanen2020",), "pymc": ("pymc2023",)}


def reproduce_section(reanalysis: Reanalysis) -> Section:
    """Return commands, versions and checksums; no time and no place,
    so that the same inputs give the same bytes.
    """
    blocks: tuple[Block, ...] = (
        Text(
            "With the versions and the inputs below, this command writes this page, its Markdown twin, "
            "results.json, the tables and the charts again, byte by byte:"
        ),
        Code(_commands(reanalysis)),
        _inputs(reanalysis),
    )
    if reanalysis.versions:
        blocks = (*blocks, _versions(reanalysis))
    return Section("reproduce", "How to reproduce", (*blocks, *_seed(reanalysis)), appendix=True)


def _commands(reanalysis: Reanalysis) -> str:
    """Return the command lines for a shell: the report, then its parts one by one."""
    data = quoted(reanalysis.source if reanalysis.bundled else _file(reanalysis))
    name = reanalysis.model.name
    model = f" --model {quoted(name)}" if name not in ("", REFERENCE) else ""
    options = "".join(f" {quoted(word)}" for word in reanalysis.options.command)
    lines = [f"bayes-ivig report {data}{model}{options} --out {quoted(f'reports/{reanalysis.source}')}"]
    first = next((o for o in reanalysis.outcomes if isinstance(o, CountsOutcome)), None)
    if first is not None:
        outcome = f" --outcome {quoted(first.name)}" if first.name else ""
        lines += [
            "# one number at a time",
            f"bayes-ivig fit {data}{outcome}{model}",
            f"bayes-ivig pool {data}{outcome} --method revman-random",
        ]
    return "\n".join(lines)


def _file(reanalysis: Reanalysis) -> str:
    """Return the name of the file of counts."""
    return reanalysis.file or f"{reanalysis.source}.csv"


def _inputs(reanalysis: Reanalysis) -> Table:
    columns = (Column("Input", "text"), Column("What it is", "text"), Column("SHA-256", "long"))
    rows = [("counts", phrases.name(_file(reanalysis)), reanalysis.data_sha256)]
    model = reanalysis.model
    if reanalysis.model_sha256:
        rows.append(("model", phrases.name(f"{model.name}.toml"), reanalysis.model_sha256))
    else:
        rows.append(("model", "stated under Methods; not a file of this package", numbers.NONE))
    return Table("Inputs.", columns, tuple(rows), ("SHA-256: checksum of the file, as sha256sum prints it.",))


def _versions(reanalysis: Reanalysis) -> Table:
    """Return the versions of the programs that computed and drew, the package first."""
    versions = (("bayes_ivig", reanalysis.version), *reanalysis.versions)
    rows = tuple(
        (Cell(name, after=(Cite(CITED[name]),) if name in CITED else ()), version)
        for name, version in versions
    )
    line = (
        "The package's constraints.txt pins these and all they need: "
        "pip install -c constraints.txt bayes_ivig."
    )
    return Table("Versions.", (Column("Program", "text"), Column("Version", "text")), rows, (line,))


def _seed(reanalysis: Reanalysis) -> tuple[Block, ...]:
    exact = "Posteriors under the reference model are integrals, not samples: no seed is needed."
    sampled = (
        " What was sampled names its seed where its diagnostics stand." if sampled_models(reanalysis) else ""
    )
    return (Text(f"{exact}{sampled}", "note"),)


def quoted(text: str) -> str:
    """Return a word of a command line, in quotes where a shell would take it apart."""
    import shlex

    return text if PLAIN.fullmatch(text) else shlex.quote(phrases.name(text))
