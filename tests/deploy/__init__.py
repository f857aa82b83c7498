"""What is shipped for operators, proved by running it or by reading it against the code."""
