"""What the letters and numbers of a CMS record mean, by the record layout shipped with each release."""

from __future__ import annotations

COVERAGE_MEANING = {
    "C": "carrier judgment",
    "D": "special coverage instructions apply",
    "I": "not payable by Medicare",
    "M": "non-covered by Medicare",
    "S": "non-covered by Medicare statute",
}
NEVER_PAID = ("I", "M", "S")
"""Coverage indicators under which Medicare pays in no case."""
PRICING_MEANING = {
    "00": "not separately priced by Part B",
    "11": "priced from national relative value units",
    "12": "priced from national anesthesia base units",
    "13": "priced by the carriers",
    "21": "clinical lab fee, subject to the national limitation amount",
    "22": "clinical lab fee, priced by the carriers",
    "31": "frequently serviced DME",
    "32": "inexpensive and routinely purchased DME",
    "33": "oxygen and oxygen equipment",
    "34": "DME supplies",
    "35": "surgical dressings",
    "36": "capped rental DME",
    "37": "ostomy, tracheostomy and urological supplies",
    "38": "orthotics, prosthetics, prosthetic devices and vision services",
    "39": "parenteral and enteral nutrition",
    "40": "lymphedema compression treatment items",
    "45": "customized DME items",
    "46": "carrier priced",
    "51": "drugs",
    "52": "reasonable charge",
    "53": "statute",
    "54": "vaccinations",
    "55": "splints and casts",
    "56": "intraocular lenses inserted in a physician's office",
    "57": "other carrier priced",
    "99": "value not established",
}


def pricing_text(indicator: str) -> str:
    """Say a pricing indicator in words."""
    return f"{indicator} ({PRICING_MEANING.get(indicator, 'meaning not published')})"
