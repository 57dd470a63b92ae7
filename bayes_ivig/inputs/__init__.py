"""State: what was observed and what is assumed, validated once when built and frozen afterwards."""
