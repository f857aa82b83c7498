"""A small town to play in, and real servers to play with."""
