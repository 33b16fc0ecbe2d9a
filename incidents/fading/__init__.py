"""Loss that rises slowly, found in daily means before the link breaks. Pure."""
