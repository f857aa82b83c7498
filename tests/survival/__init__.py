"""What a county must survive: repeats, races, crashes at every point, cut connections, bad bodies; and the mutants."""
