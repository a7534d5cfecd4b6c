"""Look and navigation of the admin (settings of Unfold)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _


def _item(title: Any, icon: str, model: str, *, badge: str = "") -> dict[str, Any]:
    """A link to the list of a model, for those who may see it."""
    app, _dot, name = model.partition(".")
    item: dict[str, Any] = {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{app}_{name}_changelist"),
        "permission": _may_view(app, name),
    }
    return item | ({"badge": badge, "badge_variant": "primary"} if badge else {})


def _may_view(app: str, name: str) -> Callable[[HttpRequest], bool]:
    return lambda request: request.user.has_perm(f"{app}.view_{name}")


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "ModelSuite Registry",
    "SITE_HEADER": "ModelSuite Registry",
    "SITE_SYMBOL": "inventory_2",
    "SHOW_VIEW_ON_SITE": False,
    "DASHBOARD_CALLBACK": "syncers.dashboard.dashboard",
    "STYLES": [lambda request: static("curation/admin.css")],
    "COMMAND": {"search_callback": "curation.admin.palette.search", "show_history": True},
    "SIDEBAR": {
        "show_search": False,
        "command_search": True,
        "show_all_applications": False,
        "navigation": [
            {
                "items": [{"title": _("Overview"), "icon": "dashboard", "link": reverse_lazy("admin:index")}],
            },
            {
                "title": _("Catalogue"),
                "separator": True,
                "items": [
                    _item(_("Offerings"), "sell", "registry.offering"),
                    _item(_("Models"), "neurology", "registry.model"),
                    _item(_("Providers"), "dns", "registry.provider"),
                    _item(_("Aliases"), "label", "registry.alias"),
                    _item(_("Ledger"), "receipt_long", "registry.ledgerentry"),
                    _item(_("Revisions"), "history", "registry.revision"),
                ],
            },
            {
                "title": _("Curation"),
                "separator": True,
                "items": [
                    _item(
                        _("Review queue"),
                        "rule",
                        "curation.change",
                        badge="curation.admin.badges.waiting",
                    ),
                    _item(_("Unlinked offerings"), "join_inner", "curation.match"),
                    _item(
                        _("Conflicts"),
                        "compare_arrows",
                        "curation.conflict",
                        badge="curation.admin.badges.conflicts",
                    ),
                    {
                        "title": _("Quality findings"),
                        "icon": "fact_check",
                        "link": reverse_lazy("admin:quality_findings"),
                        "permission": _may_view("registry", "offering"),
                    },
                    *(
                        {
                            "title": title,
                            "icon": icon,
                            "link": reverse_lazy(f"admin:worklist_{name}"),
                            "permission": _may_view("registry", "offering"),
                        }
                        for title, icon, name in (
                            (_("Stale"), "history_toggle_off", "stale"),
                            (_("Retirements"), "event_busy", "expiring"),
                            (_("Duplicates"), "content_copy", "duplicates"),
                        )
                    ),
                    _item(_("Unresolved ids"), "help", "registry.unknownid"),
                    _item(_("Fallback prices"), "request_quote", "registry.fallbackuse"),
                    _item(_("Stated aliases"), "new_label", "curation.statedalias"),
                    _item(_("Pins"), "push_pin", "curation.pin"),
                    _item(_("Manual entry"), "edit_note", "curation.statement"),
                    _item(_("Imports"), "upload_file", "curation.importbatch"),
                    _item(_("Policies"), "gavel", "curation.policy"),
                    _item(_("Notes"), "sticky_note_2", "curation.note"),
                ],
            },
            {
                "title": _("Sources"),
                "separator": True,
                "items": [
                    _item(_("Sources"), "cloud_download", "curation.source"),
                    _item(_("Runs"), "sync", "syncers.run"),
                    _item(_("Rejected records"), "report", "syncers.rejectedrecord"),
                    _item(_("Claims"), "record_voice_over", "curation.storedclaim"),
                    _item(_("Exchange rates"), "currency_exchange", "registry.exchangerate"),
                    _item(_("Schedules"), "schedule", "django_celery_beat.periodictask"),
                ],
            },
            {
                "title": _("Administration"),
                "separator": True,
                "items": [
                    _item(_("People"), "person", "auth.user"),
                    _item(_("Groups"), "group", "auth.group"),
                    _item(_("API tokens"), "key", "registry.apitoken"),
                    _item(_("My notifications"), "notifications", "curation.subscription"),
                    _item(_("Audit trail"), "policy", "curation.auditentry"),
                ],
            },
        ],
    },
}
