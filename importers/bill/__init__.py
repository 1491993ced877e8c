"""Bills of quantities and priced lists, in the forms in which people really have them."""

from importers.bill.ifc5d import is_cost_schedule, read_cost_schedule
from importers.bill.table import is_bill_table, read_bill_table
from importers.bill.tender import is_tender, read_tender

__all__ = [
    "is_bill_table",
    "is_cost_schedule",
    "is_tender",
    "read_bill_table",
    "read_cost_schedule",
    "read_tender",
]
