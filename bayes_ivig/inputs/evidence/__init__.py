"""The evidence beside the counts: search, risk of bias, other meta-analyses."""
