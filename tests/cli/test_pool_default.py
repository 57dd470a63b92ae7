"""``pool`` without a method does in the command what it does in Python."""

from command import Ask

import bayes_ivig as bi


def test_the_command_pools_by_the_default_method(ask: Ask) -> None:
    live = bi.load_dataset("ivig", "live_birth")
    assert ask("pool", "ivig", "--outcome", "live_birth", "--json").document == bi.pool(live).to_dict()
    assert "method reml, which is the default," in " ".join(
        ask("pool", "ivig", "--outcome", "live_birth").out.split()
    )
    assert "reml unless given" in " ".join(ask("pool", "--help").out.replace("│", " ").split())
