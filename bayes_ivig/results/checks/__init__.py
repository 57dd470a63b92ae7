"""What model checks answer."""
