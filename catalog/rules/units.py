"""Units of measure: found by any way of writing them, converted exactly and with a visible path."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec

from catalog.rules.exact import plain

# A thickness makes a volume of an area.
_OF_LENGTH = ("volume", "area")


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """One unit; ``factor`` of the dimension's base unit make one of it."""

    key: str
    name_zh: str
    name_en: str
    symbol: str
    dimension: str
    factor: Fraction


class Converted(msgspec.Struct, frozen=True):
    """A quantity in the unit asked for, and how it came there."""

    value: Fraction
    path: str


class UnitMismatch(msgspec.Struct, frozen=True):
    """Why a quantity has no value in the unit asked for.

    ``missing`` is the factor that would be needed, as in ``t/m³``; None where a unit is unknown.
    ``contradicting`` are the ways that lead there by declared factors and do not agree.
    """

    from_unit: str
    to_unit: str
    missing: str | None
    contradicting: tuple[str, ...] = ()


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """A factor that somebody declared: so much of ``unit`` per one of ``per``.

    2310 kg per m3 is a density; 100 mm per nothing is a thickness. ``by`` says who declared it.
    """

    amount: Decimal
    unit: str
    per: str | None
    by: str


class UnitTable:
    """The units that are known, by key and by every alias."""

    def __init__(
        self, units: Iterable[Unit], aliases: Mapping[str, str], base: Mapping[str, str]
    ) -> None:
        self._units = {unit.key: unit for unit in units}
        self._aliases: dict[str, Unit] = {}
        for unit in self._units.values():
            for name in (unit.key, unit.symbol, unit.name_zh, unit.name_en):
                self._name(name, unit)
        for alias, key in aliases.items():
            self._name(alias, self._units[key])
        self._base = {dimension: self._units[key] for dimension, key in base.items()}

    @classmethod
    def from_rows(cls, content: Mapping[str, Any]) -> UnitTable:
        """Build the table from the content of a units file (``base`` and ``units``).

        Raises:
            ValueError: Two units share an alias, a factor is not positive, or a base unit is odd.
        """
        units, aliases = [], {}
        for row in content["units"]:
            unit = Unit(
                key=row["key"],
                name_zh=row["name_zh"],
                name_en=row["name_en"],
                symbol=row["symbol"],
                dimension=row["dimension"],
                factor=Fraction(Decimal(row["factor"])),
            )
            if unit.factor <= 0:
                raise ValueError(f"unit {unit.key} has a factor that is not positive")
            units.append(unit)
            aliases.update(dict.fromkeys(row.get("aliases", []), unit.key))
        table = cls(units, aliases, content["base"])
        for unit in units:
            base = table._base.get(unit.dimension)
            if base is None or base.dimension != unit.dimension or base.factor != 1:
                raise ValueError(f"dimension {unit.dimension} has no base unit with factor 1")
        return table

    def _name(self, alias: str, unit: Unit) -> None:
        known = self._aliases.setdefault(_folded(alias), unit)
        if known is not unit:
            raise ValueError(f"“{alias}” names both {known.key} and {unit.key}")

    def __iter__(self) -> Iterator[Unit]:
        """Iterate over the units in the order of their file."""
        return iter(self._units.values())

    def find(self, alias: str) -> Unit | None:
        """Return the unit that this way of writing names, or None."""
        return self._units.get(alias) or self._aliases.get(_folded(alias))

    def base_of(self, dimension: str) -> Unit:
        """Return the unit in which a dimension is summed when nothing else is asked."""
        return self._base[dimension]

    def convert(
        self,
        quantity: Decimal | Fraction,
        from_unit: str,
        to_unit: str,
        *,
        declared: Iterable[Declared] = (),
    ) -> Converted | UnitMismatch:
        """Return the quantity in the other unit, exactly, or the factor that is missing.

        Between dimensions only declared factors lead: one or, where none leads by itself, two in
        a row. Where several ways give different answers, none does: which one holds is not for a
        program to guess.
        """
        source, target = self.find(from_unit), self.find(to_unit)
        if source is None or target is None:
            return UnitMismatch(from_unit, to_unit, None)
        amount = Fraction(quantity)
        if source.dimension != target.dimension:
            factors = tuple(dict.fromkeys(declared))
            ways = self._by_one(amount, source, target, factors)
            ways = ways or self._by_two(amount, source, target, factors)
            found = {way.value: way for way in ways}
            if len(found) == 1:
                return next(iter(found.values()))
            missing = f"{target.symbol}/{source.symbol}"
            paths = tuple(way.path for way in found.values())
            return UnitMismatch(source.key, target.key, missing, paths)
        if source is target:
            return Converted(amount, f"{plain(amount)} {target.symbol}")
        factor = source.factor / target.factor
        value = amount * factor
        return Converted(
            value,
            f"{plain(amount)} {source.symbol} × {plain(factor)} {target.symbol}/{source.symbol}"
            f" = {plain(value)} {target.symbol}",
        )

    def contradiction(self, declared: Iterable[Declared]) -> tuple[Declared, Declared] | None:
        """Return two factors that lead between the same dimensions and differ, or None."""
        known: dict[tuple[str, str], tuple[Fraction, Declared]] = {}
        for each in declared:
            factor = self._factor(each)
            if factor is None:
                continue
            over, under, value = factor
            earlier, other = known.setdefault((over, under), (value, each))
            if earlier != value:
                return other, each
        return None

    def _by_one(
        self, amount: Fraction, source: Unit, target: Unit, declared: Iterable[Declared]
    ) -> list[Converted]:
        ways = (self._by_declared(amount, source, target, each) for each in declared)
        return [way for way in ways if way is not None]

    def _by_two(
        self, amount: Fraction, source: Unit, target: Unit, declared: tuple[Declared, ...]
    ) -> list[Converted]:
        """Return the ways by two factors in a row, through the base unit of a third dimension."""
        found = []
        for between in self._base.values():
            if between.dimension in (source.dimension, target.dimension):
                continue
            for first in self._by_one(amount, source, between, declared):
                for second in self._by_one(first.value, between, target, declared):
                    onwards = second.path.removeprefix(f"{plain(first.value)} {between.symbol}")
                    found.append(Converted(second.value, first.path + onwards))
        return found

    def _factor(self, declared: Declared) -> tuple[str, str, Fraction] | None:
        """Return the dimensions that a factor leads to and from, and its value in base units."""
        unit = self.find(declared.unit)
        per = self.find(declared.per) if declared.per else None
        if unit is None or declared.amount <= 0 or (declared.per and per is None):
            return None
        value = Fraction(declared.amount) * unit.factor
        if per is not None:
            return unit.dimension, per.dimension, value / per.factor
        return (*_OF_LENGTH, value) if unit.dimension == "length" else None

    def _by_declared(
        self, amount: Fraction, source: Unit, target: Unit, declared: Declared
    ) -> Converted | None:
        """Return the quantity by one declared factor, forwards or backwards, or None."""
        found = self._factor(declared)
        if found is None:
            return None
        over, under, factor = found
        unit = self._sign_of(declared.unit)
        per = f"/{self._sign_of(declared.per)}" if declared.per else ""
        shown = f"{plain(Fraction(declared.amount))} {unit}{per}"
        if (source.dimension, target.dimension) == (under, over):
            sign, value = "×", amount * source.factor * factor / target.factor
        elif (source.dimension, target.dimension) == (over, under):
            sign, value = "÷", amount * source.factor / factor / target.factor
        else:
            return None
        path = f"{plain(amount)} {source.symbol} {sign} {shown} ({declared.by})"
        return Converted(value, f"{path} = {plain(value)} {target.symbol}")

    def _sign_of(self, key: str) -> str:
        unit = self.find(key)
        return unit.symbol if unit else key


def _folded(alias: str) -> str:
    """Fold width, superscripts, case and spaces: ㎡, m² and M2 are one."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", alias).casefold())
    return "".join(folded.split())
