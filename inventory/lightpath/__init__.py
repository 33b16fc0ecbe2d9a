"""How light runs: paths traced through patches, panels, strands, splices and filters, and what they lose on the way."""
