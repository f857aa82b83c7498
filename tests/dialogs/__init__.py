"""The dialogs room."""
