"""Small IFC models for the tests, written statement by statement."""

from __future__ import annotations

METRES = (
    "#1=IFCSIUNIT(*,.LENGTHUNIT.,$,.METRE.);",
    "#2=IFCSIUNIT(*,.AREAUNIT.,$,.SQUARE_METRE.);",
    "#3=IFCSIUNIT(*,.VOLUMEUNIT.,$,.CUBIC_METRE.);",
    "#4=IFCSIUNIT(*,.MASSUNIT.,.KILO.,.GRAM.);",
    "#5=IFCUNITASSIGNMENT((#1,#2,#3,#4));",
    "#6=IFCPROJECT('p',$,'P',$,$,$,$,$,#5);",
)
MILLIMETRES = ("#1=IFCSIUNIT(*,.LENGTHUNIT.,.MILLI.,.METRE.);", *METRES[1:])


def model(*statements: str, units: tuple[str, ...] = METRES, schema: str = "IFC4") -> bytes:
    """Return a model of these statements; what they say of units begins at #1."""
    head = (
        "ISO-10303-21;", "HEADER;", "FILE_DESCRIPTION((''),'2;1');",
        "FILE_NAME('','',(''),(''),'','','');", f"FILE_SCHEMA(('{schema}'));", "ENDSEC;", "DATA;",
    )  # fmt: skip
    return "\n".join((*head, *units, *statements, "ENDSEC;", "END-ISO-10303-21;", "")).encode()


def element(number: int, name: str, kind: str = "WALL") -> str:
    """Return an element."""
    return f"#{number}=IFC{kind}('g{number}',$,'{name}',$,$,$,$,'{number}');"


def stated(
    number: int,
    *elements: int,
    unit: int | None = None,
    set_name: str = "BaseQuantities",
    **figures: object,
) -> list[str]:
    """Return a set of quantities, ``area_GrossArea=…``, and what joins it with its elements."""
    own = f"#{unit}" if unit else "$"
    lines = []
    for place, (name, value) in enumerate(figures.items(), start=number + 2):
        measure, _, figure = name.partition("_")
        lines.append(f"#{place}=IFCQUANTITY{measure.upper()}('{figure}',$,{own},{value});")
    of = ",".join(f"#{number + 2 + place}" for place in range(len(figures)))
    to = ",".join(f"#{each}" for each in elements)
    return [
        *lines,
        f"#{number}=IFCELEMENTQUANTITY('q{number}',$,'{set_name}',$,$,({of}));",
        f"#{number + 1}=IFCRELDEFINESBYPROPERTIES('r{number}',$,$,$,({to}),#{number});",
    ]


def made_of(number: int, material: int, *elements: int) -> str:
    """Return what joins a material with its elements."""
    to = ",".join(f"#{each}" for each in elements)
    return f"#{number}=IFCRELASSOCIATESMATERIAL('m{number}',$,$,$,({to}),#{material});"


def parts_of(number: int, whole: int, *parts: int) -> str:
    """Return what joins parts with their whole."""
    of = ",".join(f"#{each}" for each in parts)
    return f"#{number}=IFCRELAGGREGATES('a{number}',$,$,$,#{whole},({of}));"
