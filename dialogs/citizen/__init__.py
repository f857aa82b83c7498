"""The dialogs of citizens, one a file."""
