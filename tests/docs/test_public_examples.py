"""Every public name has an example in its docstring, and what the examples show is true."""

import doctest
import inspect
import sys
from functools import cache
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

import docs_files
import pytest
import reference_page

import bayes_ivig as bi

pytestmark = pytest.mark.slow

# whose examples would sample, or reanalyse the bundled case, which takes longer than all others together
SKIPPED = {"NUTS", "checks.monte_carlo_errors", "models.effect_at", "models.term_live_birth", "plot.readings"}


def things() -> dict[str, object]:
    """Every public function and class, by its name."""
    places = {"": bi, **reference_page.groups()}
    return {
        f"{place}.{name}".strip("."): getattr(module, name)
        for place, module in places.items()
        for name in reference_page.names(module)
        if name != "__version__"
    }


def examples(name: str, thing: object) -> list[doctest.DocTest]:
    """The examples of a name, and where it is a class of its methods, inherited ones included."""
    if not inspect.isroutine(thing) and not inspect.isclass(thing):
        return []
    finder = doctest.DocTestFinder(exclude_empty=True)
    bases = inspect.getmro(thing)[1:] if inspect.isclass(thing) else ()
    own = [base for base in bases if base.__module__.startswith("bayes_ivig")]
    found = [test for each in (thing, *own) for test in finder.find(each, name, module=False, globs={})]
    return [test for test in found if test.examples]


REANALYZED = cache(bi.reanalyze)
EXAMPLES = {name: found for name, thing in things().items() if (found := examples(name, thing))}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_of_a_name_are_true(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    docs_files.write_all(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(bi, "reanalyze", REANALYZED)  # many examples show what one reanalysis gives
    for test in EXAMPLES[name]:
        shown: list[str] = []
        runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
        assert runner.run(test, out=shown.append).failed == 0, "".join(shown)


def test_every_public_name_has_an_example() -> None:
    without = [name for name, thing in things().items() if ">>> " not in (inspect.getdoc(thing) or "")]
    assert without == [], "an example (>>> bi....) in the docstring of each new name"


def test_few_names_have_an_example_that_is_not_run() -> None:
    skipped = {
        name
        for name, found in EXAMPLES.items()
        for test in found
        for example in test.examples
        if example.options.get(doctest.SKIP)
    }
    assert skipped <= SKIPPED, "an example that is run, unless it samples for many seconds"
