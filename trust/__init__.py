"""Who did what, and may who do what: the audit log and its anchors; identity, roles, sessions and tokens."""
