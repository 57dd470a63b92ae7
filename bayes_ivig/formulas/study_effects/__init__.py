"""A study's effect and variance from what was measured in its arms, other than counts of people."""
