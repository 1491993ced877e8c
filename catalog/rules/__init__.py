"""Rules of the trade: values and frames in, values and frames out; no database, no clock."""
