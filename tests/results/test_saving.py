"""Saved posteriors: the same answers to the last bit, files put in place whole,
and one clear message for anything else.
"""

import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import bayes_ivig as bi
from bayes_ivig.errors import StoredNote
from bayes_ivig.results.files import codec, saving
from bayes_ivig.results.files.codec import Encoder, decode
from bayes_ivig.results.files.saved_classes import saved_name

pytestmark = pytest.mark.slow

TABLE = bi.Dataset(
    (
        bi.Study("Ærø & Sons, 2001; \"B\"", 7, 7, 9, 9), bi.Study("-minus", 15, 38, 29, 40),
        bi.Study("試験", 22, 24, 0, 7), bi.Study("nobody", 0, 0, 4, 5), bi.Study("' or 1=1", 29, 50, 17, 49),
    ),
    "awkward", "live birth", columns=(("note", ("", "a\nb", "c", "d", "é")),),
)  # fmt: skip
P = np.array([0.001, 0.025, 0.5, 0.975, 0.999])
MODELS = {
    "reference": bi.Model(),
    "common": bi.Model(effects="common", likelihood="hypergeometric"),
    "improper": bi.Model(mu="flat()", likelihood="normal", tau="uniform(0, 4)"),
    "made of others": bi.Model(
        likelihood="normal", tau="dumouchel()",
        mu="mixture(0.8: normal(0, 1), 0.2: normal(0, 4))", title="a title", notes=(("mu", "why", "who"),),
    ), "library": bi.Model(likelihood="normal",
    tau='turner2015("obstetric outcomes", "pharmacological vs. placebo / control")'),
}  # fmt: skip


def assert_same(found: bi.Posterior, expected: bi.Posterior) -> None:
    for name in (
        "dataset",
        "model",
        "engine",
        "settings",
        "studies",
        "log_marginal_likelihood",
        "diagnostics",
        "weights",
    ):
        assert getattr(found, name) == getattr(expected, name), name
    for name in ("mu", "tau", "theta_new"):
        assert np.array_equal(found[name].quantile(P), expected[name].quantile(P))
    for study in expected.studies:
        assert np.array_equal(found.theta[study].quantile(P), expected.theta[study].quantile(P))
    assert found.summary().equals(expected.summary())


@pytest.mark.parametrize("suffix", [".nc", ".zarr"])
@pytest.mark.parametrize("name", MODELS)
def test_an_exact_posterior_comes_back_as_it_was(name: str, suffix: str, tmp_path: Path) -> None:
    posterior = bi.fit(TABLE, MODELS[name])
    path = posterior.save(tmp_path / f"p{suffix}")
    found = bi.Posterior.load(path)
    assert_same(found, posterior)
    if name == "reference":
        assert found.to_arviz(draws=20).identical(posterior.to_arviz(draws=20))


def test_a_model_saved_without_its_baseline_is_read_as_it_was_fitted() -> None:
    encoder = Encoder()
    for model in (
        bi.Model(baseline="control"),
        bi.models.RandomBaselines(baseline="control"),
        bi.models.JointOutcome(baseline="control"),
    ):
        plain = encoder.encode(model)
        del plain["fields"]["baseline"]
        with pytest.warns(
            StoredNote, match="saved without its baseline is read with baseline = 'control', as it was fitted"
        ):
            assert decode(plain, {}) == model
    conditional = encoder.encode(bi.Model(likelihood="hypergeometric"))
    del conditional["fields"]["baseline"]
    # no baseline to read, and nothing to note
    assert decode(conditional, {}) == bi.Model(likelihood="hypergeometric")


def test_student_t_effects_come_back(tmp_path: Path) -> None:
    """Their surface holds the widths that it was mixed from."""
    posterior = bi.fit(
        TABLE.trials(("-minus", "' or 1=1")), bi.Model(effects="student_t(4)", likelihood="normal")
    )
    found = bi.Posterior.load(posterior.save(tmp_path / "p.nc"))
    assert np.array_equal(found["theta_new"].quantile(P), posterior["theta_new"].quantile(P))


def test_a_loaded_posterior_answers_further_questions(tmp_path: Path) -> None:
    posterior = bi.fit(TABLE, bi.Model(likelihood="normal"))
    found = bi.Posterior.load(posterior.save(str(tmp_path / "p.nc")))
    for ask in (
        lambda p: p.without("-minus"),
        lambda p: p.under(tau="half_normal(1)"),
        lambda p: p.weighted({"試験": 0.5}),
    ):
        assert_same(ask(found), ask(posterior))


@pytest.mark.mcmc
@pytest.mark.parametrize("suffix", [".nc", ".zarr"])
def test_a_sampled_posterior_keeps_its_draws(suffix: str, tmp_path: Path) -> None:
    import arviz as az
    import xarray as xr

    posterior = bi.fit(TABLE, bi.Model(), engine=bi.NUTS(draws=200, tune=200, seed=3))
    path = posterior.save(tmp_path / f"p{suffix}")
    found = bi.Posterior.load(path)
    assert_same(found, posterior)
    for name, draws in posterior.answers.values.items():
        assert np.array_equal(found.answers.values[name], draws)
    assert {name: a.dtype for name, a in found.answers.stats.items()} == {
        n: a.dtype for n, a in posterior.answers.stats.items()
    }
    assert (
        dict(found.settings)["backend"] == "numba, fastmath off"
        and "nutpie" in dict(found.settings)["versions"]
    )
    tree = (
        az.from_netcdf(path) if suffix == ".nc" else xr.open_datatree(path, engine="zarr", consolidated=False)
    )
    assert {"posterior", "sample_stats", "observed_data", "constant_data", "fit"} <= set(tree.children)
    assert tree.attrs["model_mu"] == "normal(0, 2.82)"
    assert list(az.summary(tree, var_names=["mu", "tau"]).index) == ["mu", "tau"]


def test_the_same_bytes_every_time(tmp_path: Path) -> None:
    posterior = bi.fit(TABLE, bi.Model(likelihood="normal"))
    one, other = (posterior.save(tmp_path / name).read_bytes() for name in ("a.nc", "b.nc"))
    assert one == other


@pytest.mark.parametrize("suffix", [".nc", ".zarr"])
def test_a_write_that_fails_leaves_what_was_there(
    suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    posterior = bi.fit(TABLE, MODELS["common"])
    path = posterior.save(tmp_path / f"p{suffix}")
    posterior.save(path)  # over itself
    other = bi.fit(TABLE, bi.Model(likelihood="normal"))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(
        bi.errors.BayesIvigError, match=r"cannot be written: No space left on device; give another path"
    ):
        other.save(path)
    assert_same(bi.Posterior.load(path), posterior)
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("p.csv", "end the path in .nc or .zarr"),
        ("p", "end the path in .nc or .zarr"),
        ("no/such/p.nc", "no such folder"),
        (f"{'p' * 300}.nc", "too long"),
    ],
)
def test_paths_that_cannot_be_written(name: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(bi.errors.BayesIvigError, match=words):
        bi.fit(TABLE, MODELS["common"]).save(tmp_path / name)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["p.nc", "p.zarr"])
def test_a_folder_of_something_else_is_left_alone(name: str, tmp_path: Path) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "letter.txt").write_text("dear")
    with pytest.raises(bi.errors.BayesIvigError, match="is a folder of something else"):
        bi.fit(TABLE, MODELS["common"]).save(tmp_path / name)
    assert (tmp_path / name / "letter.txt").read_text() == "dear"


def test_zarr_says_what_it_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving, "find_spec", lambda name: None)
    with pytest.raises(bi.errors.BayesIvigError, match="pip install zarr; or end the path in"):
        bi.fit(TABLE, MODELS["common"]).save(tmp_path / "p.zarr")


# Files that are no posterior


def refused(path: Path) -> str:
    with pytest.raises(bi.errors.DataError) as error:
        bi.Posterior.load(path)
    message = str(error.value)
    assert message.startswith(str(path)) and len(message.splitlines()) == 1
    return message


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    return bi.fit(TABLE, MODELS["common"]).save(tmp_path / "p.nc")


def test_no_file(tmp_path: Path) -> None:
    assert "no such file" in refused(tmp_path / "none.nc")
    assert "no such file" in refused(tmp_path / "none.zarr")


@pytest.mark.parametrize("content", [b"", b"study,treatment_events\n", b"\x89HDF\r\n\x1a\n" + bytes(100)])
def test_a_foreign_file(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "p.nc").write_bytes(content)
    assert "damaged, or not a posterior saved by bayes_ivig" in refused(tmp_path / "p.nc")


def test_a_file_of_arviz_without_a_fit(tmp_path: Path) -> None:
    bi.fit(TABLE, MODELS["common"]).to_arviz(draws=5).to_netcdf(tmp_path / "p.nc", engine="h5netcdf")
    assert "not a posterior saved by bayes_ivig; ArviZ files without its tag" in refused(tmp_path / "p.nc")


@pytest.mark.parametrize("kept", [0.3, 0.9, 0.999])
def test_a_file_cut_short(kept: float, saved: Path) -> None:
    whole = saved.read_bytes()
    saved.write_bytes(whole[: int(kept * len(whole))])
    assert "damaged" in refused(saved)


def test_a_number_changed_on_the_way(saved: Path) -> None:
    import h5py

    with h5py.File(saved, "r+") as file:
        file["fit/a2"][0, 3] += 1e-9
    assert "its contents do not match their checksum" in refused(saved)


def test_another_format(saved: Path) -> None:
    import h5py

    with h5py.File(saved, "r+") as file:
        file.attrs["format_version"] = 99
    assert "saved in format 99 by bayes_ivig 0." in refused(saved)


def test_an_intact_file_with_an_unknown_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another version may hold: the message names it, and nothing outside the package is ever made."""
    with monkeypatch.context() as later:
        later.setattr(codec, "saved_name", lambda kind: "Thing" if kind is bi.Model else saved_name(kind))
        path = bi.fit(TABLE, MODELS["common"]).save(tmp_path / "later.nc")
    message = refused(path)
    assert "'Thing' is no class of values" in message
    assert "load it there, or fit again" in message


@pytest.mark.parametrize(
    "kind",
    [
        "os.system", "subprocess.Popen", "bayes_ivig.cli.output.fail", "bayes_ivig.inputs.model.two_arm.Path",
        "bayes_ivig.errors.DataError", "Encoder", "x", "", None,
    ],
)  # fmt: skip
def test_only_values_of_this_package_are_made(kind: str | None) -> None:
    with pytest.raises(ValueError, match=r"is no class of values|unknown kind"):
        decode({"kind": kind, "fields": {}}, {})


@pytest.mark.parametrize(
    "value",
    [
        np.inf,
        -np.inf,
        0.1 + 0.2,
        5e-324,
        True,
        None,
        3,
        "text",
        (1, (2.5, "a"), {}),
        {("a", 1): [1.0]},
        [1, 2],
    ],
)
def test_values_come_back_exactly(value: object) -> None:
    encoder = Encoder()
    plain = json.loads(json.dumps(encoder.encode(value), allow_nan=False))
    found = decode(plain, encoder.arrays)
    assert found == value and type(found) is type(value)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
def test_arrays_keep_their_layout(order: tuple[int, ...]) -> None:
    array = np.random.default_rng(1).normal(size=(3, 4, 5)).transpose(order)
    encoder = Encoder()
    plain = encoder.encode(array)
    found = decode(plain, {name: np.ascontiguousarray(kept) for name, kept in encoder.arrays.items()})
    assert np.array_equal(found, array) and found.strides == array.strides


def test_what_cannot_be_written_is_refused() -> None:
    with pytest.raises(bi.errors.ModelError, match="a function cannot be written"):
        Encoder().encode((lambda: 1,))
    with pytest.raises(bi.errors.ModelError, match="an array of object"):
        Encoder().encode(np.array([None]))


def test_a_summary_only_posterior_of_another_engine_is_refused_in_words(tmp_path: Path) -> None:
    posterior = replace(bi.fit(TABLE, MODELS["common"]), again=object())
    with pytest.raises(bi.errors.ModelError, match="a object cannot be written"):
        posterior.save(tmp_path / "p.nc")
    assert not list(tmp_path.iterdir())
