"""Performance figures: `make bench`."""
