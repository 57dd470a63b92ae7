"""From the SVG of a chart to a PNG that is the same on every machine: its letters come from our own font.

The font is registered under a name that no other has, and a letter that it lacks becomes the sign for a
letter that is lost, so that none is looked for among the fonts of the machine.
"""

import re
import unicodedata
from bisect import bisect_right
from functools import cache
from html import escape, unescape

from bayes_ivig import resources
from bayes_ivig.files.reading import content

FONTS = "reporting/fonts"  # in the package
NAME = "Effect Report Sans"
PIXELS = 3  # of a picture, for each of the drawing's own: fit to be printed
FAMILY = re.compile(r'(?<=\sfont-family=")[^"]*(?=")')
TEXT = re.compile(r"(?<=>)[^<>]+(?=<)")


def picture(svg: str, pixels: int = PIXELS) -> bytes:
    """Return a drawing, whose texts stand between tags, as a PNG."""
    import vl_convert

    made: bytes = vl_convert.svg_to_png(_lettered(svg), scale=pixels)
    return made


def sheet(svg: str) -> bytes:
    """Return a drawing, whose texts stand between tags, as a PDF of one page."""
    import vl_convert

    made: bytes = vl_convert.svg_to_pdf(_lettered(svg))
    return made


def _lettered(svg: str) -> str:
    """Return a drawing in letters of our own font."""
    _register_font()
    lettered = TEXT.sub(lambda text: escape(drawable(unescape(text.group())), quote=False), svg)
    return FAMILY.sub(NAME, lettered)


def is_whole(svg: str) -> bool:
    """Whether the font has every letter of a drawing."""
    return all(drawable(text) == text for text in map(unescape, TEXT.findall(svg)))


def drawable(text: str) -> str:
    """Return a text in letters that the font has."""
    return "".join(letter if _covered(letter) else _instead(letter) for letter in text)


def _instead(letter: str) -> str:
    """Return what stands for a letter: nothing for marks that only direct or join others."""
    return "" if unicodedata.category(letter) in ("Cf", "Mn", "Me") else "\N{REPLACEMENT CHARACTER}"


def _covered(letter: str) -> bool:
    first, last = _ranges()
    place = bisect_right(first, ord(letter)) - 1
    return place >= 0 and ord(letter) <= last[place]


@cache
def _register_font() -> None:
    import vl_convert

    vl_convert.register_font_directory(str(resources.part(FONTS)))


@cache
def _ranges() -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The first and the last code points of the ranges of letters that the font has."""
    lines = content(resources.part(f"{FONTS}/covered.txt")).decode("ascii").split()
    first, last = zip(*(line.split("-") for line in lines), strict=True)
    return tuple(int(each, 16) for each in first), tuple(int(each, 16) for each in last)
