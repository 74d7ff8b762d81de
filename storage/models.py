"""Every table of this version, for the migrations: one line for each module of `storage` that has tables."""

import storage.communities
import storage.forms
import storage.people
import storage.outbox
import storage.profiles
import storage.proposals
import storage.repeats
import storage.requests
import storage.schedules
import storage.thanks  # noqa: F401 - imported for its tables
from storage.base import Base

metadata = Base.metadata
