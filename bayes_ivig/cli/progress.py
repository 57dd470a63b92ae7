"""Progress of long work, on standard error, and only where somebody is looking."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bayes_ivig.cli.output import warn


@contextmanager
def heard() -> Iterator[None]:
    """Show the progress that long work tells of, each kind of work as a bar that goes when it is done."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

    from bayes_ivig.progress import told_to

    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bars = Progress(*columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False)
    shown: dict[str, TaskID] = {}

    def show(work: str, done: int, total: int) -> None:
        bars.start()  # only while there is something to show
        if work not in shown:
            shown[work] = bars.add_task(work, total=total)
        bars.update(shown[work], completed=done, total=total)
        if done >= total:
            bars.remove_task(shown.pop(work))
        if not shown:
            bars.stop()

    try:
        with told_to(show):
            yield
    finally:
        bars.stop()


@contextmanager
def steps(title: str, long: str = "") -> Iterator[Callable[[str], None]]:
    """Show a spinner with the step being done; yields the function that names the next step.

    Where nobody looks, ``long`` work says once in a line that it has begun.
    """
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        if long:
            warn(f"note: {title}; {long}")
        yield lambda _: None
        return
    with console.status(title) as status:
        yield status.update
