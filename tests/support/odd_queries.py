"""Queries as people type them, and as nobody should."""

import random

BY_HAND = """forum|Forum|FORUM|예산|예산배분|국가연구개발사업예산배분|예|산|예산 배분|예산 OR 배분
forum AND policy|forum NOT policy|-forum|forum -policy|"open forum"|"open forum|"open forum"*|for*
예산*|*|**|title:forum|writer:KISTEP|title:|writer:|title: forum|title:"open forum"|-title:forum
NOT title:forum|title:-forum|writer:kist*|Title:forum|body:forum|title:title:forum|AND|OR|NOT
AND forum|forum OR|OR forum|NOT NOT forum|forum OR OR policy|forum AND NOT policy|or|and|not forum
NEAR(forum policy)|forum OR -policy|(forum)|(forum OR policy) AND 예산|[예산]|{title}:x|“open forum”
„open forum“|«open»|＂open＂|'open'|it's|don't stop|R&D|R＆D|AT&T|C++|C#|3.14|1,000|2026-07-03
2026.07.03|10%|$5|a_b|a-b|re-search|e-mail|http://www.kistep.re.kr/|kim@kistep.re.kr|ᄒᆞᆫ|ㅎㅏㄴ|ㄱ
가나다라마바사|한글abc|abc한글|한abc글|예산(배분)|예산·배분|예산ㆍ배분|예산・배분|·|科學|科学技術
日本語|カタカナ|ｶﾀｶﾅ|ひらがな|Ｆｏｒｕｍ|ＦＯＲＵＭ|１２３|①②|ﬁle|café|cafe|CAFÉ|cafe\u0301|naïve
Ünal|straße|STRASSE|strasse|ẞ|İstanbul|ıx|ΣΊΣΥΦΟΣ|σίσυφος|Ὀδυσσεύς|😀|forum 😀|😀forum|👩‍👩‍👧|🇰🇷|½
x²|H₂O|№5|Å|ﷺ|नमस्ते|हिन्दी|ไทย|שָׁלוֹם|مرحبا|ё|Ёлка|й|й|a\u200bb|soft\u00adhyphen|\ufeffforum
zero\u200djoin|\u202eforum|a\u00a0b|a\u3000b|tab\there|\u0000|for\u0000um|line\nbreak|forum forum
forum FORUM forum|a OR a|a a OR a|-a -a b|"a b" a b|예산 예산|""|" "|"-"|-|--|---forum|- forum
-"open forum"|NOT "open forum"|\\|\\"|"\\|a\\b|%|_|%_|;|'; DROP TABLE post; --|" OR 1=1 --
search MATCH 'x'|{x}|^forum|forum^2|+forum|~forum|<b>forum</b>|&lt;|&amp;
""".replace("\n", "|").split("|")
_PIECES = [
    "forum",
    "예산",
    "예산배분",
    "ㆍ",
    "·",
    '"',
    "-",
    "*",
    "title:",
    "writer:",
    " ",
    " ",
    " ",
    "OR",
    "AND",
    "NOT",
]
_PIECES += ["é", "ß", "Ｗ", "(", ")", ".", "가", "漢字", "x1", "😀", "\u200b", "Σ", "ﬀ", "’", "“"]


def odd_queries(count: int, seed: int = 7) -> list[str]:
    """The queries by hand, and so many of pieces drawn together; the same for the same seed."""
    chance = random.Random(seed)
    drawn = ["".join(chance.choices(_PIECES, k=chance.randint(1, 9))) for _ in range(count)]
    many = [" ".join(f"w{number % 510}" for number in range(length)) for length in (499, 500, 501, 540)]
    return [*BY_HAND, *drawn, *many]
