"""Traps and informs: hints that make the collector look, never readings (RFC 2863, 3.1.10)."""
