"""The script of the interactive part: what is kept of it between runs,
and that what is kept is what would be made.
"""

from importlib.metadata import version

import vl_convert

from bayes_ivig.reporting.document import vega


def _anew() -> str:
    vega.vega_script.cache_clear()
    return vega.vega_script()


def test_a_script_is_made_once_and_again_where_what_is_kept_is_not_whole(monkeypatch, tmp_path) -> None:
    made = []
    monkeypatch.setattr(
        vl_convert, "javascript_bundle", lambda: made.append(1) or f"vega();\n// \u00e9 {len(made)}"
    )
    monkeypatch.setenv("BAYES_IVIG_CACHE", str(tmp_path / "cache"))
    try:
        assert _anew() == _anew() == "vega();\n// \u00e9 1"
        (kept,) = (tmp_path / "cache" / vega.FOLDER).iterdir()
        assert version("vl-convert-python") in kept.name
        for damaged in (b"", b"vega();", kept.read_bytes()[:-1], b"// 00\nalert(1)"):
            kept.write_bytes(damaged)
            before = len(made)
            assert _anew() == f"vega();\n// \u00e9 {before + 1}"
            assert _anew() == f"vega();\n// \u00e9 {before + 1}"
    finally:
        vega.vega_script.cache_clear()


def test_a_script_is_made_where_none_can_be_kept(monkeypatch, tmp_path) -> None:
    made = []
    monkeypatch.setattr(vl_convert, "javascript_bundle", lambda: made.append(1) or "vega();")
    (tmp_path / "file").write_text("not a folder")
    try:
        for folder in (str(tmp_path / "file"), "off"):
            monkeypatch.setenv("BAYES_IVIG_CACHE", folder)
            assert _anew() == _anew() == "vega();"
        assert len(made) == 4
    finally:
        vega.vega_script.cache_clear()
