"""The store of sampled answers: what the key depends on, where answers are looked for,
and what becomes of bad ones.
"""

import json
import os
import stat
import subprocess
import sys
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

import bayes_ivig as bi
from bayes_ivig import resources
from bayes_ivig.analyses.other_models import side_by_side
from bayes_ivig.analyses.other_models import stored_answers as stored
from bayes_ivig.analyses.other_models.stored_answers import Request, Store, stored_answer
from bayes_ivig.files.cache import CacheWarning
from bayes_ivig.inputs.characteristics.fingerprint import fingerprint
from bayes_ivig.results.other_models.sampled import SampledAnswer

ROWS = (("A", 3, 10, 1, 10), ("B", 5, 20, 4, 22), ("C", 0, 7, 2, 9))
DATA = bi.Dataset(
    tuple(bi.Study(*row) for row in ROWS),
    "three",
    columns=(
        ("randomised", ("yes", "no", "yes")),
        ("treatment_preterm", ("1", "", "0")),
        ("control_preterm", ("0", "1", "1")),
    ),
)
MODEL = bi.Model()
REQUEST = Request("summary", DATA, MODEL, bi.NUTS(seed=3))


@pytest.fixture
def fits(monkeypatch) -> list[Request]:
    """Let the exact engine stand in for the sampler, and count how often it is asked."""
    calls = []

    def fit(dataset: bi.Dataset, model: bi.Model, *, engine: bi.NUTS) -> bi.Posterior:
        calls.append((dataset, model, engine))
        return bi.fit(dataset, model)

    monkeypatch.setattr(stored, "fit", fit)
    return calls


def ask(posterior: bi.Posterior) -> dict[str, float]:
    return {"median": float(posterior["mu"].quantile(0.5))}


def test_an_answer_is_computed_once(fits, tmp_path) -> None:
    store = Store(cache=tmp_path / "new")
    assert stored_answer(REQUEST, ask, store=store) is None, "nothing is sampled unasked"
    first = stored_answer(REQUEST, ask, sampled=True, store=store)
    again = stored_answer(REQUEST, ask, store=store)
    assert len(fits) == 1
    assert first == again
    assert first.answer == {"median": bi.fit(DATA, MODEL)["mu"].quantile(0.5)}
    assert dict(first.sampler)["seed"] == "3"
    assert {"bayes_ivig", "pymc", "nutpie", "arviz"} <= dict(first.made_by).keys()
    assert first.diagnostics.numbers
    assert [path.suffix for path in (tmp_path / "new").rglob("*") if path.is_file()] == [".json"], (
        "no scraps are left"
    )


CHANGED = {
    "question": replace(REQUEST, question="other"),
    "seed": replace(REQUEST, engine=bi.NUTS(seed=4)),
    "draws": replace(REQUEST, engine=bi.NUTS(seed=3, draws=50)),
    "prior": replace(REQUEST, model=bi.Model(mu="normal(0, 1)")),
    "count": replace(
        REQUEST, dataset=replace(DATA, studies=(bi.Study("A", 4, 10, 1, 10), *DATA.studies[1:]))
    ),
    "fewer": replace(REQUEST, dataset=DATA.trials("-C")),
    "order": replace(REQUEST, dataset=replace(DATA, studies=DATA.studies[::-1], columns=())),
}


@pytest.mark.parametrize("what", CHANGED)
def test_the_key_depends_on(what: str) -> None:
    assert CHANGED[what].key != REQUEST.key


def test_the_key_does_not_depend_on_names_and_cores() -> None:
    same = Request(
        "summary",
        replace(DATA, name="other"),
        bi.Model(name="mine", title="x"),
        bi.NUTS(seed=3, cores=1, progress=True),
    )
    assert same.key == REQUEST.key


MODELS = {
    "randomised": (
        bi.models.MetaRegression(covariates=("randomised",)),
        bi.models.BiasAdjusted(flag_column="randomised", unflagged_values=("yes",)),
    ),
    "control_preterm": (bi.models.JointOutcome(),),
}  # fmt: skip


@pytest.mark.parametrize("column", MODELS)
def test_the_key_depends_on_the_columns_that_the_model_reads(column: str) -> None:
    cells = {"randomised": ("yes", "yes", "no"), "control_preterm": ("1", "1", "1")}[column]
    other = replace(
        DATA, columns=tuple((name, cells if name == column else values) for name, values in DATA.columns)
    )
    assert replace(REQUEST, dataset=other).key == REQUEST.key, "the reference model reads counts alone"
    for model in MODELS[column]:
        assert replace(REQUEST, dataset=other, model=model).key != replace(REQUEST, model=model).key
        assert fingerprint(other, model) != fingerprint(DATA, model)


def test_characteristics_of_a_bundled_table_count_as_its_columns() -> None:
    live, model = bi.load_dataset("ivig", "live_birth"), bi.load_model("meta_regression")
    own = tuple("yes" if name == "Yamada 2022" else "no" for name in live.study_names)
    assert fingerprint(live, model) != fingerprint(live)
    assert fingerprint(live, model) != fingerprint(replace(live, columns=(("randomised", own),)), model)


def test_bundled_answers_hold_under_any_versions_and_cached_ones_under_their_own(
    fits, tmp_path, monkeypatch
) -> None:
    stored_answer(REQUEST, ask, sampled=True, store=Store(cache=tmp_path / "cache"))
    found = stored_answer(REQUEST, ask, store=Store(cache=tmp_path / "cache"))
    path = tmp_path / "case" / stored.file_name("three, all/x", REQUEST)
    assert path.name.startswith("three__all_x-")
    stored.write_answer(path, REQUEST, found)
    monkeypatch.setattr(stored, "made_by", lambda: (("bayes_ivig", "9.9"),))
    assert stored_answer(REQUEST, ask, store=Store(cache=tmp_path / "cache")) is None
    assert stored_answer(REQUEST, ask, store=Store(bundled=(tmp_path / "case",))) == found
    assert len(fits) == 1


def damaged(text: str) -> dict[str, str]:
    document = json.loads(text)
    number = document["answer"]["median"]
    other = json.loads(text)["request"] | {"question": "another"}
    return {
        "cut short": text[: len(text) // 2],
        "empty": "",
        "no object": "[1, 2]",
        "nothing in it": "{}",
        "a number changed": text.replace(str(number), str(number + 0.1)),
        "another request": json.dumps(document | {"request": other}),
        "no text": "\udc80\udcff",
    }


def forged(document: dict[str, Any], *path: str, to: object = None) -> str:
    """Return a document with one value changed, or gone without ``to``, and its checksum computed again."""
    inner = document = json.loads(json.dumps(document))
    for key in path[:-1]:
        inner = inner[key]
    if to is None:
        del inner[path[-1]]
    else:
        inner[path[-1]] = to
    del document["sha256"]
    text = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return json.dumps(document | {"sha256": sha256(text.encode()).hexdigest()})


def require_median(answer: SampledAnswer) -> None:
    if not isinstance(answer.answer.get("median"), float):
        raise ValueError("it holds no median")


@pytest.mark.parametrize(
    ("path", "to"),
    [
        (("answer",), None), (("answer",), "text"), (("answer",), []), (("answer", "median"), None),
        (("answer", "median"), "2.5"), (("diagnostics",), None), (("diagnostics", "numbers"), {"a": "b"}),
        (("diagnostics", "numbers"), [["a", 1]]), (("diagnostics", "problems"), "all well"),
        (("diagnostics", "engine"), 3), (("made_by",), {"pymc": 6}), (("made_by",), [1]), (("request",), 5),
    ],
)  # fmt: skip
def test_what_does_not_have_its_form_is_left_aside_though_its_checksum_fits(
    path: tuple[str, ...], to: object, fits, tmp_path
) -> None:
    store = Store(cache=tmp_path)
    first = stored_answer(REQUEST, ask, form=require_median, sampled=True, store=store)
    (file,) = (tmp_path / "sampled").iterdir()
    file.write_text(forged(json.loads(file.read_text(encoding="utf-8")), *path, to=to))
    with pytest.warns(CacheWarning, match="left aside"):
        again = stored_answer(REQUEST, ask, form=require_median, sampled=True, store=store)
    assert again == first
    assert stored_answer(REQUEST, ask, form=require_median, store=store) == first
    assert len(fits) == 2


def test_a_cache_is_this_users_alone(fits, tmp_path) -> None:
    store = Store(cache=tmp_path / "home" / "cache")
    first = stored_answer(REQUEST, ask, sampled=True, store=store)
    kept = [path for path in (tmp_path / "home").rglob("*")]
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600, 0o700}
    assert len(kept) == 3
    for open_to_others in kept:
        mode = open_to_others.stat().st_mode
        open_to_others.chmod(mode | stat.S_IWOTH)
        with pytest.warns(CacheWarning, match=r"others may write to .*chmod go-w"):
            assert stored_answer(REQUEST, ask, store=store) is None
        open_to_others.chmod(mode)
    assert stored_answer(REQUEST, ask, store=store) == first


def test_a_cache_of_another_user_is_not_read(fits, tmp_path, monkeypatch) -> None:
    store = Store(cache=tmp_path / "cache")
    stored_answer(REQUEST, ask, sampled=True, store=store)
    for path in (tmp_path / "cache", *(tmp_path / "cache").rglob("*")):
        os.chown(path, 4321, 4321) if os.geteuid() == 0 else monkeypatch.setattr(os, "geteuid", lambda: 4321)
    with pytest.warns(CacheWarning, match="belongs to another user"):
        assert stored_answer(REQUEST, ask, store=store) is None
    with pytest.warns(CacheWarning) as warned:
        assert stored_answer(REQUEST, ask, sampled=True, store=store) is not None
    assert "cannot be kept" in str(warned[-1].message)


@pytest.mark.parametrize("how", damaged('{"answer": {"median": 1}, "request": {}}'))
def test_a_damaged_entry_is_left_aside_and_sampled_again(how: str, fits, tmp_path) -> None:
    store = Store(cache=tmp_path)
    first = stored_answer(REQUEST, ask, sampled=True, store=store)
    (path,) = (tmp_path / "sampled").iterdir()
    path.write_bytes(damaged(path.read_text(encoding="utf-8"))[how].encode("utf-8", "surrogateescape"))
    with pytest.warns(CacheWarning, match="left aside") as told:
        assert stored_answer(REQUEST, ask, store=store) is None
    assert str(path) in str(told[0].message)
    with pytest.warns(CacheWarning):
        assert stored_answer(REQUEST, ask, sampled=True, store=store) == first
    assert stored_answer(REQUEST, ask, store=store) == first, (
        "the new answer takes the place of the damaged one"
    )
    assert len(fits) == 2


def test_a_cache_that_cannot_be_written_is_no_error(fits, tmp_path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.warns(CacheWarning, match="BAYES_IVIG_CACHE"):
        found = stored_answer(REQUEST, ask, sampled=True, store=Store(cache=tmp_path / "file"))
    assert found.answer["median"] == pytest.approx(bi.fit(DATA, MODEL)["mu"].quantile(0.5))


def test_without_a_cache_nothing_is_kept(fits) -> None:
    assert stored_answer(REQUEST, ask, sampled=True, store=Store()) is not None
    assert stored_answer(REQUEST, ask, store=Store()) is None


def test_a_number_that_is_none_is_refused(fits, tmp_path) -> None:
    with pytest.raises(ValueError, match="JSON"):
        stored_answer(REQUEST, lambda _: {"x": float("nan")}, sampled=True, store=Store(cache=tmp_path))
    assert not list(tmp_path.iterdir())


def test_where_the_cache_is(monkeypatch, tmp_path) -> None:
    monkeypatch.delenv("BAYES_IVIG_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert resources.usual_cache() == tmp_path / "bayes_ivig"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert resources.usual_cache() == tmp_path / "home" / ".cache" / "bayes_ivig"
    monkeypatch.setenv("BAYES_IVIG_CACHE", str(tmp_path / "own"))
    assert resources.usual_cache() == tmp_path / "own"
    assert Store.usual().cache == tmp_path / "own"
    for off in ("off", "", "OFF"):
        monkeypatch.setenv("BAYES_IVIG_CACHE", off)
        assert resources.usual_cache() is None


def test_looking_up_needs_no_sampler() -> None:
    """Neither the key nor a look-up imports PyMC: a report of the bundled case is to be quick."""
    code = (
        "import sys, bayes_ivig as bi\n"
        "from bayes_ivig.analyses.other_models.stored_answers import Request, Store, stored_answer\n"
        "request = Request('x', bi.load_dataset('ivig', 'live_birth'), "
        "bi.load_model('bivariate'), bi.NUTS())\n"
        "print(stored_answer(request, lambda posterior: {}))\n"
        "print({'pymc', 'pytensor', 'nutpie', 'arviz', 'numba'} & set(sys.modules))\n"
    )
    off = os.environ | {"BAYES_IVIG_CACHE": "off"}
    printed = subprocess.check_output(
        [sys.executable, "-c", code], text=True, env=off, cwd=Path(__file__).parent
    )
    assert printed == "None\nset()\n"


@pytest.mark.parametrize("lacking", ["mcse.mu.q50", "mcse.tau.q2.5", "mcse.prob_or_gt_1"])
def test_an_answer_that_lacks_an_error_to_compare_with_is_refused(lacking: str) -> None:
    numbers = {f"mcse.{name}.{label}": 0.01 for name in ("mu", "tau") for label in side_by_side.LEVELS}
    numbers["mcse.prob_or_gt_1"] = 0.01
    exact = side_by_side.ask(bi.fit(DATA, MODEL))
    whole = SampledAnswer(exact, bi.Diagnostics("nuts", (), tuple(numbers.items())), (), ())
    side_by_side.require_kept(whole)
    less = bi.Diagnostics("nuts", (), tuple((key, numbers[key]) for key in numbers if key != lacking))
    with pytest.raises(ValueError, match=lacking):
        side_by_side.require_kept(replace(whole, diagnostics=less))


def test_a_setting_that_came_later_is_no_part_of_a_question_while_it_does_as_before() -> None:
    assert "marginal" not in REQUEST.content["sampler"]
    other = Request("summary", DATA, MODEL, bi.NUTS(seed=3, marginal=True))
    assert other.content["sampler"]["marginal"] == "True"
    assert other.key != REQUEST.key


def test_every_bundled_answer_is_of_a_request_that_asks_no_more_than_the_sampler_does() -> None:
    """A field that NUTS gets, and that is not settled as before, would leave every one of them unread."""
    files = sorted((resources.folder("data") / "ivig" / "sampled").rglob("*.json"))
    stored_of = [json.loads(path.read_text(encoding="utf-8"))["request"]["sampler"] for path in files]
    kept = {tuple(sorted(each)) for each in stored_of}
    assert files and kept == {tuple(sorted(REQUEST.content["sampler"]))}
