"""What is written to people: what each letter must say, its templates, and making it."""
