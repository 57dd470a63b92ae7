"""Tables of two-arm counts: studies, outcomes, trial sets, how each count is known."""
