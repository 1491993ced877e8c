"""The green-material application ratio: lines and a rule pack in, a figure with its trace out."""
