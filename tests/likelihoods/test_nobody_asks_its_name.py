"""A likelihood is asked what it can do, never which it is:
its name stands in its file and in the registry.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import bayes_ivig
from bayes_ivig.likelihoods.baselines import PLACES
from bayes_ivig.likelihoods.registry import NAMES
from bayes_ivig.priors.parsing import FAMILIES

ROOT = Path(bayes_ivig.__file__).parent
OWN = {ROOT / "likelihoods" / f"{name}.py" for name in (*NAMES, "registry", "baselines")}
DATA = set(ROOT.rglob("canaries.py"))  # tables with their models, as a folder of files would hold
MODULES = sorted(set(ROOT.rglob("*.py")) - OWN - DATA)
PLAIN = set(NAMES) - set(FAMILIES)  # names that nothing else has


def constants(*nodes: ast.AST | None) -> set[str]:
    found = (each for node in nodes if node is not None for each in ast.walk(node))
    return {each.value for each in found if isinstance(each, ast.Constant) and isinstance(each.value, str)}


def asked(node: ast.AST) -> tuple[str, set[str]]:  # noqa: PLR0911 - one case for each kind of node
    """What a comparison, a match, a keyword, a default or a table is about, and the texts it names."""
    match node:
        case ast.Compare(left=left, comparators=others):
            return ast.unparse(node), constants(left, *others)
        case ast.Match(subject=subject, cases=cases):
            return ast.unparse(subject), constants(*(case.pattern for case in cases))
        case ast.keyword(arg=str(name), value=value):
            return name, constants(value)
        case ast.AnnAssign(target=target, value=value):
            return ast.unparse(target), constants(value)
        case ast.Subscript(value=ast.Dict(keys=keys), slice=which):
            return ast.unparse(which), constants(*keys)
        case ast.Dict(keys=keys, values=values):
            pairs = [v for k, v in zip(keys, values, strict=True) if constants(k) == {"likelihood"}]
            two = constants(*keys) & set(NAMES)
            return "likelihood", constants(*pairs) | (two if len(two) > 1 else set())
        case ast.Constant(value=str(text)) if text in PLAIN:
            return "likelihood", {text}
        case _:
            return "", set()


def spelled(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        about, texts = asked(node)
        names = set(NAMES) if "likelihood" in about else set(PLACES) if "baseline" in about else set()
        if "baseline" in about and not isinstance(node, ast.Compare | ast.Match):
            names = set()
        yield from (f"line {node.lineno}: {text}" for text in sorted(texts & names))  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_module_names_a_likelihood_or_compares_a_place(path: Path) -> None:
    assert list(spelled(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    [
        'if model.likelihood == "normal": pass',
        'x = model.likelihood in ("normal", "student_t")',
        'match setup.likelihood:\n    case "normal": pass',
        'Model(likelihood="normal")',
        'likelihood: str = "normal"',
        '{"a": 1, "normal": 2}[model.likelihood]',
        '{"likelihood": "normal"}',
        'WORDS = {"normal": 1, "binomial": 2}',
        'x = "binomial"',
        'if model.baseline == "midpoint": pass',
    ],
)
def test_what_would_be_found(source: str) -> None:
    assert list(spelled(source))


def test_what_would_not() -> None:
    assert not list(
        spelled('font = "normal"; axis = {"weight": "normal"}; arm = "control"; Model(baseline="control")')
    )
