"""Many priors on one outcome: combinations, named families, evidence from other meta-analyses."""
