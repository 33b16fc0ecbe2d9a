"""The audit pack: what this installation can show of itself, each claim with the row it rests on.

Each module gathers one part from what is really there: settings, plant, store, incidents, backups, audit log. Nothing
is claimed that no row says; a requirement without a row is "no evidence", never "met".
"""
