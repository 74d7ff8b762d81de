"""How a database would find what a statement asks for, and what of it is read whole."""

from __future__ import annotations

import re

from sqlalchemy import Connection

from storage.db import Database
from tests.storage.hearing import Asked

LARGE = frozenset(
    {
        *("account", "asked", "delivery", "digest", "form", "member", "message", "message_preference", "occurrence", "opportunity"),
        *("opportunity_report", "opportunity_response", "outbox", "outcome", "outreach", "profile", "request", "schedule"),
        *("skill_posting", "skill_subject", "participation", "exclusion", "round", "round_member", "meeting", "meeting_member"),
        *("expectation", "expectation_asked", "value_gap"),
        *("programme", "programme_choice", "icebreaker", "icebreaker_answer", "icebreaker_prompt", "icebreaker_retired"),
        *("voice", "voice_word"),
        *("checkin_answer", "checkin_campaign", "checkin_reader", "checkin_receipt", "checkin_sending", "checkin_tally"),
        *("circle", "circle_peer", "circle_week", "circle_answer", "attention", "attention_act"),
    }
)
NARROW = frozenset({"expectation", "expectation_asked", "value_gap"})
"""Rows of a few bytes: PostgreSQL rightly reads their few pages whole. SQLite’s plans tell whether an index is there."""


async def plan_of(store: Database, asked: Asked) -> str:
    def explain(connection: Connection) -> str:
        how = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
        found = connection.exec_driver_sql(f"{how} {asked.statement}", asked.parameters)
        return "\n".join(str(row[-1]) for row in found)

    async with store.unit() as unit:
        return await unit.connection.run_sync(explain)


def read_whole(plan: str) -> set[str]:
    """Return the large tables that a plan reads from end to end.

    `ix_outbox_due` and `ix_outbox_lane` hold what is open only; `ix_occurrence_not_taken` the few that were missed.
    """
    found = re.findall(r"\bSCAN (\w+)(?! USING INDEX (?:ix_outbox_due|ix_outbox_lane|ix_occurrence_not_taken))\b", plan)
    found += [name for name in re.findall(r"Seq Scan on (\w+)", plan) if re.sub(r"_\d+$", "", name) not in NARROW]
    return {re.sub(r"_\d+$", "", name) for name in found} & LARGE
