"""
Countries and their parts, as ISO 3166 codes: `US`, `US-NC`.

Of the parts of a country those of the United States and of the United Kingdom are known; of others
the form alone is looked at. `EU` is no country and stands here for the European Union.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_LISTED = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ"
    " BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM"
    " DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS"
    " GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN"
    " KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ"
    " MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM"
    " PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV"
    " SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI"
    " VN VU WF WS YE YT ZA ZM ZW"
)
COUNTRIES: Final = frozenset(_LISTED.split())
EUROPEAN_UNION: Final = "EU"

STATES: Final[Mapping[str, str]] = {
    "AL": "Alabama",
    "AK": "Alaska",
    "AZ": "Arizona",
    "AR": "Arkansas",
    "CA": "California",
    "CO": "Colorado",
    "CT": "Connecticut",
    "DE": "Delaware",
    "DC": "District of Columbia",
    "FL": "Florida",
    "GA": "Georgia",
    "HI": "Hawaii",
    "ID": "Idaho",
    "IL": "Illinois",
    "IN": "Indiana",
    "IA": "Iowa",
    "KS": "Kansas",
    "KY": "Kentucky",
    "LA": "Louisiana",
    "ME": "Maine",
    "MD": "Maryland",
    "MA": "Massachusetts",
    "MI": "Michigan",
    "MN": "Minnesota",
    "MS": "Mississippi",
    "MO": "Missouri",
    "MT": "Montana",
    "NE": "Nebraska",
    "NV": "Nevada",
    "NH": "New Hampshire",
    "NJ": "New Jersey",
    "NM": "New Mexico",
    "NY": "New York",
    "NC": "North Carolina",
    "ND": "North Dakota",
    "OH": "Ohio",
    "OK": "Oklahoma",
    "OR": "Oregon",
    "PA": "Pennsylvania",
    "RI": "Rhode Island",
    "SC": "South Carolina",
    "SD": "South Dakota",
    "TN": "Tennessee",
    "TX": "Texas",
    "UT": "Utah",
    "VT": "Vermont",
    "VA": "Virginia",
    "WA": "Washington",
    "WV": "West Virginia",
    "WI": "Wisconsin",
    "WY": "Wyoming",
}
"""The states of the United States, and the district of its capital, by their codes."""
PARTS: Final[Mapping[str, frozenset[str]]] = {
    "US": frozenset([*STATES, "AS", "GU", "MP", "PR", "UM", "VI"]),
    "GB": frozenset(["ENG", "NIR", "SCT", "WLS", "EAW", "GBN", "UKM"]),
}
NAMES: Final[Mapping[str, str]] = {
    "australia": "AU",
    "canada": "CA",
    "england": "GB-ENG",
    "european union": "EU",
    "france": "FR",
    "germany": "DE",
    "india": "IN",
    "israel": "IL",
    "northern ireland": "GB-NIR",
    "puerto rico": "US-PR",
    "scotland": "GB-SCT",
    "uk": "GB",
    "united kingdom": "GB",
    "united states": "US",
    "united states of america": "US",
    "usa": "US",
    "wales": "GB-WLS",
    **{name.casefold(): f"US-{code}" for code, name in STATES.items()},
}
"""Names that are written out, in small letters, by their codes."""
_CODE = re.compile(r"(?P<country>[A-Z]{2})(-(?P<part>[A-Z0-9]{1,3}))?")


def is_place(code: str) -> bool:
    """
    Tell whether a code names a country, a part of one, or the European Union.

    >>> is_place("US-NC"), is_place("US-ZZ"), is_place("AA")
    (True, False, False)
    """
    found = _CODE.fullmatch(code)
    if found is None:
        return False
    country, part = found["country"], found["part"]
    if part is None:
        return country in COUNTRIES or country == EUROPEAN_UNION
    return country in COUNTRIES and (country not in PARTS or part in PARTS[country])


def place_of(words: str) -> str:
    """
    Read a place as people write it, in whatever letters; empty where it is none.

    >>> place_of("us-nc"), place_of("North Carolina"), place_of("Carolina")
    ('US-NC', 'US-NC', '')
    """
    named = NAMES.get(" ".join(words.casefold().replace(".", "").split()))
    code = words.strip().upper()
    return named or (code if is_place(code) else "")
