"""Who may do what to whose things: the whole table, written down a second time by hand."""

from __future__ import annotations

from itertools import product

import pytest

from catalog.errors import PermissionDeniedError
from catalog.permissions import Action, Actor, Rank, Role, Thing, ensure, grantable, may

# Columns: anyone, visitor, manufacturer, owner, certification body, division's bureau, Corps
# bureau, operator. A cell says whose things: own, those of the own division, all, or none (-).
# The last column is the lowest rank of a member: reader, clerk, administrator.
TABLE = """
import                - - - own - - all all           clerk
undo-import           - - - own - - all all           clerk
calculate             - - - own - - all all           clerk
publish-rules         - - - - - - all all             clerk
keep-searches         - own own own own own all all   reader
link-epds             - - - - - - all all             clerk
decide-conflicts      - - - - - - all all             clerk
choose-rules          - - - - - - all all             clerk
publish-figures       - - - - - - all all             clerk
see-cases             - - own - own division all all  reader
apply                 - - own - own - - -             clerk
review-cases          - - - - - division - -          clerk
rereview-cases        - - - - - - all -               clerk
record-objections     - - - - - division all -        clerk
record-inspections    - - - - - division all all      clerk
send-notices          - - - - - - all all             clerk
suspend-adoptions     - - - - - - all -               clerk
remove-adoptions      - - - - - - all -               clerk
keep-panel            - - - - - - all all             clerk
draw-experts          - - - - - - all -               clerk
upload-evidence       - - own own own own all all     clerk
see-evidence          - - own own own division all all reader
publish-evidence      - - own own own division all -  clerk
publish-editions      - - - - - - all -               clerk
set-score-policy      - - - own - - all all           clerk
see-findings          - - - - - division all all      reader
judge-findings        - - - - - division all -        clerk
sign-records          - - - - - - all all             clerk
read-notices          - - own own own own all all     reader
keep-webhooks         - - own own own own all all     administrator
read-audit            - - - - - division all all      reader
prove-organisations   - - - - - division all all      clerk
keep-members          - - own own own own all all     administrator
keep-tokens           - - own own own own all all     administrator
keep-accounts         - - - - - - - all               clerk
register              own own own own own own all all reader
keep-own-account      own own own own own own all all reader
see-submissions       - - own - - division all all  reader
submit-products       - - own - - - - -             clerk
prove-products        - - - - - division all -        clerk
run-system            - - - - - - - all             clerk
see-reports           - - - - - division all -        reader
file-report           - - - - - division all -        clerk
sign-report           - - - - - division all -        administrator
accept-report         - - - - - - all -               clerk
keep-targets          - - - - - division all -        clerk
name-demonstrations   - - - - - - all -               clerk
"""
ROLES = list(Role)
ROWS = {line.split()[0]: line.split()[1:] for line in TABLE.strip().splitlines()}
OWN = Thing(organisation="mine", division="08")
NEIGHBOURS = Thing(organisation="theirs", division="08")
AFAR = Thing(organisation="theirs", division="03")
NOBODYS = Thing()
REACHED = {
    "-": set(),
    "own": {OWN},
    "division": {OWN, NEIGHBOURS},
    "all": {OWN, NEIGHBOURS, AFAR, NOBODYS},
}


def an_actor(role: Role, rank: Rank, scopes: frozenset[Action] | None = None) -> Actor:
    return Actor(name="x", role=role, organisation="mine", division="08", rank=rank, scopes=scopes)


def test_the_table_names_every_action_and_every_role() -> None:
    assert set(ROWS) == {action.value for action in Action}
    assert {len(row) for row in ROWS.values()} == {len(ROLES) + 1}


@pytest.mark.parametrize("action", [action.value for action in Action])
def test_each_role_and_rank_may_what_the_table_says(action: str) -> None:
    *cells, lowest = ROWS[action]
    for (role, cell), rank in product(zip(ROLES, cells, strict=True), Rank):
        actor = an_actor(role, rank)
        reached = REACHED[cell] if rank >= Rank[lowest.upper()] else set()
        for thing in (OWN, NEIGHBOURS, AFAR, NOBODYS):
            assert may(actor, Action(action), thing) == (thing in reached), (role, rank, thing)
        assert may(actor, Action(action)) == bool(reached), (role, rank)


def test_a_stranger_to_every_division_reaches_no_thing_without_one() -> None:
    lost = Actor(name="x", role=Role.DIVISION_BUREAU, organisation=None, division=None)
    for thing in (NOBODYS, AFAR, Thing(organisation="mine")):
        assert not may(lost, Action.SEE_CASES, thing)


@pytest.mark.parametrize("role", ROLES)
def test_a_token_may_only_what_it_was_made_for(role: Role) -> None:
    person = an_actor(role, Rank.ADMINISTRATOR)
    for scope in Action:
        program = an_actor(role, Rank.ADMINISTRATOR, frozenset({scope}))
        for action in Action:
            allowed = action is scope and action in grantable(person)
            assert may(program, action, OWN) == (allowed and may(person, action, OWN))


def test_no_token_is_for_what_only_people_do() -> None:
    everything = an_actor(Role.OPERATOR, Rank.ADMINISTRATOR, frozenset(Action))
    for action in (Action.KEEP_TOKENS, Action.KEEP_MEMBERS, Action.KEEP_ACCOUNTS):
        assert action not in grantable(everything)
        with pytest.raises(PermissionDeniedError) as refusal:
            ensure(everything, action)
        assert action.value in refusal.value.text("zh")
