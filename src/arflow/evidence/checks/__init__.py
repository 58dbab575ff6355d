"""What `arflow verify` checks beside the chain: each concept of a store in a module of its own."""
