"""What a case is and what may happen to it; pure: no I/O and no clock."""
