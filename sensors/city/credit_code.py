"""Unified social credit codes with valid check digits (GB 32100-2015; the organisation part by GB 11714-1997)."""

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I, O, S, V, Z: they read like digits
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_VALUE = {letter: value for value, letter in enumerate(_ALPHABET)}

# Registering department and kind of body: an institution, a company, a self-employed person.
INSTITUTION, COMPANY, SELF_EMPLOYED = "12", "91", "92"


def credit_code(kind: str, region: str, number: int) -> str:
    """The code of the `number`-th organisation of a region; different numbers give different codes."""
    body = f"{number:07d}"
    # MA marks organisations registered after the reform of 2015; the letter after it only widens the range.
    organisation = ("MA" + body[1:] if kind != INSTITUTION else "K" + body)[:8]
    code = kind + region + organisation + _organisation_check(organisation)
    total = sum(_VALUE[letter] * weight for letter, weight in zip(code, _WEIGHTS, strict=True))
    return code + _ALPHABET[(31 - total) % 31]


def _organisation_check(body: str) -> str:
    digits = (int(letter, 36) for letter in body)
    check = 11 - sum(d * weight for d, weight in zip(digits, _ORGANISATION_WEIGHTS, strict=True)) % 11
    return "X" if check == 10 else "0" if check == 11 else str(check)
