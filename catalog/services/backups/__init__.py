"""Keep copies of all that cannot be made anew: the database, the files of evidence, the keys."""
