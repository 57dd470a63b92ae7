"""Judgements that a person enters in the description of the data: kept as entered, never computed."""
