"""What would change: a correction, a definition, a policy or a bank holiday tried on every case, with nothing written."""
