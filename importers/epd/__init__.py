"""Environmental product declarations: openEPD, ILCD+EPD, soda4LCA and ÖKOBAUDAT."""

from importers.epd.ilcd_files import is_ilcd_xml, is_ilcd_zip, read_ilcd_xml, read_ilcd_zip
from importers.epd.oekobaudat_file import is_oekobaudat, read_oekobaudat
from importers.epd.openepd_files import (
    is_openepd,
    is_openepd_bundle,
    read_openepd,
    read_openepd_bundle,
)
from importers.epd.soda import is_soda, read_soda

__all__ = [
    "is_ilcd_xml",
    "is_ilcd_zip",
    "is_oekobaudat",
    "is_openepd",
    "is_openepd_bundle",
    "is_soda",
    "read_ilcd_xml",
    "read_ilcd_zip",
    "read_oekobaudat",
    "read_openepd",
    "read_openepd_bundle",
    "read_soda",
]
