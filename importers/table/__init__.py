"""Tables of our own templates, as CSV or XLSX: read, and written empty for filling in."""
