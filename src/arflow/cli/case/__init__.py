"""Commands on plans, people and reviews."""
