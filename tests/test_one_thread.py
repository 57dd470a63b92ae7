"""Matrix products have one thread inside a call of the package, and what the user set outside of it."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

import bayes_ivig as bi
from bayes_ivig.kinds.checked import checked
from bayes_ivig.one_thread import one_thread

NUMBERS = """
import numpy as np, bayes_ivig as bi
live = bi.load_dataset("ivig", "live_birth")
post = bi.fit(live)
numbers = [*post["mu"].quantile([0.025, 0.5, 0.975]), post["tau"].mean, post.log_marginal_likelihood]
numbers += [marginal.quantile(0.5) for marginal in post.theta.values()]
numbers += list(post["theta_new"].density(np.linspace(-1, 1, 7)))
frame = bi.priors.compare(live, mu=["normal(0, 1)", "normal(0, 2.82)"], tau="half_normal(0.5)")
numbers += [x for x in frame.select_dtypes("number").to_numpy().ravel()]
numbers += list(bi.trials.subsets(live, size=3).select_dtypes("number").to_numpy().ravel())
print(" ".join(float(x).hex() for x in numbers))
"""


def threads() -> list[int]:
    return [each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"]


@checked
def within(value: int = 1) -> list[int]:
    return threads() * value


@pytest.mark.slow
def test_the_answers_are_those_of_a_process_with_one_thread() -> None:
    def numbers(count: str) -> str:
        env = {key: value for key, value in os.environ.items() if not key.endswith("_NUM_THREADS")}
        done = subprocess.run(
            [sys.executable, "-c", NUMBERS],
            capture_output=True, text=True, check=True, env=env | {"OPENBLAS_NUM_THREADS": count},
        )  # fmt: skip
        return done.stdout

    assert len(numbers("1").split()) > 100
    assert numbers("2") == numbers("1")


def test_what_was_set_is_there_again_after_a_call() -> None:
    with threadpool_limits(2, user_api="blas"):
        assert set(threads()) == {2}
        assert set(within()) == {1}
        assert set(threads()) == {2}
        with pytest.raises(bi.errors.ArgumentError):
            within("x")  # type: ignore[arg-type]
        assert set(threads()) == {2}


def test_the_last_call_to_end_gives_it_back() -> None:
    both, first_ended = Barrier(2), Barrier(2)

    @checked
    def waits(last: bool) -> list[int]:
        both.wait(10)
        if last:
            first_ended.wait(10)
        return threads()

    def first() -> list[int]:
        seen = waits(False)
        first_ended.wait(10)
        return seen

    with threadpool_limits(2, user_api="blas"), ThreadPoolExecutor(2) as pool:
        asked: list[Any] = [pool.submit(first), pool.submit(waits, True)]
        assert [set(each.result(20)) for each in asked] == [{1}, {1}]
        assert set(threads()) == {2}


def test_one_thread_may_be_entered_again() -> None:
    with threadpool_limits(2, user_api="blas"):
        with one_thread, one_thread:
            assert set(threads()) == {1}
        assert set(threads()) == {2}
