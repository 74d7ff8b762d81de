"""Files as Slack takes them: a place to put one, its bytes, and the message that shares it, which appears a moment later.

https://docs.slack.dev/messaging/working-with-files#uploading_files. What is shared without a channel is private to the bot until
a message shows it; what was never completed is nowhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from tests.emulators.slack.messages import Json, Posted
from tests.emulators.slack.workspace import Channel, Workspace

CHANNEL = re.compile(r"[CGDZ][A-Z0-9]{8,}")


class InvalidUpload(Exception):
    """Slack's word for what is wrong with a call."""


@dataclass
class Upload:
    """A file on its way: `content` once its bytes came, `left` attempts until a message may show it as a picture."""

    id: str
    name: str
    length: int
    content: bytes | None = None
    completed: bool = False
    left: int = 0


class Uploads:
    """Every file of a workspace. `slow`: how often a picture is asked for before it is ready; `broken`: puts that fail next."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._all: dict[str, Upload] = {}
        self.slow = 0
        self.broken = 0

    def begin(self, arguments: Json) -> Upload:
        """Make a place for a file (`files.getUploadURLExternal`)."""
        if not arguments.get("filename") or not str(arguments.get("length", "")).isdigit() or int(arguments["length"]) < 1:
            raise InvalidUpload("invalid_arguments")
        upload = Upload(f"F{self._workspace.number():09d}", str(arguments["filename"]), int(arguments["length"]))
        self._all[upload.id] = upload
        return upload

    def take(self, file: str, content: bytes) -> tuple[int, str]:
        """Take the bytes of a file; return the status and the words of the answer."""
        if self.broken:
            self.broken -= 1
            return 500, "try again"
        upload = self._all.get(file)
        if upload is None or upload.length != len(content):
            return 400, "length mismatch"
        upload.content = self._workspace.files[file] = content
        return 200, f"OK - {len(content)}"

    def complete(self, arguments: Json) -> list[Upload]:
        """Finish uploads (`files.completeUploadExternal`), each once."""
        files = arguments.get("files")
        if not isinstance(files, list) or not files or any(set(file) - {"id", "title"} for file in files):
            raise InvalidUpload("invalid_arguments")
        if arguments.get("thread_ts") and not arguments.get("channel_id"):
            raise InvalidUpload("invalid_arguments")
        if arguments.get("channel_id") and not CHANNEL.fullmatch(str(arguments["channel_id"])):
            raise InvalidUpload("invalid_arguments")
        found = [self._all.get(file["id"]) for file in files]
        uploads = [upload for upload in found if upload is not None and upload.content is not None and not upload.completed]
        if len(uploads) < len(files):
            raise InvalidUpload("file_not_found")
        for upload in uploads:
            upload.completed, upload.left = True, self.slow
        return uploads

    def share(self, uploads: list[Upload], channel: Channel, arguments: Json) -> Posted:
        """Write the message that shares files."""
        shared: list[dict[str, Any]] = [
            {"id": upload.id, "name": upload.name, "size": upload.length, "mode": "hosted"} for upload in uploads
        ]
        words, thread = str(arguments.get("initial_comment", "")), str(arguments.get("thread_ts", ""))
        message = Posted(channel.id, self._workspace.ts(), self._workspace.bot_user, words, [], thread, files=shared)
        return self._workspace.post(message)

    def delete(self, file: str) -> bool:
        """Delete a file wherever it was shared; a message that shared nothing else and says nothing goes with it."""
        if self._all.pop(file, None) is None:
            return False
        self._workspace.files.pop(file, None)
        for message in [message for message in self._workspace.messages if any(one["id"] == file for one in message.files)]:
            message.files = [one for one in message.files if one["id"] != file]
            if not message.files and not message.text:
                self._workspace.messages.remove(message)
        return True

    def ready(self) -> set[str]:
        """Return the pictures that may be shown: each asked for too early is one attempt nearer to ready."""
        completed = [upload for upload in self._all.values() if upload.completed]
        ready = {upload.id for upload in completed if upload.left <= 0}
        for upload in completed:
            upload.left -= 1
        return ready
