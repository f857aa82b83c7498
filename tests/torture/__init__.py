"""Real processes under load, killed, frozen and starved, and a checker that counts what came of it."""
