"""What the bot says and asks; pure, no servers and no stores."""
