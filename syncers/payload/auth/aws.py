"""AWS Signature Version 4: every request is signed with a secret that is never sent.

botocore computes the signature; requests go through `syncers.http` like all others. Docs:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from syncers.errors import ForbiddenAddress
from syncers.payload.auth.refusal import message, one_line

_ACCESS_KEY, _SECRET, _SESSION = "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"
_CLOCK: Final = re.compile(r"signature expired|not yet current", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class AWS:
    """Signs for one service of AWS. Its region is read from the address, `<service>.<region>.amazonaws.com`."""

    service: str
    region: str = ""
    """Only for addresses that do not name it; they are signed whatever their host."""
    variables: tuple[str, ...] = (_ACCESS_KEY, _SECRET)

    def sign(self, url: str) -> tuple[str, dict[str, str]]:
        # Imported here, since few installations use it.
        from botocore.auth import SigV4Auth
        from botocore.awsrequest import AWSRequest
        from botocore.credentials import Credentials

        logging.getLogger("botocore.auth").disabled = True  # its debug log contains session tokens
        parts = urlsplit(url)
        # AWS does not accept `+` for blanks.
        query = urlencode(parse_qsl(parts.query, keep_blank_values=True), quote_via=quote)
        exact = urlunsplit(parts._replace(query=query))
        access_key, secret, session = (os.environ.get(name, "").strip() for name in (*self.variables, _SESSION))
        request = AWSRequest(method="GET", url=exact)
        SigV4Auth(Credentials(access_key, secret, session or None), self.service, self._region(url)).add_auth(request)
        return exact, dict(request.headers.items())

    def renew(self, headers: Mapping[str, str]) -> bool:
        return False

    def explain(self, body: bytes) -> str:
        """The first line of AWS's message: the lines after it repeat what was signed."""
        text = one_line(message(body), without=[os.environ.get(name, "") for name in (*self.variables, _SESSION)])
        hint = "; is the clock of this machine right?" if _CLOCK.search(text) else ""
        return f"AWS says: {text}{hint}" if text else ""

    def _region(self, url: str) -> str:
        host = urlsplit(url).hostname or ""
        match = re.fullmatch(rf"{re.escape(self.service)}\.([a-z0-9-]+)\.amazonaws\.com", host)
        if not match and not self.region:
            raise ForbiddenAddress(f"{host}: not an AWS address of {self.service}; the request is not signed")
        return self.region or (match[1] if match else "")
