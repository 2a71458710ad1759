"""Honest texts full of signs that nobody sees: emoji, flags, and the first article of human rights in many scripts.

The Universal Declaration of Human Rights is in the public domain. The signs are written as escapes where they matter.
"""

# ruff: noqa: E501 - characters that nobody sees are written as escapes, and a sentence of them is long

from __future__ import annotations

_ZWJ, _VS = "\u200d", "\ufe0f"

HONEST: dict[str, str] = {
    "families": "".join(
        f"\U0001f468{_ZWJ}\U0001f469{_ZWJ}\U0001f467{_ZWJ}\U0001f466 \U0001f3f3{_VS}{_ZWJ}\U0001f308 \u2764{_VS}{_ZWJ}\U0001f525 "
        for _ in range(20)
    ),
    "professions": " ".join(
        f"{who}{skin}{_ZWJ}{what}{_VS if ord(what) < 0x10000 else ''}"
        for who in "\U0001f468\U0001f469\U0001f9d1"
        for skin in ("", "\U0001f3fb", "\U0001f3fd", "\U0001f3ff")
        for what in "\u2695\u2696\u2708\U0001f33e\U0001f373\U0001f393\U0001f3a4\U0001f3a8\U0001f4bb\U0001f52c\U0001f680"
    ),
    "keycaps": " ".join(f"{one}{_VS}\u20e3" for one in "0123456789#*"),
    "hearts": f"\u2764{_VS}\u2764{_VS}{_VS} \u2600{_VS} \u260e\ufe0e \u2714{_VS} \u25b6{_VS} \u00a9{_VS} \u2122{_VS}",
    "flags of regions": " ".join(
        "\U0001f3f4" + "".join(chr(0xE0000 + ord(one)) for one in region) + "\U000e007f"
        for region in ("gbeng", "gbsct", "gbwls", "ustx", "usca")
    ),
    "flags": "\U0001f1e9\U0001f1ea \U0001f1eb\U0001f1f7\U0001f1ef\U0001f1f5 \U0001f1fa\U0001f1f8\U0001f1ec\U0001f1e7",
    "ideographs": "\u845b\U000e0100\u57ce\u533a\u3001\u8fbb\U000e0101\u3055\u3093\u3001\u9089\U000e0103\u9089\U000e010e",
    "persian": (
        "\u062a\u0645\u0627\u0645 \u0627\u0641\u0631\u0627\u062f \u0628\u0634\u0631 \u0622\u0632\u0627\u062f \u0628\u0647 \u062f\u0646\u06cc\u0627"
        " \u0645\u06cc\u200c\u0622\u06cc\u0646\u062f \u0648 \u0627\u0632 \u0644\u062d\u0627\u0638 \u062d\u06cc\u062b\u06cc\u062a \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0646\u062f"
        " \u0646\u0645\u06cc\u200c\u0634\u0648\u062f \u06a9\u062a\u0627\u0628\u200c\u0647\u0627 \u062e\u0627\u0646\u0647\u200c\u0647\u0627 \u0622\u0646\u200c\u0647\u0627 "
    ) * 6,
    "hindi": (
        "\u0938\u092d\u0940 \u092e\u0928\u0941\u0937\u094d\u092f\u094b\u0902 \u0915\u094b \u0917\u094c\u0930\u0935 \u0930\u093e\u091c\u094d\u200d\u092f"
        " \u0909\u0928\u094d\u200d\u0939\u0947\u0902 \u092c\u0941\u0926\u094d\u0927\u093f \u0935\u093f\u0926\u094d\u200d\u092f\u093e\u0930\u094d\u0925\u0940 "
    ) * 8,
    "bengali": "\u09b8\u09ae\u09b8\u09cd\u09a4 \u09ae\u09be\u09a8\u09c1\u09b7 \u09b0\u200d\u09cd\u09af\u09be\u09ac \u09b8\u09cd\u09ac\u09be\u09a7\u09c0\u09a8\u09ad\u09be\u09ac\u09c7 " * 9,
    "malayalam": "\u0d2e\u0d28\u0d41\u0d37\u0d4d\u0d2f\u0d30\u0d46\u0d32\u0d4d\u0d32\u0d3e\u0d35\u0d30\u0d41\u0d02 \u0d05\u0d35\u0d28\u0d4d\u200d \u0d05\u0d35\u0d30\u0d4d\u200d "
    * 9,
    "sinhala": "\u0dc1\u0dca\u200d\u0dbb\u0dd3 \u0dbd\u0d82\u0d9a\u0dcf\u0dc0 \u0db4\u0dca\u200d\u0dbb\u0da2\u0dcf\u0dad\u0db1\u0dca\u0dad\u0dca\u200d\u0dbb " * 9,
    "thai": "\u0e21\u0e19\u0e38\u0e29\u0e22\u0e4c\u200b\u0e17\u0e31\u0e49\u0e07\u0e2b\u0e25\u0e32\u0e22\u200b\u0e40\u0e01\u0e34\u0e14\u200b\u0e21\u0e32 " * 12,
    "khmer": "\u1798\u1793\u17bb\u179f\u17d2\u179f\u200b\u1791\u17b6\u17c6\u1784\u200b\u17a2\u179f\u17cb\u200b\u1780\u17be\u178f " * 12,
    "hebrew with marks": "\u200f\u05db\u05dc \u05d1\u05e0\u05d9 \u05d0\u05d3\u05dd \u05e0\u05d5\u05dc\u05d3\u05d5 (ABC) \u200f\u05d1\u05e0\u05d9\u200e \u05d7\u05d5\u05e8\u05d9\u05df! " * 8,
    "arabic, isolated": "\u064a\u0648\u0644\u062f \u062c\u0645\u064a\u0639 \u2066Moltbook agents\u2069 \u0627\u0644\u0646\u0627\u0633 \u202bABC\u202c \u0623\u062d\u0631\u0627\u0631\u0627\u064b " * 8,
    "names, isolated": "\u2068Anna Karenina\u2069 and \u2068Bob the Builder\u2069 liked your post; \u2066Server\u2069 did, too. " * 6,
    "soft hyphens": "In\u00adfor\u00adma\u00adtion about inter\u00adna\u00adtion\u00adal co\u00adop\u00ader\u00ada\u00adtion and hy\u00adphen\u00ada\u00adtion. " * 8,
    "byte order mark": "\ufeffThe first line of a file.\n",
    "a stray zero-width space": "Copied from a page\u200b with one\u200b or two of them, \u200band no more.",
    "mongolian": "\u182c\u1826\u182e\u1826\u1828 \u182a\u1826\u1837\u180e\u1820 \u1832\u1825\u1837\u1825\u1835\u1826 \u182e\u1821\u1828\u1833\u1821\u182f\u1821\u182c\u1826\u180b " * 6,
    "tibetan and burmese": "\u0f60\u0f42\u0fb2\u0f7c\u0f0b\u0f56\u0f0b \u101c\u1030\u1010\u102d\u102f\u1004\u103a\u1038\u200b\u101e\u100a\u103a " * 9,
    "russian and greek": (
        "\u0412\u0441\u0435 \u043b\u044e\u0434\u0438 \u0440\u043e\u0436\u0434\u0430\u044e\u0442\u0441\u044f \u0441\u0432\u043e\u0431\u043e\u0434\u043d\u044b\u043c\u0438"
        " \u038c\u03bb\u03bf\u03b9 \u03bf\u03b9 \u03ac\u03bd\u03b8\u03c1\u03c9\u03c0\u03bf\u03b9 \u03b3\u03b5\u03bd\u03bd\u03b9\u03bf\u03cd\u03bd\u03c4\u03b1\u03b9 "
    ) * 6,
}  # fmt: skip
