"""What vendors' MIBs hold beyond the standards: one file of literal tables a family, keyed by enterprise number."""
