"""Regions of clouds and the countries they lie in, and the regions in which an offering is served. Pure.

The countries are those that AWS, Microsoft and Google state in their lists of regions. A code that is not in the table
is a region of its own: nothing is derived from how it is spelt (`eu-west-2` is London, outside the European Union).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Final

from registry.domain import rates
from registry.values import Json

_AWS: Final = {
    "ae": "me-central-1",
    "au": "ap-southeast-2 ap-southeast-4",
    "bh": "me-south-1",
    "br": "sa-east-1",
    "ca": "ca-central-1 ca-west-1",
    "ch": "eu-central-2",
    "cn": "cn-north-1 cn-northwest-1",
    "de": "eu-central-1",
    "es": "eu-south-2",
    "fr": "eu-west-3",
    "gb": "eu-west-2",
    "hk": "ap-east-1",
    "id": "ap-southeast-3",
    "ie": "eu-west-1",
    "il": "il-central-1",
    "in": "ap-south-1 ap-south-2",
    "it": "eu-south-1",
    "jp": "ap-northeast-1 ap-northeast-3",
    "kr": "ap-northeast-2",
    "mx": "mx-central-1",
    "my": "ap-southeast-5",
    "nz": "ap-southeast-6",
    "se": "eu-north-1",
    "sg": "ap-southeast-1",
    "th": "ap-southeast-7",
    "tw": "ap-east-2",
    "us": "us-east-1 us-east-2 us-west-1 us-west-2 us-gov-east-1 us-gov-west-1 us-gov",
    "za": "af-south-1",
}
_AZURE: Final = {
    "ae": "uaenorth uaecentral",
    "at": "austriaeast",
    "au": "australiaeast australiasoutheast australiacentral australiacentral2",
    "be": "belgiumcentral",
    "br": "brazilsouth brazilsoutheast",
    "ca": "canadacentral canadaeast",
    "ch": "switzerlandnorth switzerlandwest",
    "cl": "chilecentral",
    "cn": "chinaeast chinaeast2 chinaeast3 chinanorth chinanorth2 chinanorth3",
    "de": "germanywestcentral germanynorth",
    "es": "spaincentral",
    "fr": "francecentral francesouth",
    "gb": "uksouth ukwest",
    "hk": "eastasia",
    "id": "indonesiacentral",
    "ie": "northeurope",
    "il": "israelcentral",
    "in": "centralindia southindia westindia jioindiacentral jioindiawest",
    "it": "italynorth",
    "jp": "japaneast japanwest",
    "kr": "koreacentral koreasouth",
    "mx": "mexicocentral",
    "my": "malaysiawest",
    "nl": "westeurope",
    "no": "norwayeast norwaywest",
    "nz": "newzealandnorth",
    "pl": "polandcentral",
    "qa": "qatarcentral",
    "se": "swedencentral swedensouth",
    "sg": "southeastasia",
    "us": "centralus eastus eastus2 northcentralus southcentralus westcentralus westus westus2 westus3 "
    "usgovarizona usgovtexas usgovvirginia",
    "za": "southafricanorth southafricawest",
}
_GOOGLE: Final = {
    "au": "australia-southeast1 australia-southeast2",
    "be": "europe-west1",
    "br": "southamerica-east1",
    "ca": "northamerica-northeast1 northamerica-northeast2",
    "ch": "europe-west6",
    "cl": "southamerica-west1",
    "de": "europe-west3 europe-west10",
    "es": "europe-southwest1",
    "fi": "europe-north1",
    "fr": "europe-west9",
    "gb": "europe-west2",
    "hk": "asia-east2",
    "id": "asia-southeast2",
    "il": "me-west1",
    "in": "asia-south1 asia-south2",
    "it": "europe-west8 europe-west12",
    "jp": "asia-northeast1 asia-northeast2",
    "kr": "asia-northeast3",
    "mx": "northamerica-south1",
    "nl": "europe-west4",
    "pl": "europe-central2",
    "qa": "me-central1",
    "se": "europe-north2",
    "sg": "asia-southeast1",
    "tw": "asia-east1",
    "us": "us-central1 us-east1 us-east4 us-east5 us-south1 us-west1 us-west2 us-west3 us-west4",
    "za": "africa-south1",
}
COUNTRY_OF: Final[Mapping[str, str]] = {
    region: country
    for table in (_AWS, _AZURE, _GOOGLE)
    for country, regions in table.items()
    for region in regions.split()
}
"""Code of a cloud's region → the country it lies in, in two letters (ISO 3166-1)."""
EUROPEAN_UNION: Final = frozenset({
    "at", "be", "bg", "cy", "cz", "de", "dk", "ee", "es", "fi", "fr", "gr", "hr", "hu", "ie", "it", "lt", "lu", "lv",
    "mt", "nl", "pl", "pt", "ro", "se", "si", "sk",
})  # fmt: skip
_EVERY_COUNTRY: Final = frozenset(COUNTRY_OF.values())
_OTHER_WORDS: Final = {"uk": "gb", "global-standard": "global"}
_NO_PLACE: Final = "regional"
"""Condition of prices and ids that says "in one region", not which."""
_WORD: Final = re.compile(r"[a-z0-9][a-z0-9_.:/ -]{0,59}")
_VARIANT: Final = "region:"


@lru_cache(maxsize=1000)
def within(place: str) -> frozenset[str]:
    """The place and all names of regions that lie in it: of `eu`, of a country (`de`), else the place alone."""
    word = _OTHER_WORDS.get(place, place)
    countries = EUROPEAN_UNION if word == "eu" else frozenset({word}) & _EVERY_COUNTRY
    return frozenset({place, word}) | countries | {code for code, country in COUNTRY_OF.items() if country in countries}


def served_in(facts: Mapping[str, Json], on: date) -> list[str]:
    """Where an offering is served on a day, in order: what is stated as its regions, the regions for which a price
    is stated, and the place that its id names (`eu.` before an id of Bedrock).

    A list of prices with a region states that the offering is sold there; "not offered" states the opposite.
    """
    stated = facts.get("regions") or ()
    return sorted({*stated, *filter(None, map(_place, {*_of_prices(facts, on), *_of_id(facts)}))})


def _of_prices(facts: Mapping[str, Json], on: date) -> Iterator[str]:
    for name, points in facts.items():
        if name.startswith(rates.PREFIX) and "region=" in name and points:
            point = rates.point_on(rates.decode(points), on)
            if point is not None and point.state is not rates.Amounts.NOT_OFFERED:
                yield rates.parse_key(name).region


def _of_id(facts: Mapping[str, Json]) -> Iterator[str]:
    for word in facts.get("variants") or ():
        if word.startswith(_VARIANT):
            yield word.removeprefix(_VARIANT)


def _place(condition: str) -> str:
    """The region that a condition names; "" where it names none."""
    word = condition.lower()
    return "" if word == _NO_PLACE or not _WORD.fullmatch(word) else _OTHER_WORDS.get(word, word)
