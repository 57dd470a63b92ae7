"""Show: results in words, tables, charts and pages. Nothing is computed here;
marginals are asked, answers worded and rounded.
"""
