"""invisible: signs that nobody sees and that web pages and word processors leave behind."""

from unicodedata import category, name


def invisible(sign: str) -> str | None:
    """What an invisible sign is called, `no-break space`; None of a plain space and of what can be seen."""
    if sign in " \t\r\n" or category(sign) not in ("Zs", "Zl", "Zp", "Cf"):
        return None
    return name(sign, f"U+{ord(sign):04X}").lower()
