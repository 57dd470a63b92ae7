"""Many posteriors at once, from one likelihood surface or from many tables."""
