from __future__ import annotations

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "registry"
    verbose_name = "Registry"

    def ready(self) -> None:
        from registry.catalogue.publish.revisions import published
        from registry.exports import rendering

        published.connect(rendering.note_publication, dispatch_uid="registry.exports.rendering")
