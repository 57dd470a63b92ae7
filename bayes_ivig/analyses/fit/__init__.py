"""Many fits."""
