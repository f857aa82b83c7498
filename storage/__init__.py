"""Where everything is kept, one file a table."""
