"""NVIDIA NIM (build.nvidia.com): the models that can be tried there.

Docs: https://docs.api.nvidia.com/nim/. The list is public and has ids alone: all kinds of models without a word
for which, no prices (a trial, not sold by the token), and one and the same `created` on every row.
"""

from __future__ import annotations

from datetime import timedelta

from syncers.kinds.model_list import ModelList


class Nvidia(ModelList):
    slug, label, speaks_for = "nvidia", "NVIDIA NIM", "nvidia"
    url = "https://integrate.api.nvidia.com/v1/models"
    homepage = "https://build.nvidia.com"
    key_variable = "NVIDIA_API_KEY"
    authority = ()
    every = timedelta(days=1)
    expected = (40, 2_000)
    confidence = "low"
