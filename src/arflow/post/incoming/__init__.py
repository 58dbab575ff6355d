"""What arrives: the inbox, where each message is filed, and what an officer decides on it."""
