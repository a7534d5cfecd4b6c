"""Runs the shell blocks of the documentation (```sh), each page from top to bottom, as on the machine of an operator.

The machine is a folder with the checkout (links to this one) and the data of a trial site. What only an operator's
machine has is replaced: `/srv/registry` and `/etc` are folders in it, `sudo` runs the rest as this user (what is for
the user `postgres` does nothing), and programs that install, fetch or start something (`apt-get`, `git`, …) do nothing.
Blocks marked `sh postgresql` run on a PostgreSQL server, in databases of their own; where none answers they are
skipped, in CI that is a mistake.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from scripts.trial_site import ROOT, Site

POSTGRES_URL = os.environ.get("TEST_DATABASE_URL") or "postgres://postgres@127.0.0.1:5432/postgres"
BLOCK = re.compile(r"^ *```sh( postgresql)?\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
SUDO = """#!/bin/sh
if [ "$1" = -u ]; then [ "$2" != postgres ] || exit 0; shift 2; fi
exec env "$@"
"""
OF_THE_SYSTEM = ("apt-get", "git", "journalctl", "nginx", "systemctl", "useradd")
"""Programs that would change this machine, or ask the network."""
KEPT_OUT = (".env", ".git", "var")


class Machine:
    """Where the blocks run."""

    def __init__(self, folder: Path, site: Site) -> None:
        self.folder, self.site = folder, site
        self.checkout = folder / "srv"
        (self.checkout / "var").mkdir(parents=True)
        for path in ROOT.iterdir():
            if path.name not in KEPT_OUT:
                (self.checkout / path.name).symlink_to(path)
        with sqlite3.connect(site.folder / "registry.sqlite3") as data:
            data.execute("VACUUM INTO ?", [str(self.checkout / "var" / "registry.sqlite3")])
        for name in ("nginx/sites-available", "nginx/sites-enabled", "systemd/system"):
            (folder / "etc" / name).mkdir(parents=True)
        self._make_programs(folder / "bin")

    def _make_programs(self, folder: Path) -> None:
        folder.mkdir()
        true = shutil.which("true")
        for name in OF_THE_SYSTEM:
            (folder / name).symlink_to(str(true))
        (folder / "sudo").write_text(SUDO)
        # Owners are users of the system, too.
        (folder / "install").write_text('#!/bin/sh\ncase "$*" in *--owner*) ;; *) exec /usr/bin/install "$@" ;; esac\n')
        for name in ("sudo", "install"):
            (folder / name).chmod(0o755)

    def run(self, block: str, more: dict[str, str]) -> str:
        """What the shell says where a block fails; "" where it does not."""
        # A user of the machine is not one of this one, and its site has another address.
        script = block.replace("/srv/registry", str(self.checkout)).replace("/etc/", f"{self.folder}/etc/")
        script = script.replace("http://127.0.0.1:8000", self.site.url)
        script = re.sub(r"(Host: )registry\.example\.com", r"\1localhost", script)
        environment = {
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
            "HOME": str(self.folder),
            "VAR_DIR": str(self.checkout / "var"),
            **more,
        }
        done = subprocess.run(
            ["/bin/sh", "-eux", "-c", script], cwd=self.checkout, env=environment, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        return f"exit code {done.returncode}\n{(done.stdout + done.stderr)[-2000:]}" if done.returncode else ""


def failing_blocks(pages: Sequence[Path], site: Site, folder: Path) -> list[str]:
    """A line for each block that ends with an error."""
    wrong = []
    for number, page in enumerate(pages):
        blocks = BLOCK.findall(page.read_text(encoding="utf-8"))
        if not blocks:
            continue
        machine = Machine(folder / str(number), site)
        with _postgres(machine, any(of_postgres for of_postgres, _ in blocks)) as server:
            if isinstance(server, str):
                print(f"docs: {server}")
                wrong += [server] * (os.environ.get("CI", "").lower() in ("1", "true"))
                server = None
            for of_postgres, block in blocks:
                if of_postgres and server is None:
                    continue
                text, more = server.names(block) if server and of_postgres else (block, {})
                if failure := machine.run(text, more):
                    wrong.append(f"{page.relative_to(ROOT)}: {failure}")
    return wrong


class Server:
    """Two names for databases of a PostgreSQL server: of the site, and of a restored one."""

    def __init__(self) -> None:
        self.own = f"registry_docs_{secrets.token_hex(4)}"
        self.restored = f"{self.own}_restored"

    def url(self, name: str) -> str:
        return urlunsplit(urlsplit(POSTGRES_URL)._replace(path=f"/{name}"))

    def names(self, block: str) -> tuple[str, dict[str, str]]:
        """The block with these databases in the place of `registry` and `registry_restored`, and its environment."""
        text = block.replace("postgres:///registry_restored", self.url(self.restored))
        text = text.replace("postgres:///registry", self.url(self.own))
        text = re.sub(r"\b((?:create|drop)db) registry_restored\b", rf"\1 {self.restored}", text)
        text = re.sub(r"\b((?:create|drop)db) registry\b", rf"\1 {self.own}", text)
        parts = urlsplit(POSTGRES_URL)
        environment = {
            "PGHOST": parts.hostname or "",
            "PGPORT": str(parts.port or 5432),
            "PGUSER": parts.username or "",
            "PGPASSWORD": parts.password or "",
            "DATABASE_URL": self.url(self.own),
        }
        return text, environment


@contextmanager
def _postgres(machine: Machine, is_wanted: bool) -> Iterator[Server | str | None]:
    """A server with the database of a site, which is dropped in the end; a sentence where there is none."""
    if not is_wanted:
        yield None
        return
    server = Server()
    try:
        connection = psycopg.connect(POSTGRES_URL, connect_timeout=3, autocommit=True)
    except psycopg.Error:
        yield "no PostgreSQL answers; its backup is not tried"
        return
    with connection:
        connection.execute(f'CREATE DATABASE "{server.own}"')
        try:
            _, environment = server.names("")
            commands = ("migrate --verbosity 0", "prepare", "sync curated")
            script = "\n".join(f".venv/bin/python manage.py {command}" for command in commands)
            if failure := machine.run(script, environment):
                raise RuntimeError(failure)
            yield server
        finally:
            for name in (server.own, server.restored):
                connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
