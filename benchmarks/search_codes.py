"""Questions of letters and digits: certificate numbers, models, standards."""

from __future__ import annotations

from benchmarks.search_pieces import Draft, Pieces, codes_of
from benchmarks.search_slips import slip
from benchmarks.search_truth import chinese_runs, squeeze
from search.documents import ProductDocument


class Codes:
    """Makes them of one data set; None where this product does not lend itself."""

    def __init__(self, pieces: Pieces) -> None:
        self._pieces = pieces

    def certificate_part(self, product: ProductDocument) -> Draft | None:
        """A part of a certificate number; a serial without its noughts means that serial."""
        if not product.certificate_numbers:
            return None
        number = self._pieces.draw.choice(product.certificate_numbers)
        digits = "".join(sign if sign.isdigit() else " " for sign in number).split()
        serial = max(digits, key=len)
        middle = len(number) // 2
        match self._pieces.draw.randrange(5):
            case 0:
                part = serial
            case 1:
                part = serial.lstrip("0")
                if digits[-1] != serial or len(part) < 3:
                    return None
                return Draft(part, number, self._pieces.truth.with_serial(part))
            case 2:
                part = number[number.index(digits[self._pieces.draw.randrange(len(digits))]) :]
            case 3:
                part = number[
                    : number.rindex(serial) + len(serial) - self._pieces.draw.randint(1, 2)
                ]
            case _:
                part = number[middle:]
        if len(squeeze(part)) < 5 or not any(map(str.isdigit, part)):
            return None
        return Draft(part, number, self._pieces.truth.numbered(part))

    def certificate_slip(self, product: ProductDocument) -> Draft | None:
        """A certificate number with one slip; all numbers one slip away are right."""
        if not product.certificate_numbers:
            return None
        number = self._pieces.draw.choice(product.certificate_numbers)
        typed = slip(number, self._pieces.draw)
        if squeeze(typed) == squeeze(number) or self._pieces.truth.numbered(typed):
            return None
        return Draft(typed, number, self._pieces.truth.one_slip_from(typed))

    def specification(self, product: ProductDocument) -> Draft | None:
        """A model or a word of it, with other signs, other spelling of units, or none between."""
        tokens = codes_of(product.model)
        if not tokens:
            return None
        token = self._pieces.draw.choice(tokens)
        match self._pieces.draw.randrange(4):
            case 0:
                return Draft(
                    product.model or "", product.model or "",
                    self._pieces.truth.having_all((product.model or "").split()),
                ) if all(map(squeeze, (product.model or "").split())) else None  # fmt: skip
            case 1:
                typed = token.replace("×", self._pieces.draw.choice(["x", "*", "X"]))
            case 2:
                typed = token.lower().replace("-", "").replace("/", "")
            case _:
                typed = token.replace("mm", self._pieces.draw.choice([" mm", "毫米", "MM"]))
        return Draft(typed, token, self._pieces.truth.having(token))

    def standard(self, product: ProductDocument) -> Draft | None:
        """A standard in one of its spellings, or only its number."""
        if not product.standards:
            return None
        standard = self._pieces.draw.choice(product.standards)
        number = standard.split()[-1]
        typed, meant = self._pieces.draw.choice(
            [
                (standard, standard),
                (standard.lower(), standard),
                (standard.replace(" ", ""), standard),
                (standard.replace(" ", "").replace("/", ""), standard),
                (standard.replace("-", "—"), standard),
                (standard.rsplit("-", 1)[0], standard.rsplit("-", 1)[0]),
                (number, number),
                (number.rsplit("-", 1)[0], number.rsplit("-", 1)[0]),
            ]
        )
        relevant = self._pieces.truth.having_all(meant.split())
        if typed.isdigit():  # The same number may be a certificate's.
            relevant |= self._pieces.truth.with_serial(typed)
        return Draft(typed, meant, relevant)

    def full_width(self, product: ProductDocument) -> Draft | None:
        """A code in full-width signs."""
        draft = self._pieces.draw.choice(
            [self.specification, self.standard, self.certificate_part, self.mixed]
        )(product)
        if draft is None:
            return None
        wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in draft.typed)
        return Draft(wide, draft.original, draft.relevant)

    def mixed(self, product: ProductDocument) -> Draft | None:
        """A Chinese word and a code."""
        tokens = codes_of(product.model)
        names = [run for run in chinese_runs(product.name) if len(run) > 1]
        if not tokens or not names:
            return None
        name, size = self._pieces.draw.choice(names), self._pieces.draw.randint(2, 4)
        words = [self._pieces.draw.choice([name[:size], name[-size:], product.brand or name[:2]])]
        token = self._pieces.draw.choice(tokens)
        words.insert(self._pieces.coin(3), token)
        between = " " if chinese_runs(token) or self._pieces.coin(2) else ""
        return Draft(between.join(words), " ".join(words), self._pieces.truth.having_all(words))
