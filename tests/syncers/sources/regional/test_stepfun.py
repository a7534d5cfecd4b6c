from __future__ import annotations

from syncers.kinds.model_list import ModelList
from syncers.sources.regional.stepfun import StepFun, StepFunInternational
from tests.syncers.conformance import SourceConformance


class TestStepFun(SourceConformance):
    source, sample = StepFun, "stepfun.json"
    price, name_key = (), ""


class TestStepFunInternational(SourceConformance):
    source, sample = StepFunInternational, "stepfun.json"
    price, name_key = (), ""


def said(source: type[ModelList]) -> dict[str, object]:
    body = TestStepFun().body()
    return {one.offering: dict(one.values) for one in source().parse(body).claims}


def test_it_keeps_the_two_hosts_apart() -> None:
    assert set(said(StepFun)) == {"stepfun/step-9-flash", "stepfun/stepaudio-9-tts", "stepfun/step-image-edit-9"}
    assert "stepfun-intl/step-9-flash" in said(StepFunInternational)


def test_it_does_not_guess_what_a_model_is_for_from_its_name() -> None:
    assert said(StepFun)["stepfun/stepaudio-9-tts"] == {}
