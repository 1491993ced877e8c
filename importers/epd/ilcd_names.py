"""The namespaces of ILCD+EPD data sets, in the spelling of element trees."""

from __future__ import annotations

from functools import lru_cache

COMMON = "{http://lca.jrc.it/ILCD/Common}"
PROCESS = "{http://lca.jrc.it/ILCD/Process}"
FLOW = "{http://lca.jrc.it/ILCD/Flow}"
FLOW_PROPERTY = "{http://lca.jrc.it/ILCD/FlowProperty}"
UNIT_GROUP = "{http://lca.jrc.it/ILCD/UnitGroup}"
CONTACT = "{http://lca.jrc.it/ILCD/Contact}"
SOURCE = "{http://lca.jrc.it/ILCD/Source}"
EPD_2013 = "{http://www.iai.kit.edu/EPD/2013}"
EPD_2019 = "{http://www.indata.network/EPD/2019}"
EPD_2024 = "{http://www.indata.network/EPD/2024}"
MATML = "{http://www.matml.org/}"
XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


@lru_cache(maxsize=2000)
def local_name(tag: str) -> str:
    """Return a name without its namespace."""
    return tag.rpartition("}")[2]
