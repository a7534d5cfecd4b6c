"""Is the documentation true? Runs its commands as they are written, follows its links, compares its generated pages.

    .venv/bin/python -m scripts.check_docs

What a command answers is compared by the suite (docs/cost.md) and by `make clients` (docs/formats.md). A line with
something to fill in (`[…]`, ID, /path/to), or that asks the network or never ends, is not run: its options must exist.
"""

from __future__ import annotations

import getpass
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from scripts import docs_machine
from scripts.trial_site import ROOT, Failed, Site, trial_site

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "curation/data/README.md"])
GENERATED = {
    "docs/keys.md": "keys",
    "docs/policies.md": "policies --markdown",
    "docs/quality.md": "validate --rules",
    "docs/sources.md": "sources --markdown",
}
PYTHON_NAMED = r"(?:sudo -u registry )?\.venv/bin/python manage\.py"
MANAGE = re.compile(rf"^(?:\$ )?{PYTHON_NAMED} (\S+)(.*?)(?:  +[^-\s].*)?$")
IN_TEXT = re.compile(r"`\.venv/bin/python manage\.py (\w+)([^`]*)`")
UNNAMED = re.compile(r"(?<!\.venv/bin/python )\bmanage\.py [a-z]")
"""A command without the Python of the environment, which has no packages."""
CURL = re.compile(r"^\$? ?curl .*")
RUN_AS_WRITTEN = ("export", "lookup", "policies", "sources", "stats", "validate")
NOT_YET = "nothing was published yet at that time"
"""The trial site begins today: what is asked of an earlier day is answered so, and understood."""
TO_FILL_IN = re.compile(r"[\[…]|\b[A-Z]{2,}\b|/path/to")


def main() -> int:
    wrong = [*broken_links(), *unknown_targets(), *unnamed_pythons(), *pages_out_of_the_index(), *broken_units()]
    with tempfile.TemporaryDirectory(prefix="registry-docs-") as folder, trial_site(Path(folder) / "site") as site:
        wrong += [*stale_pages(site), *failing_commands(site)]
        wrong += docs_machine.failing_blocks(PAGES, site, Path(folder) / "machine")
    for line in wrong:
        print(f"docs: {line}", file=sys.stderr)
    print(f"docs: {len(wrong)} mistakes in {len(PAGES)} pages, {len(list(commands()))} commands")
    return int(bool(wrong))


def broken_links() -> Iterator[str]:
    """Links to files and headings that are not there."""
    for page in PAGES:
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
            path, _, heading = target.partition("#")
            if "://" in target or target.startswith("mailto:"):
                continue
            there = page if not path else page.parent / path
            if not there.exists() or (heading and heading not in headings(there)):
                yield f"{page.relative_to(ROOT)}: nothing is at {target}"


def headings(page: Path) -> set[str]:
    """The anchors that a forge makes of the headings of a page."""
    titles = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def commands() -> Iterator[tuple[str, str]]:
    """The lines of plain and console blocks, with their pages; a line that ends in a backslash goes on in the next."""
    for page in PAGES:
        # Every block is matched, so that the end of one is not taken as the beginning of another.
        for language, block in re.findall(r"^ *```(.*)\n((?:.*\n)*?) *```$", page.read_text(encoding="utf-8"), re.M):
            for line in block.replace("\\\n", " ").splitlines() if language in ("", "console") else ():
                if MANAGE.match(line.strip()) or CURL.match(line.strip()) or line.strip().startswith("make "):
                    yield page.relative_to(ROOT).as_posix(), line.strip()


def unknown_targets() -> Iterator[str]:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for page in PAGES:
        for target in re.findall(r"(?:^|`)make ([a-z]+)", page.read_text(encoding="utf-8"), re.MULTILINE):
            if target not in targets:
                yield f"{page.relative_to(ROOT)}: there is no `make {target}`"


def unnamed_pythons() -> Iterator[str]:
    """Commands that would run with a Python that lacks the packages. The changelog names commands, it gives none."""
    for page in PAGES:
        for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
            if page.name != "CHANGELOG.md" and "docker compose" not in line and UNNAMED.search(line):
                yield f"{page.relative_to(ROOT)}:{number}: write .venv/bin/python manage.py"


def pages_out_of_the_index() -> Iterator[str]:
    index = (ROOT / "docs/README.md").read_text(encoding="utf-8")
    for page in PAGES:
        if page.parent == ROOT / "docs" and page.name != "README.md" and f"({page.name})" not in index:
            yield f"docs/README.md does not name {page.name}"


def broken_units() -> Iterator[str]:
    """What systemd says about the units, for a checkout here and a user that exists."""
    verifier = shutil.which("systemd-analyze")
    if verifier is None:
        print("docs: systemd-analyze is missing; the units are not verified")
        return
    with tempfile.TemporaryDirectory() as folder:
        for unit in (ROOT / "docs/deploy").glob("registry*"):
            text = unit.read_text(encoding="utf-8").replace("/srv/registry", str(ROOT))
            (Path(folder) / unit.name).write_text(text.replace("User=registry", f"User={getpass.getuser()}"))
        units = sorted(map(str, Path(folder).iterdir()))
        done = subprocess.run([verifier, "verify", "--man=no", *units], capture_output=True, text=True, check=False)
    if done.returncode:
        yield f"docs/deploy: {done.stderr}"


def stale_pages(site: Site) -> Iterator[str]:
    for page, command in GENERATED.items():
        if site.run("manage.py", *command.split()) != (ROOT / page).read_text(encoding="utf-8"):
            yield f"{page} is not up to date: .venv/bin/python manage.py {command} > {page}"


def failing_commands(site: Site) -> Iterator[str]:
    options: dict[str, str] = {}
    for page, line in commands():
        try:
            if match := MANAGE.match(line):
                name, rest = match[1].rstrip(","), match[2]
                if name in RUN_AS_WRITTEN and not TO_FILL_IN.search(f"{name}{rest}"):
                    site.run("manage.py", name, *_in_folder(shlex.split(rest.partition("|")[0]), site.folder))
                else:
                    yield from _unknown_options(site, options, page, name, rest)
            elif line.lstrip("$ ").startswith("curl ") and "…" not in line and "registry.example" not in line:
                yield from _asked(site, page, line.lstrip("$ "))
        except Failed as failure:
            if NOT_YET not in str(failure):
                yield f"{page}: {failure}"
    for path in PAGES:
        for name, rest in IN_TEXT.findall(path.read_text(encoding="utf-8")):
            yield from _unknown_options(site, options, path.name, name, rest)


def _unknown_options(site: Site, options: dict[str, str], page: str, name: str, rest: str) -> Iterator[str]:
    """Options that a command does not have; `options` holds the help of each command. Raises Failed."""
    if name not in options:
        options[name] = site.run("manage.py", name, "--help")
    if unknown := [o for o in re.findall(r"(?<![\w-])--[a-z][\w-]*", rest) if o not in options[name]]:
        yield f"{page}: {name} has no {', '.join(unknown)}"


def _in_folder(arguments: list[str], folder: Path) -> list[str]:
    """What a command writes goes elsewhere than into the checkout."""
    return [
        str(folder / argument) if before == "-o" else argument
        for before, argument in zip(["", *arguments], arguments, strict=False)
    ]


def _asked(site: Site, page: str, line: str) -> Iterator[str]:
    """A request as written. It may ask for what this trial site does not have; it may not be refused or fail."""
    address = re.sub(r"(http://)?localhost:8000", site.url, line)
    status_to = site.folder / "status"
    status_to.unlink(missing_ok=True)
    command = address.replace("curl ", f"curl --silent --show-error --retry 3 --dump-header {status_to} ", 1)
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=False)
    statuses = re.findall(r"^HTTP/\S+ (\d+)", status_to.read_text(encoding="utf-8"), re.MULTILINE)
    if not statuses or statuses[-1] not in ("200", "404"):
        yield f"{page}: {line}\n{statuses} {done.stdout[-500:]}{done.stderr[-500:]}"


if __name__ == "__main__":
    sys.exit(main())
