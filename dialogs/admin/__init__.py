"""Staff commands for the duty room and admins, one a file."""
