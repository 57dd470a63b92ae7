"""Font sets for the browser tests: a machine on which one family is installed and no other,
by a fontconfig of its own.

``liberation`` is as wide as Arial and Helvetica, ``dejavu`` is about the widest font that a page is read in.
A set holds the files of the Debian package of that name without its condensed styles, since a machine may
have those of the other only.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

# set where browser and fonts must be there, so that no test of the page is skipped
REQUIRED = "BAYES_IVIG_BROWSER_REQUIRED"
FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
SETS = {
    "liberation": ("Liberation Sans", "Liberation Serif", "Liberation Mono"),
    "dejavu": ("DejaVu Sans", "DejaVu Serif", "DejaVu Sans Mono"),
}
PACKAGES = {"liberation": "fonts-liberation", "dejavu": "fonts-dejavu-core"}
STYLES = ("", "-Regular", "-Bold", "-Italic", "-Oblique", "-BoldItalic", "-BoldOblique")
CONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
<dir>{fonts}</dir>
<cachedir>{cache}</cachedir>
{aliases}
</fontconfig>
"""
ALIAS = "<alias binding='same'><family>{usual}</family><prefer><family>{family}</family></prefer></alias>"


def only(name: str, folder: Path) -> Path:
    """Write a fontconfig file under which this set is all there is;
    skip the test where the set is not installed.
    """
    fonts = folder / "fonts"
    fonts.mkdir(parents=True)
    for file in _files(name):
        (fonts / file.name).symlink_to(file)
    sans, serif, mono = SETS[name]
    usual = {"sans-serif": sans, "serif": serif, "monospace": mono, "system-ui": sans}
    if name == "liberation":  # Debian's fontconfig says so of fonts as wide as these
        usual |= {"Arial": sans, "Helvetica": sans}
    aliases = "\n".join(ALIAS.format(usual=usual_name, family=family) for usual_name, family in usual.items())
    config = folder / "fonts.conf"
    config.write_text(CONFIG.format(fonts=fonts, cache=folder / "cache", aliases=aliases), encoding="utf-8")
    return config


def used(browser: Any) -> set[str]:
    """Return the families in which the browser sets the words of charts and tables."""
    from bayes_ivig.reporting.drawing.palette import FONT

    page = browser.new_page()
    page.set_content(f'<p style="font-family: {FONT}">Odds ratio <b>3.67</b></p>')
    session = page.context.new_cdp_session(page)
    for domain in ("DOM", "CSS"):
        session.send(f"{domain}.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    families = set()
    for selector in ("p", "b"):
        node = session.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
        families |= {
            font["familyName"]
            for font in session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        }
    page.close()
    return families


def _files(name: str) -> Sequence[Path]:
    wanted = {f"{family.replace(' ', '')}{style}.ttf" for family in SETS[name] for style in STYLES}
    files = {
        file.name: file for folder in FOLDERS for file in sorted(Path(folder).expanduser().rglob("*.ttf"))
    }
    there = [files[each] for each in sorted(wanted & files.keys())]
    if len(there) < len(SETS[name]):
        absent = f"no fonts: install {PACKAGES[name]}"
        if os.environ.get(REQUIRED):
            pytest.fail(f"{absent}; {REQUIRED} is set")
        pytest.skip(absent)
    return there
