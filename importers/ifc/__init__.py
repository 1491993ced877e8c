"""Building models in IFC: their quantities and materials, taken off as lines of a bill."""

from importers.ifc.read import is_ifc, read_ifc

__all__ = ["is_ifc", "read_ifc"]
