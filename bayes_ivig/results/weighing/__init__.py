"""Benefit against harm."""
