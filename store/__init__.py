"""Samples made durable: raw, 5-minute rollup, latest values and the outbox."""
