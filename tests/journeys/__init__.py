"""Stories told as conversations; the conversation is the test."""
