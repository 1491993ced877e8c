"""Somebody is not let in, or may not be let in like that."""

from __future__ import annotations

from catalog.errors.base import CatalogError
from catalog.errors.not_found import NotFoundError


class AccountNotFoundError(NotFoundError):
    """No account has this login or key."""

    code = "account-not-found"
    zh = "没有账号“{key}”。"
    en = "There is no account “{key}”."


class OrganisationNotFoundError(NotFoundError):
    """No organisation has this key, or the actor may not know of it."""

    code = "organisation-not-found"
    zh = "没有编号为“{key}”的单位。"
    en = "There is no organisation “{key}”."


class MemberNotFoundError(NotFoundError):
    """The organisation has no such member, or no such invitation."""

    code = "member-not-found"
    zh = "这个单位没有这位成员或这份邀请（{key}）。"
    en = "The organisation has no such member or invitation ({key})."


class TokenNotFoundError(NotFoundError):
    """The organisation has no such API token."""

    code = "token-not-found"
    zh = "没有编号为“{key}”的接口令牌。"
    en = "There is no API token “{key}”."


class SignInFailedError(CatalogError):
    """The login, the password or the code is wrong; which of them is not told."""

    code = "sign-in-failed"
    zh = (
        "登录名、密码或动态验证码不对，或临时密码已过期。请检查后再试；"
        "忘了密码请找本单位的管理员或平台管理员重设。"
    )
    en = (
        "The login, the password or the code is wrong, or a one-time password has expired. Check "
        "them and try again; if the password is lost, ask the operator for a new one."
    )


class TooManyGuessesError(CatalogError):
    """Too much was guessed from here, or at this login by strangers."""

    code = "too-many-guesses"
    zh = (
        "错误的尝试太多，请 {minutes} 分钟后再试。若您以前在别的浏览器登录过这个账号，"
        "从那里登录不受影响；也可以请平台管理员重设密码。"
    )
    en = (
        "There were too many wrong tries. Try again in {minutes} minutes. A browser in which this "
        "account was signed in before is not held up; or ask the operator for a new password."
    )


class PasswordRefusedError(CatalogError):
    """The password is not good enough."""

    code = "password-refused"
    zh = "这个密码不能用：{reason_zh}。"
    en = "That password can't be used: {reason_en}."


class AccountRefusedError(CatalogError):
    """An account or its second factor cannot be set like that."""

    code = "account-refused"
    zh = "不能这样设置账号：{reason_zh}。"
    en = "The account can't be set like that: {reason_en}."


class RegistrationRefusedError(CatalogError):
    """An organisation cannot be registered like that."""

    code = "registration-refused"
    zh = "不能登记：{reason_zh}。"
    en = "That can't be registered: {reason_en}."


class RegistrationJudgedError(CatalogError):
    """A registration was proved or refused already."""

    code = "registration-judged"
    zh = "“{name}”的登记已经处理过了（{state}），请刷新后再看。"
    en = "The registration of “{name}” was judged already ({state}). Load the page again."


class MembershipRefusedError(CatalogError):
    """A person cannot be let in, or out, like that."""

    code = "membership-refused"
    zh = "不能这样改成员：{reason_zh}。"
    en = "Members can't be changed like that: {reason_en}."


class TokenRefusedError(CatalogError):
    """An API token cannot be made like that."""

    code = "token-refused"
    zh = "不能这样生成令牌：{reason_zh}。"
    en = "A token can't be made like that: {reason_en}."
