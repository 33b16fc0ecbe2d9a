"""Where a plant comes from: city folders, exchange formats and foreign topologies."""
