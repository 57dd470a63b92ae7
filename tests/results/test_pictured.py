"""The figures of a posterior as methods: those of ``bi.plot``."""

import pytest

import bayes_ivig as bi
from bayes_ivig.errors import ArgumentError


def test_methods_draw_what_the_functions_draw(tmp_path) -> None:
    post = bi.fit(bi.load_dataset("ivig", "live_birth"))
    pooled = bi.pool(post.dataset)
    pairs = (
        (post.density(level=0.8), bi.plot.density(post, level=0.8)),
        (post.prior_posterior(), bi.plot.prior_posterior(post)),
        (post.forest(pooled, layout="bmj"), bi.plot.forest(post, pooled, layout="bmj")),
    )
    for i, (mine, theirs) in enumerate(pairs):
        assert isinstance(mine, bi.plot.Figure)
        saved = [each.save(tmp_path / f"{i}.svg").read_bytes() for each in (mine, theirs)]
        assert saved[0] == saved[1]
    with pytest.raises(ArgumentError, match=r"Posterior\.forest: pooled is a Dataset"):
        post.forest(post.dataset)
