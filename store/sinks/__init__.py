"""Where the outbox delivers to."""
