"""One file a platform; none knows another."""
