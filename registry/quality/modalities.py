"""The rule about flags and lists of modalities, which say the same in two ways."""

from __future__ import annotations

from collections.abc import Iterator

from registry.domain.fields import INPUT_FLAGS, OUTPUT_FLAGS
from registry.quality.base import Context, Finding, Rule, Severity
from registry.quality.sheets import FactSheet


class FlagAgainstModalities(Rule):
    code = "flag-against-modalities"
    sentence = "A flag says yes or no to what the list of modalities says the other of."
    severity = Severity.WARNING

    def check(self, sheet: FactSheet, context: Context) -> Iterator[Finding]:
        for name, flags in (("input_modalities", INPUT_FLAGS), ("output_modalities", OUTPUT_FLAGS)):
            listed = sheet.facts.get(name)
            if not listed:
                continue
            for word, flag in flags.items():
                stated = sheet.facts.get(flag)
                if stated is not None and stated != (word in listed):
                    yield self.finding(sheet, flag, name, flag="yes" if stated else "no", modalities=", ".join(listed))
