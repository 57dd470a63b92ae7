"""The doors to the disk: how a file is read, and how one is written."""
