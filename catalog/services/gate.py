"""What the doors know people by: how passwords are kept, what they must be, what lasts how long."""

from __future__ import annotations

import datetime as dt

import msgspec

from catalog.errors import PasswordRefusedError
from catalog.passwords import Passwords
from catalog.permissions import Actor, Rank, Role, acting_for
from catalog.rules.credentials import PasswordPolicy, PasswordProblem, password_problem
from catalog.rules.guessing import GuessLimits
from catalog.rules.terms import OrganisationState
from catalog.sealing import Sealer
from catalog.views.accounts import AccountView, MembershipView

_PROBLEMS = {
    PasswordProblem.SHORT: ("至少要有 {n} 个字符", "it needs {n} characters or more"),
    PasswordProblem.LONG: ("最多 {n} 个字符", "it may have {n} characters at most"),
    PasswordProblem.COMMON: ("它是最常被猜中的密码之一", "it is among those guessed first"),
    PasswordProblem.MONOTONOUS: ("它只是重复或顺序排列", "it only repeats or counts"),
    PasswordProblem.OWN_NAME: (
        "除了您的姓名、邮箱或单位，它几乎没有别的内容",
        "there is little in it but your name, address or organisation",
    ),
}


class Gate(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that letting people in depends on.

    A browser that is not used for ``idle`` is signed out, and after ``lasting`` in any case; it is
    known for ``device_lasting``. A password set by somebody else is good for ``reset_lasting``, an
    invitation for ``invitation_lasting``, a token for ``longest_token`` at most.
    """

    passwords: Passwords
    policy: PasswordPolicy
    limits: GuessLimits
    sealer: Sealer
    idle: dt.timedelta = dt.timedelta(minutes=30)
    lasting: dt.timedelta = dt.timedelta(hours=12)
    device_lasting: dt.timedelta = dt.timedelta(days=180)
    reset_lasting: dt.timedelta = dt.timedelta(days=3)
    invitation_lasting: dt.timedelta = dt.timedelta(days=7)
    longest_token: dt.timedelta = dt.timedelta(days=366)

    def hash_new(self, password: str, *own_words: str) -> str:
        """Return the hash of a password that is good enough; slow on purpose.

        Raises:
            PasswordRefusedError: It is not; the error says why.
        """
        problem = password_problem(password, self.policy, own_words)
        if problem is None:
            return self.passwords.hash(password)
        zh, en = _PROBLEMS[problem]
        n = self.policy.longest if problem is PasswordProblem.LONG else self.policy.shortest
        raise PasswordRefusedError(reason_zh=zh.format(n=n), reason_en=en.format(n=n))


def actor_for(account: AccountView, acting: MembershipView | None) -> Actor:
    """Return what an account may do for an organisation.

    Without one, or before a bureau has proved that the organisation is who it says it is, it may do
    what anyone may; so it may who must first change a password that somebody else knows.
    """
    role = Role.ANYONE
    if (
        acting is not None
        and acting.state is OrganisationState.PROVED
        and not account.must_change_password
    ):
        role = acting.role
    return Actor(
        name=acting_for(account.name, acting.organisation_name) if acting else account.name,
        role=role,
        account=account.key,
        organisation=acting.organisation if acting else None,
        division=acting.division if acting else None,
        rank=Rank(acting.rank) if acting else Rank.READER,
    )
