"""What all reading views share: one query for the revision, conditional requests, strict parameters, our own JSON."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from contextlib import nullcontext
from datetime import UTC, date, datetime, time
from functools import cached_property, wraps
from typing import Any, ClassVar, Final, TypeVar, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from rest_framework.request import Request
from rest_framework.views import APIView

from registry.api import bitemporal
from registry.api.problems import PreconditionFailed
from registry.api.renderers import Negotiation
from registry.catalogue import queries
from registry.catalogue.as_of import AsOf
from registry.catalogue.public_keys import offering_keys
from registry.catalogue.queries import Stamp
from registry.catalogue.snapshot import snapshot

SHAPE: Final = f"5 {offering_keys.SHAPE}"
"""Part of every ETag. Counted up when the same data is shown in another shape, with the same keys of an offering."""
REVALIDATE: Final = "no-cache"
FOR_EVER: Final = "max-age=31536000, immutable"
FOR_A_DAY: Final = "max-age=86400"

Handler = TypeVar("Handler", bound=Callable[..., HttpResponseBase])


class ReadView(APIView):
    """A view that reads what is published. Signing in costs nothing where reading needs none."""

    content_negotiation_class = Negotiation
    other_parameters: ClassVar[tuple[str, ...]] = ()
    """Query parameters that are not filters."""
    reads_one_state: ClassVar[bool] = True
    """False where the answer is a single row, which needs no snapshot."""
    shows_the_past: bool = False
    """Whether it takes `as_of`, `known_at` and `revision`."""

    def perform_authentication(self, request: Request) -> None:
        """Does nothing: the user is looked up only when a permission asks for it."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Reads all of an answer, its tag included, from one state of the database."""
        with snapshot() if self.reads_one_state else nullcontext():
            return super().dispatch(request, *args, **kwargs)

    def depends_on(self) -> str | None:
        """A digest of what the answer shows that can change without a new revision; None when there is nothing."""
        return None

    @cached_property
    def as_of(self) -> AsOf | None:
        """The requested revision and day; None for the newest revision today. Raises BadParameters."""
        return bitemporal.requested(self.request.query_params, timezone.now()) if self.shows_the_past else None

    @cached_property
    def newest(self) -> Stamp | None:
        """The newest revision, asked for once a request."""
        return queries.latest()

    @property
    def stamp(self) -> Stamp | None:
        """The revision that is shown; None for the empty catalogue before the first one."""
        return self.as_of.stamp if self.as_of else self.newest

    @cached_property
    def today(self) -> date:
        """The day whose prices are shown."""
        return self.as_of.on if self.as_of else timezone.now().date()

    @property
    def caching(self) -> str:
        """How long a good answer may be kept without asking."""
        if self.as_of is None or not self.as_of.settled:
            return REVALIDATE
        return FOR_EVER if self.as_of.names_revision else FOR_A_DAY


def conditional(handler: Handler) -> Handler:
    """Answers 304 by revision, address and day before anything is read, and gives every answer its validators.

    Only successful answers get a tag, so a matching tag needs no further check of the address.
    """

    @wraps(handler)
    def answer(view: ReadView, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        stamp = view.stamp
        if stamp is None:
            nothing = handler(view, request, *args, **kwargs)
            nothing.headers["X-Registry-Revision"] = "0"
            return nothing
        depends_on = view.depends_on()
        etag = _etag(view, stamp, depends_on)
        modified = _modified(view, stamp, depends_on)
        tagged = '"' in request.headers.get("If-None-Match", "")
        response = not_modified(request, [etag], modified) if tagged else None
        if response is None:
            response = handler(view, request, *args, **kwargs)
            response = not_modified(request, [etag], modified) or response
        set_validators(response, etag, modified, stamp.number, view.caching)
        return response

    return cast(Handler, answer)


def _etag(view: ReadView, stamp: Stamp, depends_on: str | None) -> str:
    parts = (SHAPE, stamp, view.today, view.request.build_absolute_uri(), depends_on)
    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'


def _modified(view: ReadView, stamp: Stamp, depends_on: str | None) -> datetime | None:
    """Since when the answer has been the same; None when that is not known."""
    if view.as_of or depends_on is not None:
        return None
    # Prices change with the day, also when nothing is published.
    return max(stamp.at, datetime.combine(view.today, time(), tzinfo=UTC))


def not_modified(request: Request, etags: Collection[str], modified: datetime | None) -> HttpResponseBase | None:
    """The 304 for a client that has one of these tags already, else None. Raises PreconditionFailed."""
    seconds = int(modified.timestamp()) if modified else None
    early = [get_conditional_response(request._request, etag, seconds) for etag in etags]
    for response in early:
        if response is not None and response.status_code == 304:
            return response
    if None in early:
        return None
    raise PreconditionFailed(
        "The catalogue is no longer in the state that If-Match or If-Unmodified-Since names. "
        "Read it again without that header."
    )


def set_validators(
    response: HttpResponseBase, etag: str, modified: datetime | None, revision: int, caching: str
) -> None:
    response.headers["ETag"] = etag
    if modified:
        response.headers["Last-Modified"] = http_date(modified.timestamp())
    response.headers["X-Registry-Revision"] = str(revision)
    response.headers["Cache-Control"] = f"{'public' if settings.API_OPEN else 'private'}, {caching}"


def may_be_an_id(text: str) -> bool:
    """Whether a text can be used in a query: databases refuse NUL characters."""
    return bool(text) and "\0" not in text and len(text) <= 400
