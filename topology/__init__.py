"""What a cut takes down: graph, cuts, reports. Pure but for report rendering."""
