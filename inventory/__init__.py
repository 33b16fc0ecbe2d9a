"""The plant: what lies in the ground and hangs on it. A frozen model and the sources that fill it."""
