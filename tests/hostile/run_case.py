"""Run one case by hand, from a file that the tests of this folder wrote:

    python tests/hostile/run_case.py tests/hostile/found/counts-12345678.json [FOLDER]

Says what became of it; with FOLDER the files of the case are laid there, to be looked at or given to the
command.
"""

import sys
from pathlib import Path

from fire import judge_of, read_case
from registry import readers
from rule import Fault, lay


def main() -> None:
    """Run a case; exit status 1 where it breaks the rule."""
    path, *folder = sys.argv[1:] or sys.exit(__doc__)
    name, case = read_case(Path(path).read_text(encoding="utf-8"))
    for each in folder:
        lay(case, Path(each))
    print(
        f"reader: {name}; files: {', '.join(case.files) or 'none'}; arguments: {ascii(case.arguments)[:500]}"
    )
    try:
        print(judge_of(readers()[name])(case))
    except Fault as fault:
        print(f"breaks the rule: {fault.kind}: {fault}")
        raise fault.__cause__ or fault from None


if __name__ == "__main__":
    main()
