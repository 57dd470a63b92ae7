"""Everything that one report asks, and the surfaces that its readers move."""
