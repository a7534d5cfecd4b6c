"""Zhipu AI, which is Z.ai outside China: its own model lists, one for each host, with keys of their own.

The lists are not in the documentation (https://docs.z.ai); clients read ids from them, and so do we. They tell nothing
else: prices are on pages for people.
"""

from __future__ import annotations

from syncers.kinds.model_list import ModelList


class Zai(ModelList):
    slug, label, speaks_for = "zai", "Z.ai", "zai"
    url, homepage = "https://api.z.ai/api/paas/v4/models", "https://z.ai"
    key_variable, key_required = "ZAI_API_KEY", True
    expected = (2, 200)
    confidence = "low"


class Zhipu(ModelList):
    slug, label, speaks_for = "zhipu", "Zhipu AI (mainland China)", "zhipu"
    url, homepage = "https://open.bigmodel.cn/api/paas/v4/models", "https://www.bigmodel.cn"
    key_variable, key_required = "ZHIPU_API_KEY", True
    expected = (2, 200)
    confidence = "low"
