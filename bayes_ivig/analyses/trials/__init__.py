"""Which trials carry the answer: subsets, one at a time, and classes under one between-study SD."""
