"""What gets a building to a target: the fewest or cheapest lines to supply green instead."""
