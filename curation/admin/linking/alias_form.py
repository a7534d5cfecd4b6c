"""The form that resolves an id to an offering: suggestions, or any other offering by search."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.contrib.admin.sites import AdminSite
from django.contrib.admin.widgets import AutocompleteSelect
from django.utils.translation import gettext_lazy as _

from curation.admin.form_fields import ReasonField
from registry.catalogue import cache
from registry.domain.offering_ids import provider_of
from registry.identity.platforms import HOME_PROVIDERS
from registry.models import Alias, Offering

VERDICTS: Final = ("means", "ignore", "put_back", "withdraw")
_OF_ONE_MODEL: Final = 5


class MeaningForm(forms.Form):
    """`verdict` is the pressed button; `suggested` and `other` are two ways to choose the offering."""

    verdict: str = "means"
    meant: str = ""
    """Id of the chosen offering, after cleaning."""

    def __init__(self, site: AdminSite, unknown_id: str, data: Any = None) -> None:
        super().__init__(data)
        choices = [(key, key) for key in suggestions(unknown_id)]
        self.fields["suggested"] = forms.ChoiceField(
            label=_("Suggestions"), choices=choices, required=False, widget=forms.RadioSelect
        )
        self.fields["other"] = forms.ModelChoiceField(
            Offering.objects.all(),
            label=_("Another offering"),
            required=False,
            widget=AutocompleteSelect(Alias._meta.get_field("offering"), site),
            help_text=_("Type a part of its id or name."),
        )
        self.fields["reason"] = ReasonField()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.verdict = self.data.get("verdict", "means")
        if self.verdict not in VERDICTS:
            self.add_error(None, _("Choose one of the buttons."))
        if self.verdict == "means":
            other = cleaned.get("other")
            self.meant = other.key if other else cleaned.get("suggested", "")
            if not self.meant and not self.errors:
                self.add_error(None, _("Choose the offering that is meant."))
        return cleaned


def suggestions(unknown_id: str) -> list[str]:
    """Ids of offerings that an unresolved id may mean, the most likely first; of a model, its first offerings."""
    current = cache.current()
    keys_of = {slug: key for key, slug in current.models.items()}
    keys: dict[str, None] = {}
    for candidate in current.lookup(unknown_id).candidates:
        if candidate["kind"] == "offering":
            keys[candidate["id"]] = None
        elif key := keys_of.get(candidate["id"]):
            homes = HOME_PROVIDERS.get(key.partition("/")[0], ())
            offered = current.finder.offerings_of(key)
            at_home_first = sorted(offered, key=lambda offering: (provider_of(offering) not in homes, offering))
            keys.update(dict.fromkeys(at_home_first[:_OF_ONE_MODEL]))
    return list(keys)
