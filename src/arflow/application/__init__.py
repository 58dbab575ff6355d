"""The application: load a case, decide, append; and read what the store holds."""
