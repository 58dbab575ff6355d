"""What is sent and received on a case, and the acts that are recorded from it."""
