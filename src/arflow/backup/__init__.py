"""A backup of a store with its documents and mail: made, checked and restored."""
