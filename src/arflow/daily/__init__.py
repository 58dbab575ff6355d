"""What is due to be done without anybody asking: sent, seen and listed, as often as it is run."""
