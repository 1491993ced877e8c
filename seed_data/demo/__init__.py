"""The seeded demo: synthetic products, projects, bill lines and deliveries, the same every time."""

from __future__ import annotations

from seed_data.demo.deliveries import generate_deliveries
from seed_data.demo.inspections import AUTHORITY, SOURCE, generate_checks, generate_visits
from seed_data.demo.lines import generate_lines
from seed_data.demo.pool import ProductPool
from seed_data.demo.products import generate_products
from seed_data.demo.projects import generate_projects

__all__ = [
    "AUTHORITY",
    "SOURCE",
    "ProductPool",
    "generate_checks",
    "generate_deliveries",
    "generate_lines",
    "generate_products",
    "generate_projects",
    "generate_visits",
]
