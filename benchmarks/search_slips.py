"""Slips of the finger and of the eye."""

from __future__ import annotations

from random import Random

LOOKS_LIKE = {"0": "O", "1": "l", "5": "S", "8": "B", "2": "Z"}

# Characters taken for one another because they look alike.
_ALIKE = (
    "未末 土士 料科 板扳 防妨 墙樯 砂沙 胶绞 材村 处外 隔膈 热执 粉纷 瓷资 砖转 铝铅 塑朔 卷券 泡炮"
    " 钢纲 网冈 管菅 漆膝 玻坡 璃漓 密蜜 封卦 陶淘 石右 膏高 混棍 凝疑 浆桨 结结 构沟 节芦 幕慕"
)
SHAPES = {pair[0]: pair[1] for pair in _ALIKE.split() if pair[0] != pair[1]}


def slip(text: str, draw: Random) -> str:
    """Return the text with one letter or digit wrong, missing, doubled or swapped."""
    places = [at for at, sign in enumerate(text) if sign.isascii() and sign.isalnum()]
    at = draw.choice(places[1:])
    sign = text[at]
    match draw.randrange(5):
        case 0:
            wrong = draw.choice("0123456789" if sign.isdigit() else "abcdefghijklmnoprstuvwxyz")
            return text[:at] + wrong + text[at + 1 :]
        case 1:
            return text[:at] + text[at + 1 :]
        case 2:
            return text[:at] + sign + text[at:]
        case 3:
            return text[: at - 1] + sign + text[at - 1] + text[at + 1 :]
        case _:
            return text[:at] + LOOKS_LIKE.get(sign, sign) + text[at + 1 :]
