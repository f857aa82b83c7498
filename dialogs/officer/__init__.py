"""The dialogs and commands of officers and departments, one a file."""
