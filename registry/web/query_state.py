"""The parameters of a page as one state: what a form sends, in the form in which it is linked."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseRedirect
from django.utils.http import urlencode


def canonical(request: HttpRequest) -> HttpResponseRedirect | None:
    """A redirect to the state without empty inputs and with ticks of one name joined by commas; None where it is so."""
    if all(request.GET.values()) and all(len(texts) == 1 for _name, texts in request.GET.lists()):
        return None
    texts = {name: ",".join(dict.fromkeys(filter(None, values))) for name, values in request.GET.lists()}
    query = urlencode({name: text for name, text in texts.items() if text})
    return HttpResponseRedirect(f"{request.path}?{query}" if query else request.path)


def parameters(request: HttpRequest) -> dict[str, str]:
    """The parameters of a canonical state."""
    return {name: str(text) for name, text in request.GET.items()}
