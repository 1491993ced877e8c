"""Every SELECT; reads take a Connection first, writes a Session."""

from catalog.db import CatalogSession
from catalog.repositories import cube

cube.follow(CatalogSession)
