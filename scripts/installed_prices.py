"""Write the installed prices of a page source from a dated copy of its page.

    .venv/bin/python scripts/installed_prices.py SLUG DAY [PART=]PATH …

The file is `syncers/data/prices/SLUG.csv`. It holds facts and where they stand, and nothing of the page's words. Values
that cannot be read are left out; a page with a held table is refused.
"""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path

import django


def main(slug: str, on: str, *names: str) -> int:
    from syncers.errors import BadPayload
    from syncers.kinds.page import installed
    from syncers.kinds.page.source import INSTALLED, PageSource
    from syncers.payload.fetch import envelope
    from syncers.registry import load

    source = load(slug)()
    if not isinstance(source, PageSource):
        print(f"{slug} is no page", file=sys.stderr)
        return 2
    parts: dict[str, bytes] = {}
    for name in names:
        part, separator, path = name.partition("=")
        parts[part if separator else ""] = Path(path if separator else name).read_bytes()
    body = parts[""] if list(parts) == [""] else envelope({part: [source.stored(b)] for part, b in parts.items()})
    try:
        parsed = source.parse(body)
    except BadPayload as error:
        print(error, file=sys.stderr)
        return 1
    for notice in parsed.notices:
        print(notice)
    INSTALLED.mkdir(exist_ok=True)
    (INSTALLED / f"{slug}.csv").write_text(installed.written(parsed, date.fromisoformat(on)), encoding="utf-8")
    print(
        f"{slug}: {len(parsed.claims)} offerings, {len(parsed.rejected)} rows and {len(parsed.unreadable)} cells held"
    )
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    sys.exit(main(*sys.argv[1:]))
