"""The bot on Slack, once over HTTP and once in Socket Mode."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.slack.community import Bot, running


@pytest.fixture(params=["http", "socket"])
async def bot(request: pytest.FixtureRequest) -> AsyncIterator[Bot]:
    async with running(request.param) as started:
        yield started


@pytest.fixture
async def http_bot() -> AsyncIterator[Bot]:
    async with running("http") as started:
        yield started


@pytest.fixture
async def socket_bot() -> AsyncIterator[Bot]:
    async with running("socket") as started:
        yield started
