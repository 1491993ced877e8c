"""A person who walks through the pages, counted: clicks, keys, pages, and what the machine takes.

How long a practised person takes is estimated by the keystroke-level model of Card, Moran and
Newell (1980); a new one also looks around on every page that comes. Nobody was timed.
"""

from __future__ import annotations

import time
from pathlib import Path

from playwright.sync_api import Locator, Page

KEY_S, POINT_S, PRESS_S, HOME_S, THINK_S = 0.28, 1.1, 0.2, 0.4, 1.35
LOOK_AROUND_S = 5.0  # Ours: the time in which a new user finds the next step on a page.
KEYS_OF_A_HAN_CHARACTER = 3  # Pinyin typed in part, and the choice.


class Walk:
    """One journey in one page; each step is a thing that a person does, and is counted."""

    def __init__(self, page: Page, pictures: Path | None = None) -> None:
        self.page = page
        self.pictures = pictures
        self.steps = self.clicks = self.keys = self.pages = 0
        self.machine_s = self.practised_s = 0.0
        self._hand_is_on_keys = False

    @property
    def new_user_s(self) -> float:
        """The estimate for somebody who sees every page for the first time, in seconds."""
        return self.practised_s + self.machine_s + self.pages * LOOK_AROUND_S

    def click(self, what: Locator) -> None:
        """Point at something and press; wait for what comes."""
        self._hand(on_keys=False)
        self.clicks += 1
        self.practised_s += THINK_S + POINT_S + PRESS_S
        before, start = self.page.url, time.perf_counter()
        what.click()
        self._settled(before, start)

    def write(self, where: Locator, text: str) -> None:
        """Click into a field and type."""
        self._hand(on_keys=False)
        self.clicks += 1
        self.practised_s += THINK_S + POINT_S + PRESS_S
        self._hand(on_keys=True)
        keys = sum(KEYS_OF_A_HAN_CHARACTER if "\u4e00" <= c <= "\u9fff" else 1 for c in text)
        self.keys += keys
        self.practised_s += keys * KEY_S
        where.fill(text)
        self._pictured()

    def choose(self, where: Locator, value: str) -> None:
        """Open a list and take one of it."""
        self._hand(on_keys=False)
        self.clicks += 2
        self.practised_s += THINK_S + 2 * (POINT_S + PRESS_S)
        where.select_option(value)
        self._pictured()

    def attach(self, where: Locator, *files: Path) -> None:
        """Choose files in the dialog of the browser."""
        self._hand(on_keys=False)
        self.clicks += 3
        self.practised_s += THINK_S + 3 * (POINT_S + PRESS_S)
        before, start = self.page.url, time.perf_counter()
        where.set_input_files(list(files))
        self._settled(before, start)

    def press(self, key: str) -> None:
        """Press one key; wait for what comes."""
        self._hand(on_keys=True)
        self.keys += 1
        self.practised_s += KEY_S
        before, start = self.page.url, time.perf_counter()
        self.page.keyboard.press(key)
        self._settled(before, start)

    def back(self) -> None:
        """Press the browser's own way back."""
        self._hand(on_keys=False)
        self.clicks += 1
        self.practised_s += POINT_S + PRESS_S
        before, start = self.page.url, time.perf_counter()
        self.page.go_back()
        self._settled(before, start)

    def _hand(self, *, on_keys: bool) -> None:
        if on_keys != self._hand_is_on_keys:
            self.practised_s += HOME_S
            self._hand_is_on_keys = on_keys

    def _settled(self, before: str, start: float) -> None:
        self.page.wait_for_load_state()
        self.machine_s += time.perf_counter() - start
        if self.page.url.split("#")[0] != before.split("#", maxsplit=1)[0]:
            self.pages += 1
        self._pictured()

    def _pictured(self) -> None:
        self.steps += 1
        if self.pictures is not None:
            self.page.screenshot(path=self.pictures / f"{self.steps:02}.png", full_page=True)
