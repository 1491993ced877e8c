"""What a line of a bill or a delivery is: its kind and place of use, how sure, and why.

Evidence comes from signals that know nothing of each other, and is put together so that more of it
never makes an answer less sure: 1 - (1 - a)(1 - b)…. What speaks against an answer is a doubt: it
does not lower the figure but lets a person be asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from math import prod

from catalog.rules.matching_answers import (
    Candidate,
    Doubt,
    Known,
    Line,
    Match,
    Reason,
    Signal,
    Standing,
)
from catalog.rules.matching_text import Terms, ends_name, folded, head_end
from catalog.rules.matching_words import NOT_MATERIAL, Says, Vocabulary

_DIGITS = 4
_MOST_ALIKE = 4


NOTHING_KNOWN = Known()
_Evidence = dict[str, dict[Signal, Reason]]


def match_line(
    line: Line, vocabulary: Vocabulary, catalogue: CatalogueNames, known: Known = NOTHING_KNOWN
) -> Match:
    """Return what the line may be.

    What a person decided for its words comes first, then what it states itself; both are sure.
    """
    evidence = _kinds(line, vocabulary, catalogue, known)
    worth = vocabulary.worth
    found = [c for c in _candidates(evidence) if c.confidence >= worth.thresholds.show]
    decision = known.decision
    chosen = _chosen(known)
    if chosen is not None:
        found = [chosen, *(c for c in found if c.key != chosen.key)]
    places = _candidates(_places(line, vocabulary, found[0].key if found else None))
    place = next((c for c in places if c.confidence >= worth.thresholds.place), None)
    if decision is not None and decision.place is not None:
        place = Candidate(decision.place, 1.0, (decision.reason(),))
    doubts = () if chosen is not None else _doubts(line, vocabulary, found)
    standing = Standing.PROPOSED
    if decision is not None:
        standing = Standing.DECIDED
    elif not found:
        standing = Standing.UNKNOWN
    elif doubts:
        standing = Standing.ASKED
    return Match(
        standing=standing, doubts=doubts, kinds=tuple(found[: worth.most.kinds]), place=place
    )


def _chosen(known: Known) -> Candidate | None:
    """Return the answer that needs no evidence, if there is one."""
    if known.decision is not None:
        return Candidate(known.decision.outcome, 1.0, (known.decision.reason(),))
    if known.stated is not None:
        said = Reason(Signal.STATED, 1, "原文件写明的类别", "the file itself states it")
        return Candidate(known.stated, 1.0, (said,))
    return None


class CatalogueNames:
    """What products of the catalogue are called, and in which categories."""

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        self.words: dict[str, set[str]] = defaultdict(set)
        for name, category in names:
            self.words[folded(name)].add(category)
        self.terms = Terms(self.words)


def _candidates(evidence: _Evidence) -> list[Candidate]:
    """Put the evidence for each answer together; the surest comes first."""
    found = [
        Candidate(
            key,
            round(1 - prod(1 - reason.strength for reason in by_signal.values()), _DIGITS),
            tuple(sorted(by_signal.values(), key=lambda r: (-r.strength, r.signal))),
        )
        for key, by_signal in evidence.items()
    ]
    return sorted(found, key=lambda c: (-c.confidence, c.key))


def _note(evidence: _Evidence, key: str, reason: Reason) -> None:
    """Keep the strongest reason of each signal."""
    held = evidence[key].get(reason.signal)
    if held is None or (reason.strength, held.zh) > (held.strength, reason.zh):
        evidence[key][reason.signal] = reason


def _kinds(
    line: Line, vocabulary: Vocabulary, catalogue: CatalogueNames, known: Known
) -> _Evidence:
    evidence: _Evidence = defaultdict(dict)
    factors = vocabulary.worth.factors
    for prefix, code in vocabulary.code(line.item_code or ""):
        if code.outcome is not None:
            zh, en = f"项目编码 {prefix} 属“{code.name_zh}”", f"item code {prefix}: {code.name_en}"
            _note(evidence, code.outcome, Reason(Signal.CODE, code.strength, zh, en))
            break
    name, details = folded(line.name), folded(line.specification or "")
    _read_name(evidence, name, vocabulary)
    _read_details(evidence, details, vocabulary)
    _read_patterns(evidence, (name, details), vocabulary)
    _read_catalogue(evidence, name, vocabulary, catalogue)
    unit = vocabulary.sign(line.unit)
    if vocabulary.is_not_material(line.unit):
        zh, en = f"计量单位“{unit}”不用于材料", f"the unit “{unit}” counts no material"
        _note(evidence, NOT_MATERIAL, Reason(Signal.UNIT, vocabulary.worth.strengths.sure, zh, en))
    for kind, share in known.supplier_kinds.items():
        zh = f"供应单位的产品有 {share:.0%} 属此类"
        en = f"{share:.0%} of the supplier's goods are of this kind"
        _note(evidence, kind, Reason(Signal.SUPPLIER, share * factors.supplier, zh, en))
    for number, kind in known.certified.items():
        zh, en = f"证书 {number} 的产品属此类", f"certificate {number} is for goods of this kind"
        strength = vocabulary.worth.products.certificate
        _note(evidence, kind, Reason(Signal.CERTIFICATE, strength, zh, en))
    for kind, by_signal in evidence.items():
        if Signal.UNIT not in by_signal and vocabulary.fits(kind, line.unit):
            zh, en = f"计量单位“{unit}”常用于此类", f"the unit “{unit}” is usual for it"
            by_signal[Signal.UNIT] = Reason(Signal.UNIT, vocabulary.worth.strengths.faint, zh, en)
    return evidence


def _read_name(evidence: _Evidence, name: str, vocabulary: Vocabulary) -> None:
    factors, head = vocabulary.worth.factors, head_end(name)
    clear = 0.0
    for word, end in vocabulary.terms.find(name):
        factor = 1.0 if ends_name(name, end, head) else factors.inside
        for says in vocabulary.words[word]:
            strength = says.strength * factor
            clear = max(clear, strength)
            _note(evidence, says.outcome, _said(Signal.NAME, word, says, strength))
    if clear >= vocabulary.worth.strengths.likely * factors.inside:
        return
    for word, likeness in vocabulary.terms.alike(name, factors.least_alike)[:_MOST_ALIKE]:
        for says in vocabulary.words[word]:
            strength = says.strength * likeness * factors.similar
            zh, en = f"名称近似“{word}”", f"the name is like “{word}”"
            _note(evidence, says.outcome, Reason(Signal.NAME, strength, zh, en))


def _said(signal: Signal, word: str, says: Says, strength: float) -> Reason:
    where_zh, where_en = ("名称", "name") if signal is Signal.NAME else ("规格", "specification")
    zh, en = f"{where_zh}含“{word}”", f"the {where_en} says “{word}”"
    if says.means is not None:
        zh, en = f"{zh}，即“{says.means}”", f"{en}, which means “{says.means}”"
    return Reason(signal, strength, zh, en)


def _read_details(evidence: _Evidence, details: str, vocabulary: Vocabulary) -> None:
    factor = vocabulary.worth.factors.in_specification
    for word, _ in vocabulary.terms.find(details):
        for says in vocabulary.words[word]:
            reason = _said(Signal.DETAILS, word, says, says.strength * factor)
            _note(evidence, says.outcome, reason)


def _read_patterns(evidence: _Evidence, texts: tuple[str, str], vocabulary: Vocabulary) -> None:
    for pattern in vocabulary.patterns:
        for text in texts:
            found = pattern.regex.search(text)
            if found is None:
                continue
            zh = f"“{found.group()}”是{pattern.name_zh}"
            en = f"“{found.group()}” is {pattern.name_en}"
            for kind, strength in pattern.kinds.items():
                _note(evidence, kind, Reason(Signal.SPECIFICATION, strength, zh, en))


def _read_catalogue(
    evidence: _Evidence, name: str, vocabulary: Vocabulary, catalogue: CatalogueNames
) -> None:
    factors, ranks = vocabulary.worth.factors, vocabulary.worth.strengths
    head = head_end(name)
    for word, end in catalogue.terms.find(name):
        strength = ranks.likely * factors.catalogue
        if not ends_name(name, end, head):
            strength *= factors.inside
        zh, en = f"名录中有产品名为“{word}”", f"products of the catalogue are called “{word}”"
        for kind in catalogue.words[word]:
            _note(evidence, kind, Reason(Signal.CATALOGUE, strength, zh, en))


def _places(line: Line, vocabulary: Vocabulary, kind: str | None) -> _Evidence:
    evidence: _Evidence = defaultdict(dict)
    worth = vocabulary.worth
    for prefix, code in vocabulary.code(line.item_code or ""):
        if code.place is not None:
            zh, en = f"项目编码 {prefix} 属“{code.name_zh}”", f"item code {prefix}: {code.name_en}"
            _note(evidence, code.place, Reason(Signal.CODE, code.strength, zh, en))
            break
    for signal, text, factor in (
        (Signal.NAME, folded(line.name), 1.0),
        (Signal.DETAILS, folded(line.specification or ""), worth.factors.in_specification),
    ):
        for word, _ in vocabulary.place_terms.find(text):
            for says in vocabulary.place_words[word]:
                reason = _said(signal, word, says, says.strength * factor)
                _note(evidence, says.outcome, reason)
    usual = vocabulary.usual_places.get(kind or "")
    if usual is not None:
        zh, en = "此类材料通常用于此部位", "goods of this kind usually go here"
        _note(evidence, usual, Reason(Signal.USUAL, worth.strengths.hint, zh, en))
    return evidence


def _doubts(line: Line, vocabulary: Vocabulary, found: list[Candidate]) -> tuple[Doubt, ...]:
    if not found:
        return ()
    limits, doubts = vocabulary.worth.thresholds, []
    if found[0].confidence < limits.propose:
        doubts.append(Doubt.WEAK)
    if len(found) > 1 and found[0].confidence - found[1].confidence < limits.lead:
        doubts.append(Doubt.CLOSE)
    if vocabulary.fits(found[0].key, line.unit) is False:
        doubts.append(Doubt.UNIT)
    return tuple(doubts)
