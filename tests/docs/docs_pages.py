"""The pages a user reads, and the blocks of code on them."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [
        ROOT / "README.md",
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / f"{at}/README.md" for at in ("data", "models")),
    ]
)
FENCE = re.compile(
    r"^(?P<marked><!-- not run: (?P<reason>.+?) -->\n+)?(?P<indent> *)```(?P<language>\w+)[^\n]*\n"
    r"(?P<code>.*?)^(?P=indent)```",
    re.MULTILINE | re.DOTALL,
)
# what a line promises: numbers with decimals, before any word
PROMISED = re.compile(r"# ((?:OR )?-?\d+\.\d+(?:(?:[ (,;)]| to )+-?\d+\.\d+)*)")


@dataclass(frozen=True)
class Block:
    """A block of code by its page and line; ``reason`` says why it is not run, if it is not."""

    page: Path
    line: int
    language: str
    code: str
    reason: str | None


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path) -> list[Block]:
    """Every fenced block of a page, in order."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(
            page,
            text.count("\n", 0, found.start("code")) + 1,
            found["language"],
            re.sub(rf"^{found['indent']}", "", found["code"], flags=re.MULTILINE),
            found["reason"],
        )
        for found in FENCE.finditer(text)
    ]


def run(language: str, page: Path) -> list[Block]:
    """The blocks of a page in one language that are to be run."""
    return [block for block in blocks(page) if block.language == language and block.reason is None]


def statements(block: Block) -> Iterator[tuple[ast.stmt, str | None]]:
    """The statements of a block, in the lines of the page, and the numbers that a comment behind promises."""
    code = "\n" * (block.line - 1) + block.code
    comments = {
        token.start[0]: token.string
        for token in tokenize.generate_tokens(io.StringIO(code).readline)
        if token.type == tokenize.COMMENT
    }
    for statement in ast.parse(code, name(block.page)).body:
        found = PROMISED.match(comments.get(statement.end_lineno or 0, ""))
        yield statement, found[1] if found else None
