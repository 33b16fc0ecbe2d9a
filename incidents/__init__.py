"""One cut, one incident: what the switches say, joined with what lies in the ground."""
