"""Every table of this version, for the migrations: one line for each module of `storage` that has tables."""

# They are imported for their tables only.
# pyright: reportUnusedImport=false

from sqlalchemy import Table, event, text

import storage.asked
import storage.attention
import storage.checkin_answers
import storage.checkin_totals
import storage.checkins
import storage.circle_merges
import storage.circle_seeking
import storage.circle_weeks
import storage.circles
import storage.communities
import storage.departures
import storage.expectations
import storage.forms
import storage.gaps
import storage.icebreaker_answers
import storage.icebreakers
import storage.keys
import storage.meetings
import storage.opportunities
import storage.opportunity_responses
import storage.opportunity_settings
import storage.outbox
import storage.outcomes
import storage.outreach
import storage.pace
import storage.participation
import storage.people
import storage.profiles
import storage.programmes
import storage.proposals
import storage.reindexing
import storage.relay
import storage.repeats
import storage.requests
import storage.rounds
import storage.schedules
import storage.skill_index
import storage.stoppages
import storage.thanks
import storage.value_totals
import storage.voice  # noqa: F401 - imported for its tables
from storage.base import Base

metadata = Base.metadata

for _table in metadata.tables.values():
    for _index in _table.indexes:
        # Tables say it for SQLite alone: saying it for PostgreSQL loads PostgreSQL's dialect, 30 ms and 4 MiB of every start.
        _condition = _index.dialect_options["sqlite"]["where"]
        _index.dialect_options["postgresql"]["where"] = text("first") if str(_condition) == "first = 1" else _condition


@event.listens_for(Table, "before_create")
def never_give_an_id_twice(table: Table, *_connection: object, **_options: object) -> None:
    """Let SQLite count on, as PostgreSQL does: buttons name rows by id, also long after a row is gone."""
    table.dialect_options["sqlite"]["autoincrement"] = [column.name for column in table.primary_key] == ["id"]
