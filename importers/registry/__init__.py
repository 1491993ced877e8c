"""The Taiwan green building material label registry (TABC), as JSON rows collected from it."""

from importers.registry.read import is_registry, read_registry

__all__ = ["is_registry", "read_registry"]
