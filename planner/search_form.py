"""Names as they are searched for: Mueller and Muller find Müller, Djordjevic and Dordevic find Đorđević, and back.

DIN 91379 lists the letters of names in Europe's registers and wants names found whatever keyboard they are typed on.
Two spellings do it: letters spelled out as people do it by hand (ä to ae, ø to oe, đ to dj) and bare base letters, both
after the transliterations of ICAO Doc 9303, part 3, section 6.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

BASE = {
    "æ": "ae",
    "œ": "oe",
    "ß": "ss",
    "þ": "th",
    "ð": "d",
    "đ": "d",
    "ø": "o",
    "ł": "l",
    "ħ": "h",
    "ı": "i",
    "ŋ": "n",
    "ĸ": "q",
    "ŧ": "t",
    "ə": "e",
    "ʼ": "",
    "’": "",
    "‘": "",
    "'": "",
}
"""Letters without a base letter of their own in Unicode, and marks that nobody types."""
SPELLED_OUT = {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "đ": "dj"}
_BASE = str.maketrans(BASE)
_SPELLED_OUT = str.maketrans(SPELLED_OUT)


@lru_cache(maxsize=1 << 16)
def _forms(text: str) -> tuple[str, str]:
    whole = unicodedata.normalize("NFC", text.casefold())
    return _bare(whole.translate(_SPELLED_OUT)), _bare(whole)


def _bare(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.translate(_BASE))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def forms(text: str) -> tuple[str, str]:
    """A text spelled out, and in base letters."""
    if text.isascii():
        plain = text.lower().replace("'", "")
        return plain, plain
    return _forms(text)


def words_of(query: str) -> tuple[tuple[str, str], ...]:
    """The words somebody typed, each in both forms."""
    return tuple(dict.fromkeys(found for word in query.split() if any(found := forms(word))))


def holds(text: str, words: Iterable[tuple[str, str]]) -> bool:
    """Whether each word stands somewhere in the text, in any spelling."""
    spelled_out, base = forms(text)
    return all(one in spelled_out or other in spelled_out or one in base or other in base for one, other in words)
