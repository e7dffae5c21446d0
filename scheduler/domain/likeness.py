"""Names and websites that look like another's: keys by which likely doubles are found without comparing all pairs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlsplit

_FORMS = """
ab ad ag aps as asa asbl bv bvba co company corp corporation cv dd doo ead eeig eg eood eurl ev gbr gesmbh ggmbh gie
gmbh inc incorporated kft kg kk lda limited llc llp lp ltd ltda mbh nv nyrt oao oo ood ou oy oyj plc pte pty rt sa sab
sac sapa sarl sas sasu sau sc sca sccl scop scp scrl se sia sl sll slp slu snc soc sp spa spk sprl spolka spzoo srl
srls sro stg ug uab vof vzw zao zoo zrt ад еад еоод оод сд αε επε οε
"""
_HOSTS = """
facebook.com linkedin.com instagram.com twitter.com x.com youtube.com github.com github.io google.com sites.google.com
wordpress.com blogspot.com wixsite.com about.me linktr.ee medium.com notion.site
"""

LEGAL_FORMS = frozenset(_FORMS.split())
"""Words at the end of a company's name that say what it is in law, without their dots (see `core_name`)."""
LEADING_FORMS = frozenset(("ao", "ooo", "pt", "sia", "uab", "zao", "ао", "ооо", "оао", "зао"))
"""Those that stand before the name."""
_JOINING = frozenset(("and", "und", "y", "et", "e", "i", "z", "и"))
"""Words between legal forms: `GmbH und Co. KG`, `sp. z o.o.`"""
_WORD = re.compile(r"[^\W_]+")
_SHARED_HOSTS = frozenset(_HOSTS.split())
MANY = 12
"""A website that more organisations name is an umbrella's: it makes none of them doubles."""


def core_name(key: str) -> str:
    """What is left of an organisation's `search_key` without its legal form, blanks and signs.

    `acme solutions, s.l.` and `acme-solutions slu` have one core. A name that is nothing but a legal form keeps it.
    """
    words = _words(key)
    while len(words) > 1 and words[0] in LEADING_FORMS:
        words = words[1:]
    end = len(words)
    # What joins the parts of a form goes with it, and only then.
    while end > 1 and (words[end - 1] in LEGAL_FORMS or (end < len(words) and words[end - 1] in _JOINING)):
        end -= 1
    return "".join(words[:end])


def _words(key: str) -> list[str]:
    """Letters and digits by word; dots vanish (`s.l.` is `sl`), and single letters side by side are one word."""
    words: list[str] = []
    spelled = False
    for word in _WORD.findall(key.replace(".", "").replace("'", "")):
        single = len(word) == 1 and word.isalpha()
        if single and spelled:
            words[-1] += word
        else:
            words.append(word)
        spelled = single
    return words


def site_of(website: str) -> str:
    """The domain of a website without `www`; nothing for none, and for hosts that everybody shares."""
    text = website.strip().lower()
    try:
        host = urlsplit(text if "://" in text else f"https://{text}").hostname or ""
    except ValueError:
        return ""
    host = host.removeprefix("www.").rstrip(".")
    return "" if "." not in host or host in _SHARED_HOSTS else host


def alike(keys: Mapping[int, Iterable[str]], most: int | None = None) -> list[tuple[int, ...]]:
    """Groups of two and more that share a key, directly or through others, in the order of `keys`.

    Empty keys mean nothing; nor does one that more than `most` share.
    """
    holders: dict[str, list[int]] = {}
    for thing, own in keys.items():
        for key in set(own):
            if key:
                holders.setdefault(key, []).append(thing)
    return _joined(
        keys, [held for held in holders.values() if len(held) > 1 and (not most or len(held) <= most)]
    )


def _joined(order: Iterable[int], links: Sequence[Sequence[int]]) -> list[tuple[int, ...]]:
    root: dict[int, int] = {}

    def top(thing: int) -> int:
        while (above := root.get(thing, thing)) != thing:
            root[thing] = root.get(above, above)
            thing = above
        return thing

    for first, *others in links:
        for other in others:
            root[top(other)] = top(first)
    groups: dict[int, list[int]] = {}
    linked = {thing for held in links for thing in held}
    for thing in order:
        if thing in linked:
            groups.setdefault(top(thing), []).append(thing)
    return [tuple(group) for group in groups.values()]
