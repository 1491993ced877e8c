"""The command door: ``lucai …``."""
