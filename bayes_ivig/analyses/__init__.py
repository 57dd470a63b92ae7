"""Compose: whole questions, each answered with several fits and pooled estimates."""
