"""What each command does: a module a command or group of them, loaded by the command line when it is typed."""
