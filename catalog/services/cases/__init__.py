"""Cases: open them, hand papers in, take steps, and read where they stand."""
