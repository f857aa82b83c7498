"""Reading staff, departments and grids from files: checked whole, then written whole or not at all."""
