"""Settings, rules and the data files that come with gridbell; only the wiring imports it."""
