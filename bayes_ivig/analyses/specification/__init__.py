"""Every specification of an analysis at once: trial sets, models and priors."""
