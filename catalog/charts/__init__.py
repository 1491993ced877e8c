"""Charts: said once, drawn for pages and reports alike, with the same figures as a table."""
