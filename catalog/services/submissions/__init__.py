"""Companies state their own products; bureaus prove them, and only then they are listed."""
