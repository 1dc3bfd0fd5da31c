"""data/ -> what the program loads: read, validate, compile, load."""
