"""Names and phones as people see them who may not know them."""


def masked_name(name: str) -> str:
    """The family name and a star: 张*."""
    return f"{name[0]}*" if name else ""


def masked_phone(phone: str) -> str:
    """The first three and the last two digits, so that two numbers can be told apart and none be called."""
    return f"{phone[:3]}****{phone[-2:]}" if len(phone) >= 9 else "****" if phone else ""
