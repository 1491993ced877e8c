"""Delivery lists of others: what came to a building site, in their own columns and languages."""

from importers.delivery.read import is_delivery_list, read_delivery_list

__all__ = ["is_delivery_list", "read_delivery_list"]
