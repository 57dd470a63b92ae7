"""What a whole reanalysis holds."""
