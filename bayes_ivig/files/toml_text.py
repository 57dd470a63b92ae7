"""Plain values as the text of a TOML file: what ``documents.parse_toml`` gives back as it was."""

import json
import re
from collections.abc import Mapping
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def toml_text(document: Mapping[str, Any], path: tuple[str, ...] = ()) -> str:
    """Return a table of texts, whole numbers, finite numbers, truth values, lists of these and tables of
    tables as TOML, all but the outermost table in the order given: there plain keys stand before tables.
    """
    keys = list(document)
    last = max((i for i, key in enumerate(keys) if not isinstance(document[key], Mapping)), default=-1)
    within = keys[: last + 1] if path else [key for key in keys if not isinstance(document[key], Mapping)]
    plain = {key: document[key] for key in within}
    tables = {key: value for key, value in document.items() if key not in plain}
    lines = [f"{_key(key)} = {_value(value)}" for key, value in plain.items()]
    header = [f"[{'.'.join(map(_key, path))}]"] if path and (plain or not tables) else []
    parts = ["\n".join([*header, *lines])] if header or lines else []
    parts += [toml_text(value, (*path, key)).rstrip("\n") for key, value in tables.items()]
    return "\n\n".join(parts) + "\n"


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _value(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return _text(value)
        case Mapping():
            return f"{{ {', '.join(f'{_key(key)} = {_value(each)}' for key, each in value.items())} }}"
        case int() | float():
            return repr(value)
        case _:
            return f"[{', '.join(map(_value, value))}]"


def _text(text: str) -> str:
    """Return a basic string: JSON escapes what TOML does, but for DEL; halves of characters are replaced."""
    whole = text.encode("utf-8", "replace").decode()
    return json.dumps(whole, ensure_ascii=False).replace("\x7f", "\\u007f")
