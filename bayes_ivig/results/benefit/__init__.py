"""Benefit and harm of one outcome, and the summary of findings."""
