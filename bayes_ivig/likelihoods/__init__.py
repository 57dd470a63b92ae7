"""Likelihoods: what each says of a study, and in which words; one file each and a registry."""
