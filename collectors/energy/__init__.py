"""What the network's devices draw, give to others and waste."""
