"""The rule about modality flags and lists of modalities, which state the same facts."""

from __future__ import annotations

from collections.abc import Iterator

from registry.domain.fields import INPUT_FLAGS, OUTPUT_FLAGS
from registry.quality.base import Context, Finding, Rule, Severity
from registry.quality.sheets import FactSheet


class FlagAgainstModalities(Rule):
    code = "flag-against-modalities"
    sentence = "A capability flag contradicts the list of modalities."
    severity = Severity.WARNING

    def check(self, sheet: FactSheet, context: Context) -> Iterator[Finding]:
        for name, flags in (("input_modalities", INPUT_FLAGS), ("output_modalities", OUTPUT_FLAGS)):
            listed = sheet.facts.get(name)
            if not listed:
                continue
            for word, flag in flags.items():
                flag_value = sheet.facts.get(flag)
                if flag_value is not None and flag_value != (word in listed):
                    yield self.finding(
                        sheet, flag, name, flag="yes" if flag_value else "no", modalities=", ".join(listed)
                    )
