"""Exit 0 when the site in this container answers at /healthz.

It is asked under the first name in ALLOWED_HOSTS, because Django refuses any other.
"""

from __future__ import annotations

import http.client
import os
import sys


def main() -> int:
    first_host = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip().lstrip(".")
    host = "localhost" if first_host in {"", "*"} else first_host
    connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=4)
    try:
        connection.request("GET", "/healthz", headers={"Host": host})
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        print(f"no answer: {error}")
        return 1
    print(f"/healthz answered {status}")
    return 0 if status == http.HTTPStatus.OK else 1


if __name__ == "__main__":
    sys.exit(main())
