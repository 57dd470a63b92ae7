"""Draws from a PyMC model, reproducible to the last bit:
compiled once per structure, sampled by nutpie or by PyMC itself.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

type Array = NDArray[np.float64]

Sampler = Literal["nutpie", "pymc"]
SAMPLERS: tuple[Sampler, ...] = ("nutpie", "pymc")
# plus a jitter drawn from the seed; bounded parameters are positive, or shares of a range
START, START_BOUNDED = 0.0, 0.5
# Names of the sampling statistics, as ArviZ reads them, in nutpie and in PyMC.
STATS = {
    "diverging": ("diverging", "diverging"),
    "energy": ("energy", "energy"),
    "lp": ("logp", "lp"),
    "tree_depth": ("depth", "tree_depth"),
    "reached_max_treedepth": ("maxdepth_reached", "reached_max_treedepth"),
    "n_steps": ("n_steps", "n_steps"),
    "acceptance_rate": ("mean_tree_accept", "acceptance_rate"),
    "step_size": ("step_size_bar", "step_size_bar"),
}


class CannotStartError(Exception):
    """No starting point has a finite density and gradient; the text is the sampler's own first line."""


class Effort(NamedTuple):
    """How to sample: draws kept and tuning steps per chain, chains, seed, and the rest as in ``NUTS``."""

    draws: int
    tune: int
    chains: int
    seed: int
    target_accept: float
    cores: int | None
    progress: bool


class Trace(NamedTuple):
    """Draws of every parameter, shape (chains, draws) or (chains, draws, K),
    and the sampler's statistics, (chains, draws).
    """

    values: Mapping[str, Array]
    stats: Mapping[str, Array]


@dataclass(eq=False)
class CompiledModels:
    """The last ``size`` compiled models by structure; compiling takes seconds,
    and new data go in without it.
    """

    size: int = 16
    _kept: OrderedDict[Hashable, Any] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, structure: Hashable, compile_: Callable[[], Any]) -> Any:
        """Return the compiled model of this structure, compiling it if it is not there;
        drops the one longest unused.
        """
        with self._lock:
            if structure not in self._kept:
                self._kept[structure] = compile_()
                if len(self._kept) > self.size:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(structure)
            return self._kept[structure]


COMPILED = CompiledModels()


def with_nutpie(
    structure: Hashable, build: Callable[[], Any], data: Mapping[str, Any], effort: Effort
) -> Trace:
    """Sample with nutpie, reusing a model of the same structure;
    ``build`` makes the PyMC model, ``data`` is what it reads.
    """
    import nutpie

    held = (structure, tuple(sorted(data)))  # trials known by an estimate bring data of their own
    compiled = COMPILED.get(held, lambda: compiled_model(build())).with_data(**data)
    with _progress(effort) as callback:
        run = nutpie.sample(
            compiled,
            draws=effort.draws,
            tune=effort.tune,
            chains=effort.chains,
            cores=effort.cores,
            seed=effort.seed,
            target_accept=effort.target_accept,
            save_warmup=False,
            progress_bar=False,
            progress_callback=callback,
            blocking=False,
        )
        try:
            tree = run.wait()
        except RuntimeError as error:
            raise _cannot_start(error) from None
        # an interrupted run is stopped and gives nothing, rather than what it has so far
        except BaseException:
            run.cancel()
            raise
    return _trace(tree, 0)


def with_pymc(build: Callable[[], Any], effort: Effort) -> Trace:
    """Sample with PyMC's own NUTS, compiled anew each time; ``cores=None`` means one after the other."""
    import pymc as pm

    with _same_bits(), build():
        try:
            tree = pm.sample(
                effort.draws,
                tune=effort.tune,
                chains=effort.chains,
                cores=effort.cores or 1,
                random_seed=effort.seed,
                target_accept=effort.target_accept,
                nuts_sampler="pymc",
                progressbar=False,  # PyMC's own bar needs matplotlib
                quiet=True,
            )
        except pm.exceptions.SamplingError as error:
            raise _cannot_start(error) from None
    return _trace(tree, 1)


def compiled_model(model: Any) -> Any:
    """Compile with starting points that depend on nothing but the seed:
    not on the data the model was first built with.
    """
    import nutpie

    lengths = {dim: len(labels) for dim, labels in model.coords.items()}
    starts = {}
    for variable in model.free_RVs:
        shape = tuple(lengths[dim] for dim in model.named_vars_to_dims.get(variable.name, ()))
        starts[variable.name] = np.full(
            shape, START if model.rvs_to_transforms[variable] is None else START_BOUNDED
        )
    with _same_bits():
        return nutpie.compile_pymc_model(model, initial_points=starts)


def _same_bits() -> AbstractContextManager[Any]:
    """Compile without numba's fastmath, whose code differs
    in the last bit between a cold and a warm cache.
    """
    from pytensor.configdefaults import config

    change: AbstractContextManager[Any] = config.change_flags(numba__fastmath=False)
    return change


def _cannot_start(error: Exception) -> CannotStartError:
    return CannotStartError(
        str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    )


def _trace(tree: Any, source: int) -> Trace:
    """Turn a sampler's answer into plain arrays with one set of names."""
    values = {
        str(name): np.asarray(array.values) for name, array in sorted(tree["posterior"].data_vars.items())
    }
    stats = tree["sample_stats"].data_vars
    return Trace(values, {name: np.asarray(stats[theirs[source]].values) for name, theirs in STATS.items()})


def _progress(effort: Effort) -> AbstractContextManager[Any]:
    """Return a context that gives nutpie's progress callback: a bar on standard error, or none."""
    return _Bar(effort) if effort.progress else nullcontext()


class _Bar:
    """A Rich bar on standard error, fed from nutpie's background thread."""

    def __init__(self, effort: Effort) -> None:
        from rich.console import Console
        from rich.progress import Progress

        self._progress = Progress(console=Console(stderr=True))
        self._task = self._progress.add_task("sampling", total=effort.chains * (effort.draws + effort.tune))

    def __enter__(self) -> Callable[[list[Any]], None]:
        self._progress.start()
        return self._update

    def _update(self, chains: list[Any]) -> None:
        done, diverged = (
            sum(getattr(chain, name) for chain in chains) for name in ("finished_draws", "divergences")
        )
        words = f"sampling, {diverged} divergences" if diverged else "sampling"
        self._progress.update(self._task, completed=done, description=words)

    def __exit__(self, *_: object) -> None:
        self._progress.stop()
