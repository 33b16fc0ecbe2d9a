"""Where a device keeps its light levels: one row a vendor, keyed by enterprise number. No standard MIB has them all."""
