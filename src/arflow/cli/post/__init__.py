"""Commands on the inbox and the outbox."""
