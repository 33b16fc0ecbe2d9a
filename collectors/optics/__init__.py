"""Vendor tables: where a device keeps its light levels."""
