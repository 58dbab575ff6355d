"""Files kept by their SHA-256: what may come in, what is sent together, and how long each is kept."""
