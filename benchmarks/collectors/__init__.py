"""What a round costs: RAINBOW's whole collector beside other pollers on the same simulated switches."""
