"""The front door: channels bring messages in and carry replies out."""
