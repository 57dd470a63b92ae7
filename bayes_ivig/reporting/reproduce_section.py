"""How to get the same report again: commands, versions, checksums."""

from bayes_ivig.reporting.page import Block, Code, Text
from bayes_ivig.results.reanalysis import Reanalysis


def reproduce_blocks(reanalysis: Reanalysis) -> tuple[Block, ...]:
    """Return the commands with what they need to give the same bytes."""
    bundled = bool(reanalysis.tables)
    source = reanalysis.source if bundled else f"{reanalysis.source}.csv"
    model = f" --model {reanalysis.model.name}" if reanalysis.model.name not in ("", "binomial_normal") else ""
    text = (
        f"With bayes_ivig {reanalysis.version} and counts whose file has the SHA-256 {reanalysis.data_sha256}, this command "
        "writes this page, its Markdown twin, results.json and the charts again, byte by byte:"
    )
    return Text(text), Code(f"bayes-ivig report {source}{model} --out reports/{reanalysis.source}")
