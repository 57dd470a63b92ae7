"""Simulation-based calibration of the exact engine."""
