"""Mail out and in: the outbox and its transports, the mailbox and what its messages are."""
