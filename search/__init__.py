"""Finding: an index that can always be rebuilt from the catalog."""
