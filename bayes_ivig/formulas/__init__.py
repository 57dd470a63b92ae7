"""Reuse: arrays in, arrays out, no classes, nothing about files or models."""
