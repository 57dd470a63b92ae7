"""The figures of a posterior as methods: those of ``bi.plot``."""

import bayes_ivig as bi


def test_methods_draw_what_the_functions_draw(tmp_path) -> None:
    post = bi.fit(bi.load_dataset("ivig", "live_birth"))
    pairs = (
        (post.density(level=0.8), bi.plot.density(post, level=0.8)),
        (post.prior_posterior(), bi.plot.prior_posterior(post)),
    )
    for i, (mine, theirs) in enumerate(pairs):
        assert isinstance(mine, bi.plot.Figure)
        saved = [each.save(tmp_path / f"{i}.svg").read_bytes() for each in (mine, theirs)]
        assert saved[0] == saved[1]
