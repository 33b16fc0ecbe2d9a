"""Meeting one device: all that can be read from it, and what could not be and why."""
