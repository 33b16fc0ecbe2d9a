"""Measurements beside named peers, results checked equal. Not installed."""
