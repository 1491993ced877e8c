"""Columns of tables that are not ours: proposed, shown, confirmed, remembered for their sender."""

from importers.mapping.memory import propose_for, remember
from importers.mapping.propose import Confirmed, Proposal, propose

__all__ = ["Confirmed", "Proposal", "propose", "propose_for", "remember"]
