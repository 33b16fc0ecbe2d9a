"""Backup of a city in one encrypted file, its restore, and the proof that the restore works."""
