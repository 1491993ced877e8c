"""How much of which material an element is: stated, checked, and never guessed."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import reduce

import msgspec

from importers.ifc.figures import Figure, Figures, plain, taken
from importers.ifc.materials import Composition, Part, composition
from importers.ifc.model import Element, Model
from importers.ifc.notes import Notes
from importers.ifc.units import Units
from importers.ifc.words import Sort, words

_TOGETHER = " + "
_THICKNESS = "Thickness"


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """So much of a material, in one measure; ``thickness`` in metres, of a layer."""

    material: str
    measure: str
    value: Decimal
    thickness: Decimal | None = None


class TakeOff:
    """Takes the elements of one model off, one after the other."""

    def __init__(self, model: Model) -> None:
        self._instances = model.instances
        self._units = Units(model.instances)
        self.figures = Figures(model, self._units)

    def shares(self, element: Element, notes: Notes) -> list[Share]:
        """Return what an element brings; where it is nothing, it is said why."""
        sort = words().sort_of[element.kind]
        figures = self.figures.of(element, notes)
        length = self._units.of_project("length")
        made_of = composition(self._instances, element.materials, length)
        taking = _Taking(element, figures, made_of, notes)
        shares = taking.by(sort)
        taking.tell_of_doubts()
        if any(share.measure != "count" for share in shares) and not made_of.names:
            notes.remark("ifc-no-material", element)
        return shares


class _Taking:
    """The taking off of one element."""

    def __init__(
        self,
        element: Element,
        figures: Mapping[str, list[Figure]],
        made_of: Composition,
        notes: Notes,
    ) -> None:
        self._element = element
        self._figures = figures
        self._made_of = made_of
        self._notes = notes
        self._doubts: list[dict[str, str]] = []
        self._has_doubt = False

    def by(self, sort: Sort) -> list[Share]:
        for measure in sort.measures:
            if measure == "count":
                return [Share(material=self._label, measure=measure, value=Decimal(1))]
            # A figure that the others contradict casts doubt on them as well.
            figure = None if self._has_doubt else self._believed(measure)
            if self._has_doubt:
                continue
            shares = self._by_layers(measure, figure) if sort.splits else []
            if shares or figure is not None:
                return shares or self._by_figure(figure)
        if self._doubts:
            facts = self._doubts.pop(0)
            self._notes.refuse("ifc-kept-out", self._element, column=facts["name"], facts=facts)
        else:
            self._notes.refuse("ifc-no-quantity", self._element)
        return []

    def tell_of_doubts(self) -> None:
        """Say which figures were not believed, but for the one that kept the element out."""
        for facts in self._doubts:
            self._notes.remark(
                "ifc-figure-doubted", self._element, column=facts["name"], facts=facts
            )

    @property
    def _label(self) -> str:
        return _TOGETHER.join(self._made_of.names)

    def _by_figure(self, figure: Figure | None) -> list[Share]:
        if figure is None:
            return []
        self._tell_of(figure)
        parts = self._made_of.parts
        is_amount = figure.measure in ("volume", "mass")
        if is_amount and self._made_of.has_whole_fractions(words().limits.fraction_slack):
            return [
                Share(
                    material=part.name,
                    measure=figure.measure,
                    value=figure.value * (part.fraction or 0),
                )
                for part in parts
            ]
        if len(self._made_of.names) > 1:
            self._notes.remark(
                "ifc-materials-together", self._element, facts={"materials": self._label}
            )
        return [Share(material=self._label, measure=figure.measure, value=figure.value)]

    def _by_layers(self, measure: str, figure: Figure | None) -> list[Share]:
        """Return area times thickness of each layer, where both are stated."""
        if not self._made_of.is_layered or measure not in ("volume", "area"):
            return []
        layers = [part for part in self._made_of.parts if not part.is_air and part.name]
        if not layers or not all(layer.thickness for layer in layers):
            return []
        if len(self._made_of.parts) == 1 and (figure is not None or measure == "area"):
            return []  # What is stated of the element is stated of its only layer.
        area = self._area_of_layers(figure)
        if area is None:
            return []
        self._tell_of(area)
        facts = {"area": area.shown, "name": area.written, "thickness": self._thicknesses(layers)}
        self._notes.remark("ifc-volume-of-layers", self._element, facts=facts)
        if len(layers) < len(self._made_of.parts):
            count = len(self._made_of.parts) - len(layers)
            self._notes.remark("ifc-layer-left-out", self._element, facts={"layers": str(count)})
        return [
            Share(
                material=layer.name,
                measure="volume",
                value=area.value * layer.thickness,
                thickness=layer.thickness,
            )
            for layer in layers
            if layer.thickness
        ]

    def _area_of_layers(self, figure: Figure | None) -> Figure | None:
        """Return the area of the layers: the one that fits the stated volume best, if there is one.

        Where it fits badly, as a gross area beside a net volume does, that is said.
        """
        areas = [each for each in taken(self._figures, "area") if self._doubt_of(each) is None]
        thickness = self._made_of.thickness
        if not areas or figure is None or figure.measure != "volume" or thickness is None:
            return areas[0] if areas else None
        gaps = [abs(each.value * thickness - figure.value) for each in areas]
        area = areas[gaps.index(min(gaps))]
        if min(gaps) > figure.value * words().limits.fraction_slack:
            volume = f"{plain(area.value * thickness)} {words().units[figure.measure]}"
            facts = {"stated": figure.shown, "found": volume, "area": area.written}
            self._notes.remark(
                "ifc-layers-differ", self._element, column=figure.written, facts=facts
            )
        return area

    def _thicknesses(self, layers: list[Part]) -> str:
        return " + ".join(f"{plain(layer.thickness)} m" for layer in layers if layer.thickness)

    def _believed(self, measure: str) -> Figure | None:
        """Return the first figure of a measure that the others don't contradict."""
        figures = taken(self._figures, measure)
        found: Figure | None = None
        for figure in figures:
            doubt = self._doubt_of(figure)
            if doubt is not None:
                self._doubts.append(doubt)
            found = figure if doubt is None and found is None else found
        self._has_doubt = bool(figures) and found is None
        return found

    def _doubt_of(self, figure: Figure) -> dict[str, str] | None:
        """Return how far a figure is from every product that it should be, None if it is near."""
        limits = words().limits
        doubt: dict[str, str] | None = None
        for names in words().products.get(figure.name, ()):
            factors = [self._factor(name) for name in names]
            stated = [factor for factor in factors if factor is not None]
            if len(stated) < len(factors):
                continue
            product = reduce(lambda one, other: one * other, (value for value, _ in stated))
            times = figure.value / product
            if limits.least <= times <= limits.most:
                return None
            unit = words().units[figure.measure]
            doubt = doubt or {
                "name": figure.written,
                "stated": figure.shown,
                "found": f"{plain(product)} {unit}",
                "path": " × ".join(text for _, text in stated),
                "times": plain(Decimal(f"{times:.5e}")),
            }
        return doubt

    def _factor(self, name: str) -> tuple[Decimal, str] | None:
        if name == _THICKNESS:
            thickness = self._made_of.thickness
            return None if thickness is None else (thickness, f"{name} {plain(thickness)} m")
        figures = self._figures.get(name, [])
        if not figures:
            return None
        figure = figures[0]
        if len(figures) > 1:
            figure = next((each for each in figures if self._doubt_of(each) is None), figure)
        return figure.value, f"{figure.written} {figure.shown}"

    def _tell_of(self, figure: Figure) -> None:
        if figure.is_own:
            self._notes.remark_on_all("ifc-own-quantity", self._element, column=figure.written)
        names = words().figures_of(figure.measure)
        if any(each.is_gross for each in names if each.name == figure.name):
            self._notes.remark_on_all("ifc-gross-taken", self._element, column=figure.written)
