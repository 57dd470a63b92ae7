"""Show the evidence behind a reanalysis: search, studies, risk of bias, contradictions in print."""
