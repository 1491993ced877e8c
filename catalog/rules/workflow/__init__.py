"""The way of a case: its steps, who may take them, what stands in the way, and its clocks."""
