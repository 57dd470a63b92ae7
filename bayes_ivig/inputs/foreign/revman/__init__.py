"""RevMan's files: reviews of RevMan 5, data packages of RevMan Web, and tables that either exports."""
