"""Studies known by an estimate: effect measures, limits and standard errors, P values."""
