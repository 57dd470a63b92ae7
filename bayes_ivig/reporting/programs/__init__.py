"""A posterior's model and data as a script for another program, so that somebody else can check it there."""
