"""Tests of the readers, cell by cell."""
