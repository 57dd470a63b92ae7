"""Numbers, texts and arrays as they may come: NumPy's and pandas' own are taken for what they stand for."""

import os
import sys
from collections.abc import Iterable, Mapping
from decimal import Decimal
from numbers import Real
from pathlib import Path
from typing import Any, Final

NO: Final = object()  # what a check returns for a value that is not of its kind
LARGEST = sys.float_info.max
LARGEST_WHOLE = 2**63 - 1
TEXTS = (str, bytes, bytearray)


def number(value: Any) -> Any:
    """Return a finite number; an array or a scalar of NumPy, a Decimal or a Fraction as a plain one."""
    kind = type(value)
    if kind is not float and kind is not int:
        value = _plain(value)
    return value if value is not NO and -LARGEST <= value <= LARGEST else NO


def any_number(value: Any) -> Any:
    """Return a number as ``number`` does, infinite ones and what is no number (NaN) as well."""
    kind = type(value)
    if kind is not float and kind is not int:
        value = _plain(value)
    if value is NO or isinstance(value, float):
        return value
    return value if -LARGEST <= value <= LARGEST else NO


def whole(value: Any) -> Any:
    """Return a whole number; True and False are answers, and 3.0 is a measurement."""
    value = any_whole(value)
    return value if value is NO or -LARGEST_WHOLE <= value <= LARGEST_WHOLE else NO


def any_whole(value: Any) -> Any:
    """Return a whole number as ``whole`` does, of any size."""
    if type(value) is not int:
        value = _plain(value)
    return value if isinstance(value, int) else NO


def truth(value: Any) -> Any:
    """Return True or False, NumPy's as plain ones."""
    if value is True or value is False:
        return value
    numpy = sys.modules.get("numpy")
    return bool(value) if numpy is not None and isinstance(value, numpy.bool_) else NO


def path(value: Any) -> Any:
    """Return a path, from anything that stands for one but is no text."""
    if isinstance(value, Path):
        return value
    stands = os.fspath(value) if isinstance(value, os.PathLike) else None
    return Path(stands) if isinstance(stands, str) else NO


def numbers(value: Any) -> Any:
    """Return numbers to compute with: a number as it is, all else as an array, NaN and infinity allowed."""
    kind = type(value)
    if kind is float:
        return value
    if kind is int:
        return value if -LARGEST <= value <= LARGEST else NO
    return array(value, "fiu")


def array(value: Any, kinds: str) -> Any:
    """Return an array whose dtype is of one of NumPy's ``kinds``: ``f``, ``i``, ``u``, ``b``."""
    import numpy as np

    if isinstance(value, np.ndarray):
        return value if value.dtype.kind in kinds else NO
    if value is None or isinstance(value, (*TEXTS, bool, Mapping)):
        return NO
    if isinstance(value, Real | Decimal):
        value = _plain(value)
        return NO if value is NO else np.asarray(value) if any_number(value) is not NO else NO
    try:
        made = np.asarray(value)
    except (ValueError, TypeError):  # of a ragged list, and of what cannot be an array
        return NO
    return made if made.dtype.kind in kinds else NO


def items(value: Any) -> Any:
    """Return what holds items in order, as it is or as a tuple: no text, no dict, no table."""
    if isinstance(value, list | tuple):
        return value
    if isinstance(value, (*TEXTS, Mapping, type)) or getattr(value, "ndim", 1) != 1:
        return NO
    if hasattr(value, "tolist"):  # an array, or a column of a table
        return tuple(value.tolist())
    return tuple(value) if isinstance(value, Iterable) and hasattr(value, "__len__") else NO


def meant(value: Any, *, percent: bool) -> list[float]:
    """Return the numbers that a text may stand for; where it may be one in ``percent``, that of 100 as well,
    and of a number as it is.
    """
    text = isinstance(value, str)
    try:
        number = float(value.strip().removesuffix("%")) if text else float(any_number(value))
    except (TypeError, ValueError):
        return []
    found = [int(number) if number.is_integer() else number] if text else []
    return found + [float(f"{number / 100:.12g}")] * (percent and 1 < number < 100)


def _plain(value: Any) -> Any:
    """Return a plain number for what stands for one; True and False do not."""
    if isinstance(value, bool):
        return NO
    if isinstance(value, int | float):
        return value
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(value, numpy.generic | numpy.ndarray):
        return value.item() if value.ndim == 0 and value.dtype.kind in "fiu" else NO
    if isinstance(value, Real | Decimal):
        try:
            return float(value)
        except (OverflowError, ValueError):
            return NO
    return NO
