"""Which products of the catalogue a line may mean, by name, specification, maker, certificate."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import islice
from math import log, prod

import msgspec

from catalog.rules.matching_answers import Reason, Signal
from catalog.rules.matching_text import Terms, folded, pairs, tokens
from catalog.rules.matching_words import ProductStrengths, Worth

_SHORTEST_MAKER = 2
_DIGITS = 4


class Listed(msgspec.Struct, frozen=True, gc=False):
    """A product of the catalogue as matching needs it."""

    id: int
    key: str
    name: str
    model: str | None
    brand: str | None
    company_id: int
    company: str
    is_valid: bool


class ProductCandidate(msgspec.Struct, frozen=True, gc=False):
    """A product that the line may mean."""

    product: Listed
    confidence: float
    reasons: tuple[Reason, ...]


class Wanted(msgspec.Struct, frozen=True):
    """The words of a line in which a product is looked for.

    ``makers`` are companies known from its supplier; ``certified`` maps products to the number
    of their certificate that the line states.
    """

    name: str
    text: str
    makers: frozenset[int] = frozenset()
    certified: dict[int, str] = {}


class _Good:
    """Products of one name and model, whoever makes them."""

    __slots__ = ("model", "name", "products", "words")

    def __init__(self, name: str, model: str) -> None:
        self.name, self.model = name, model
        self.words = tokens(folded(model)) | {t for t in tokens(name) if t.isascii()}
        self.products: list[Listed] = []


class _Fit(msgspec.Struct, frozen=True, kw_only=True):
    """How well goods of one shelf fit what is wanted."""

    worth: ProductStrengths
    wanted: Wanted
    makers: frozenset[int]
    names: dict[str, float]
    shares: dict[int, float]
    kind_confidence: float

    def good(self, good: _Good) -> float:
        """Return how well the goods fit, whoever makes them."""
        alike, share = self.names.get(good.name, 0.0), self.shares.get(id(good), 0.0)
        return 1 - (1 - self.worth.name * alike) * (1 - self.worth.specification * share)

    def candidate(self, good: _Good, product: Listed) -> ProductCandidate:
        """Return the product with all that speaks for it."""
        reasons = []
        if product.id in self.wanted.certified:
            number = self.wanted.certified[product.id]
            zh, en = f"证书 {number} 覆盖此产品", f"certificate {number} covers it"
            reasons.append(Reason(Signal.CERTIFICATE, self.worth.certificate, zh, en))
        if product.company_id in self.makers:
            zh, en = f"由 {product.company} 生产", f"made by {product.company}"
            reasons.append(Reason(Signal.SUPPLIER, self.worth.company, zh, en))
        share = self.shares.get(id(good), 0.0)
        if share:
            zh, en = f"规格相符 {share:.0%}", f"{share:.0%} of the specification fits"
            strength = self.worth.specification * share
            reasons.append(Reason(Signal.SPECIFICATION, strength, zh, en))
        alike = self.names.get(good.name, 0.0)
        if alike:
            zh, en = f"名称相似 {alike:.0%}", f"the names are alike by {alike:.0%}"
            reasons.append(Reason(Signal.NAME, self.worth.name * alike, zh, en))
        sure = 1 - prod(1 - reason.strength for reason in reasons)
        confidence = round(self.kind_confidence * sure, _DIGITS)
        return ProductCandidate(product, confidence, tuple(reasons))


class Shelf:
    """The products of one category, ready to be looked through again and again."""

    def __init__(self, products: Iterable[Listed], worth: Worth) -> None:
        self._worth = worth
        goods: dict[tuple[str, str], _Good] = {}
        self._of_maker: dict[int, list[tuple[_Good, Listed]]] = defaultdict(list)
        self._products: dict[int, tuple[_Good, Listed]] = {}
        self._makers: dict[str, set[int]] = defaultdict(set)
        for product in sorted(products, key=lambda p: (not p.is_valid, p.key)):
            key = (folded(product.name), folded(product.model or ""))
            good = goods.get(key) or goods.setdefault(key, _Good(*key))
            good.products.append(product)
            self._of_maker[product.company_id].append((good, product))
            self._products[product.id] = (good, product)
            for maker in (product.company, product.brand or ""):
                if len(maker) >= _SHORTEST_MAKER:
                    self._makers[folded(maker)].add(product.company_id)
        self._goods = list(goods.values())
        self._maker_terms = Terms(self._makers)
        self._called: dict[str, list[_Good]] = defaultdict(list)
        for good in self._goods:
            self._called[good.name].append(good)
        self._lengths = {name: len(pairs(name)) for name in self._called}
        self._pairs: dict[str, list[str]] = defaultdict(list)
        for name in self._called:
            for pair in pairs(name):
                self._pairs[pair].append(name)
        self._alike: dict[str, dict[str, float]] = {}
        self._with: dict[str, list[_Good]] = defaultdict(list)
        for good in self._goods:
            for word in good.words:
                self._with[word].append(good)
        self._rarity = {w: log(1 + len(self._goods) / len(g)) for w, g in self._with.items()}

    def candidates(self, wanted: Wanted, kind_confidence: float) -> list[ProductCandidate]:
        """Return the products that fit best; none is surer than its kind."""
        most, least = self._worth.most.products, self._worth.thresholds.show_product
        fit = _Fit(
            worth=self._worth.products,
            wanted=wanted,
            makers=wanted.makers | self._named_makers(wanted.text),
            names=self._names_alike(wanted.name),
            shares=self._shares(wanted.text),
            kind_confidence=kind_confidence,
        )
        chosen = {i: self._products[i] for i in wanted.certified if i in self._products}
        made = [pair for maker in fit.makers for pair in self._of_maker.get(maker, ())]
        for good, product in sorted(made, key=lambda p: (-fit.good(p[0]), *_order(p[1])))[:most]:
            chosen[product.id] = (good, product)
        # Products of one good fit equally well, so the first few of the best goods are enough.
        best = sorted(self._likely(fit), key=lambda g: (-fit.good(g), g.name, g.model))
        ranked = ((good, product) for good in best for product in good.products)
        for good, product in islice(ranked, most):
            chosen.setdefault(product.id, (good, product))
        found = [fit.candidate(good, product) for good, product in chosen.values()]
        found = [candidate for candidate in found if candidate.confidence >= least]
        return sorted(found, key=lambda c: (-c.confidence, *_order(c.product)))[:most]

    def _likely(self, fit: _Fit) -> list[_Good]:
        """Return the goods with the names most alike, and those that share a word."""
        most = self._worth.most.products
        named = sorted(fit.names, key=lambda name: (-fit.names[name], name))[:most]
        found = {id(good): good for name in named for good in self._called[name]}
        for word in tokens(fit.wanted.text):
            found |= {id(good): good for good in self._with.get(word, ())}
        return list(found.values())

    def _names_alike(self, name: str) -> dict[str, float]:
        """Return how much the names on the shelf that are like the line's are like it."""
        known = self._alike.get(name)
        if known is None:
            own = pairs(name)
            shared = Counter(other for pair in own for other in self._pairs.get(pair, ()))
            known = self._alike[name] = {
                other: 2 * count / (len(own) + self._lengths[other])
                for other, count in shared.items()
            }
        return known

    def _shares(self, text: str) -> dict[int, float]:
        """Return which share of the line's known words each good has, rare words before others."""
        words = [word for word in tokens(text) if word in self._with]
        total = sum(self._rarity[word] for word in words)
        shares: dict[int, float] = defaultdict(float)
        for word in words:
            part = self._rarity[word] / total
            for good in self._with[word]:
                shares[id(good)] += part
        return shares

    def _named_makers(self, text: str) -> frozenset[int]:
        """Return the companies whose name or brand the line says."""
        found = self._maker_terms.find(text)
        return frozenset(i for word, _ in found for i in self._makers[word])


def _order(product: Listed) -> tuple[bool, str]:
    return not product.is_valid, product.key
