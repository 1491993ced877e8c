"""The words of a reader's preferences."""

from __future__ import annotations

from api.web.i18n import zh

DISPLAY_WORDS = {
    "theme": {"system": zh("跟随系统"), "light": zh("浅色"), "dark": zh("深色")},
    "numbers": {"full": zh("写出每一位"), "short": zh("用万、亿")},
    "days": {"words": zh("用年月日写"), "digits": zh("只用数字")},
}
