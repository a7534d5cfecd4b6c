"""StepFun: its own model lists, of the host in mainland China and of the international one, with keys of their own.

Docs: https://platform.stepfun.com/docs. They tell ids of text, audio and image models alike, and nothing else.
"""

from __future__ import annotations

from syncers.kinds.model_list import ModelList


class StepFun(ModelList):
    slug, label, speaks_for = "stepfun", "StepFun", "stepfun"
    url, homepage = "https://api.stepfun.com/v1/models", "https://www.stepfun.com"
    key_variable, key_required = "STEPFUN_API_KEY", True
    expected = (2, 200)
    confidence = "low"


class StepFunInternational(ModelList):
    slug, label, speaks_for = "stepfun-intl", "StepFun (international)", "stepfun-intl"
    url, homepage = "https://api.stepfun.ai/v1/models", "https://www.stepfun.com"
    key_variable, key_required = "STEPFUN_INTL_API_KEY", True
    expected = (2, 200)
    confidence = "low"
