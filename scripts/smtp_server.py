"""A mail server for tests: it keeps what it accepts, and fails where a test asks it to.

Standard output carries one line, `ready smtp://127.0.0.1:PORT`, once it listens. Each accepted message becomes two
files in the folder, complete when they appear: `<number>.json`, the envelope (`mail_from`, `rcpt_tos`, `received_at`),
and after it `<number>.eml`, the message byte for byte.

A recipient whose address starts with `transient` gets 451, one that starts with `permanent` 550.
"""

import argparse
import asyncio
import itertools
import json
import signal
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

FAILURES = {
    "transient": "451 4.3.0 try again later",
    "permanent": "550 5.1.1 no such mailbox",
}


class Mailboxes:
    """aiosmtpd's handler: what to say to each command."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.numbers = itertools.count(1)

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options) -> str:
        for start, answer in FAILURES.items():
            if address.startswith(start):
                return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        number = f"{next(self.numbers):06}"
        about = {
            "mail_from": envelope.mail_from,
            "rcpt_tos": envelope.rcpt_tos,
            "received_at": time.time(),
        }
        self.keep(f"{number}.json", json.dumps(about).encode())
        self.keep(f"{number}.eml", envelope.original_content)
        return "250 OK"

    def keep(self, name: str, content: bytes) -> None:
        """Writes a file that nobody ever sees half written."""
        partial = self.folder / f"{name}.partial"
        partial.write_bytes(content)
        partial.rename(self.folder / name)


async def serve(folder: Path, port: int) -> None:
    """Listens until the process is told to end."""
    folder.mkdir(parents=True, exist_ok=True)
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    mailboxes = Mailboxes(folder)
    server = await loop.create_server(lambda: SMTP(mailboxes, hostname="localhost"), "127.0.0.1", port)
    print(f"ready smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await ended.wait()
    server.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0, help="default: a free one")
    options = parser.parse_args()
    asyncio.run(serve(options.folder, options.port))


if __name__ == "__main__":
    main()
