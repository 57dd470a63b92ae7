"""Standard streams that are closed, full, narrow, or not UTF-8: one line at most, and the right status."""

import os
import subprocess
from pathlib import Path

import pytest
from command import BIN, HEADER, Ask

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a full device and a POSIX shell"),
]
CLOSED = "error: standard output is closed; send it to a file, or to /dev/null\n"
FULL = "error: standard output cannot be written: No space left on device\n"


def shell(line: str, **environment: str) -> tuple[int, bytes, str]:
    """Run a line of a shell, with the command as $B."""
    done = subprocess.run(
        ["sh", "-c", line], capture_output=True, check=False, env=os.environ | {"B": str(BIN)} | environment
    )
    return done.returncode, done.stdout, done.stderr.decode()


@pytest.mark.parametrize("command", ("models --json", "--help", "fit --nope"))
def test_closed_standard_output_is_said_at_once(command: str) -> None:
    assert shell(f"$B {command} >&-") == (2, b"", CLOSED)
    assert shell(f"$B {command} >&- 2>&- <&-") == (2, b"", "")


@pytest.mark.parametrize("command", ("--help", "--version", ""))
def test_a_full_device_is_one_line_of_the_parser_too(command: str) -> None:
    assert shell(f"$B {command} >/dev/full") == (2, b"", FULL)


def test_a_full_device_is_one_line_of_completion_too() -> None:
    asked = {"_BAYES_IVIG_COMPLETE": "complete_bash", "COMP_WORDS": "bayes-ivig f", "COMP_CWORD": "1"}
    assert shell("$B", **asked) == (0, b"fit\n", "")
    assert shell("$B >/dev/full", **asked) == (2, b"", FULL)


@pytest.mark.parametrize(("command", "status"), [("models --json", 0), ("fit --nope", 2)])
@pytest.mark.parametrize("end", ["2>&-", "2>/dev/full", "<&-"])
def test_no_other_stream_matters(command: str, status: int, end: str) -> None:
    usual, ended = shell(f"$B {command}"), shell(f"$B {command} {end}")
    assert usual[:2] == ended[:2]
    assert ended[0] == status
    assert ended[2] in ("", usual[2])


@pytest.mark.parametrize("command", ("--help", "models", "data --json"))
def test_a_reader_that_leaves_is_no_error(command: str) -> None:
    assert shell(f"{{ $B {command}; echo $? >&2; }} | true") == (0, b"", "0\n")


@pytest.mark.parametrize("width", ["1", "0", "1000000000", "\N{SUPERSCRIPT TWO}"])
def test_a_width_that_no_terminal_has(width: str) -> None:
    for command, status in (("--help", 0), ("fit --nope", 2)):
        ended, out, err = shell(f"$B {command}", COLUMNS=width, TERMINAL_WIDTH=width)
        assert ended == status
        assert "Traceback" not in err
        assert max(map(len, (out.decode() + err).splitlines())) <= 500


def test_no_terminal_is_told_to_obey_what_a_table_says(ask: Ask, tmp_path: Path) -> None:
    name = "A\x1b[2J\x9b\u202e"
    path = tmp_path / "mine.csv"
    path.write_text(f"{HEADER}{name},1,9,2,9\nB,1,9,2,9\n", encoding="utf-8")
    for command in (("fit", str(path)), ("fit", str(path), "--nope\x1b[31m"), ("fit", "a\x1b[31m\x9b2J.csv")):
        ran = ask(*command)
        assert not set("\x1b\x9b\x7f\u202e") & set(ran.out + ran.err)
    document = ask("fit", str(path), "--json")
    assert not set("\x1b\x9b\x7f\u202e") & set(document.out)
    assert document.document["studies"][0]["study"] == name


def test_a_usage_error_is_short(ask: Ask) -> None:
    ran = ask("fit", "ivig", f"--{'x' * 100_000}")
    assert ran.status == 2
    assert len(ran.err) < 5_000


@pytest.mark.parametrize("encoding", ["ascii:strict", "utf-16"])
def test_help_in_any_encoding(encoding: str) -> None:
    status, out, err = shell("$B --help", PYTHONIOENCODING=encoding)
    assert (status, err) == (0, "")
    assert "compare-priors" in out.decode(encoding.partition(":")[0])
