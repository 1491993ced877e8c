"""Every SELECT; reads take a Connection first, writes a Session."""
