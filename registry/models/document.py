from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Document(models.Model):
    """A rendering of the whole catalogue at one revision, stored as the bytes that are sent."""

    name = models.CharField(_("name"), max_length=60, primary_key=True)
    revision = models.PositiveIntegerField(_("revision"))
    serial = models.PositiveBigIntegerField(_("serial number"), default=0)
    """`Revision.serial` of its content."""
    content_type = models.CharField(_("content type"), max_length=60)
    body = models.BinaryField(_("gzip bytes"))
    length = models.PositiveIntegerField(_("bytes before gzip"))
    digest = models.CharField(_("digest"), max_length=64, help_text=_("Of the digests of its parts, in their order."))

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    def __str__(self) -> str:
        return f"{self.name} r{self.revision}"


class DocumentBlock(models.Model):
    """Some hundred offerings of a document, compressed, so that unchanged ones are not rendered again."""

    document = models.CharField(_("document"), max_length=60)
    starts_at = models.CharField(_("first offering"), max_length=320)
    count = models.PositiveIntegerField(_("offerings"))
    changes_on = models.DateField(
        _("changes on"), null=True, help_text=_("The first day on which an offering in it reads differently.")
    )
    body = models.BinaryField(_("deflated bytes"))
    length = models.PositiveIntegerField(_("bytes before compression"))
    crc = models.BigIntegerField(_("CRC-32"))
    digest = models.CharField(_("sha256 of the content"), max_length=64)

    class Meta:
        verbose_name = _("document block")
        verbose_name_plural = _("document blocks")
        constraints = (models.UniqueConstraint(fields=("document", "starts_at"), name="block_once_per_document"),)

    def __str__(self) -> str:
        return f"{self.document} from {self.starts_at}"


class Lease(models.Model):
    """The holder of a task that only one process may do, and when the lease expires."""

    name = models.CharField(_("work"), max_length=60, primary_key=True)
    holder = models.CharField(_("holder"), max_length=120)
    until = models.DateTimeField(_("until"))

    class Meta:
        verbose_name = _("lease")
        verbose_name_plural = _("leases")

    def __str__(self) -> str:
        return f"{self.name}: {self.holder}"
