"""Logins, passwords and one-time codes are told good from bad."""

from __future__ import annotations

import datetime as dt

import pyotp
import pytest

from catalog.rules.credentials import (
    PasswordProblem,
    code_step,
    hashed,
    is_login,
    normal_login,
    normal_recovery_code,
    password_problem,
    shown_recovery_code,
)
from catalog.rules.lookalikes import folded_name
from seed_data.accounts import password_policy

NOW = dt.datetime(2026, 6, 1, 8, 0, 15, tzinfo=dt.UTC)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
MAKER = pyotp.TOTP(SECRET)


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("elevensigns", PasswordProblem.SHORT),
        ("x" * 201, PasswordProblem.LONG),
        ("Password1234", PasswordProblem.COMMON),
        ("aaaaaaaaaaaaaa", PasswordProblem.MONOTONOUS),
        ("abcabcabcabcab", PasswordProblem.MONOTONOUS),
        ("abcdefghijklmn", PasswordProblem.MONOTONOUS),
        ("zhang.san@x.cn1", PasswordProblem.OWN_NAME),
        ("绿洲混凝土有限公司二〇二六", PasswordProblem.OWN_NAME),
        ("three green hills", None),
        ("zhang.san has seven goats", None),
        ("一行白鹭上青天 两个黄鹂", None),
    ],
)
def test_a_password_is_long_and_not_what_is_guessed_first(
    password: str, problem: PasswordProblem | None
) -> None:
    own = ("zhang.san@x.cn", "绿洲混凝土有限公司")
    assert password_problem(password, password_policy(), own) is problem


@pytest.mark.parametrize("text", [" Ａda@Example.ORG ", "ada@example.org"])
def test_one_login_has_one_form(text: str) -> None:
    assert normal_login(text) == "ada@example.org" and is_login(normal_login(text))


@pytest.mark.parametrize(
    "text", ["", "ada", "ada@", "@x.cn", "a b@x.cn", "a@x", "a\x00@x.cn", "a@b@c.cn"]
)
def test_refuses_what_is_no_address(text: str) -> None:
    assert not is_login(text)


def test_a_code_counts_once_and_a_clock_may_be_half_a_minute_off() -> None:
    step = code_step(SECRET, MAKER.at(NOW), NOW, last_step=None)
    assert step is not None
    assert code_step(SECRET, MAKER.at(NOW), NOW, last_step=step) is None
    for seconds, passes in ((-30, True), (30, True), (-61, False), (60, False)):
        code = MAKER.at(NOW + dt.timedelta(seconds=seconds))
        assert (code_step(SECRET, code, NOW, last_step=None) is not None) == passes, seconds


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６"])
def test_what_is_no_code_is_refused(code: str) -> None:
    assert code_step(SECRET, code, NOW, last_step=None) is None


def test_a_recovery_code_is_the_same_however_it_is_typed() -> None:
    shown = shown_recovery_code("ABCDEFGHIJKLMNOP")
    assert shown == "ABCD-EFGH-IJKL-MNOP"
    assert normal_recovery_code(f" {shown.lower()} ") == "ABCDEFGHIJKLMNOP"
    assert hashed("a") != hashed("b") and hashed("a") != "a"


@pytest.mark.parametrize(
    "other",
    [
        "绿洲混凝土有限责任公司",
        "绿 洲 混凝土有限公司",
        "綠洲混凝土有限公司",
        "绿州混凝土有限公司",
        "绿洲混凝土（公司）",
    ],
)
def test_names_that_look_alike_are_found_alike(other: str) -> None:
    assert folded_name(other) == folded_name("绿洲混凝土有限公司")


def test_other_names_are_other_names() -> None:
    assert folded_name("绿洲砂浆有限公司") != folded_name("绿洲混凝土有限公司")
    assert folded_name("Lucai") == folded_name("ＬUCАI") and folded_name("公司")
