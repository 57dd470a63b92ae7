"""The pages of the reference by task have every public name, once."""

import re
import sys
from collections import Counter
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

import reference_page
from docs_pages import ROOT

import bayes_ivig as bi

LISTED = re.compile(r"^::: bi\.(\S+)$", re.MULTILINE)


def listed() -> Counter[str]:
    """The names that the pages document, by how often."""
    pages = sorted((ROOT / "docs" / "api").glob("*.md"))
    return Counter(name for page in pages for name in LISTED.findall(page.read_text(encoding="utf-8")))


def public() -> set[str]:
    """The public names, those of groups with the group before them."""
    top = {name for name in reference_page.names(bi) if name != "__version__"}
    groups = reference_page.groups().items()
    return top | {f"{group}.{name}" for group, module in groups for name in reference_page.names(module)}


def test_every_public_name_stands_on_a_page_of_the_reference() -> None:
    assert sorted(public() - set(listed())) == [], "add `::: bi.NAME` to a page of docs/api"


def test_no_page_of_the_reference_has_what_is_not_public() -> None:
    assert sorted(set(listed()) - public()) == []


def test_no_name_is_documented_twice() -> None:
    assert [name for name, count in listed().items() if count > 1] == []
