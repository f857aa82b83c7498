"""What happens without anyone writing."""
