"""The kind of every argument of the public functions, checked at their doors by what the annotations say."""
