"""Show a calibration of the exact engine."""
