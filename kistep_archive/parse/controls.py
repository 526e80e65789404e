"""The words and classes of buttons and of links of the page."""

import re

_PAGE = r"(?:\s(?:this\s)?(?:page|article|post|link|url|address))?"
CONTROL = re.compile(  # the words of a button, or of a link of the page
    rf"(?:print(?:\sout)?|copy|share|bookmark|scrap|save|e-?mail|edit|delete|report|close){_PAGE}"
    r"|(?:(?:go|back)\sto\s(?:the\s)?)?list|back|prev(?:ious)?|next|top|more|view|preview|download|reply"
    r"|like|listen|rss|qr(?:\scode)?|sns(?:\s?(?:share|공유))?|zoom\s?(?:in|out)|[a가]?[+＋-]"
    r"|face\s?book|twitter|x|linked\s?in|instagram|kakao\s?(?:talk|story)?|naver|band|blog|youtube"
    r"|카카오\s?(?:톡|스토리)?|페이스북|트위터|네이버(?:\s?(?:블로그|밴드))?|밴드|블로그|인스타그램|유튜브"
    r"|(?:(?:url|uri|주소|링크|link|본문|기사|글|페이지|화면)\s?)?"
    r"(?:복사|인쇄|프린트|출력|공유|스크랩|저장|복사|copy|print)(?:하기)?"
    r"|목록(?:\s?(?:으로|보기))?|(?:이전|다음)\s?글?|즐겨찾기|닫기|열기|확대|축소|글자\s?(?:크게|작게|크기)"
    r"|더\s?보기|(?:미리|바로)\s?(?:보기|듣기)|음성\s?듣기|다운로드|내려받기|첨부\s?파일|수정|삭제|답글|답변"
    r"|메일(?:\s?보내기)?|신고(?:하기)?|좋아요|댓글",
    re.I,
)
CONTROL_CLASS = re.compile(r"(?:^|[\s_-])(?:btns?|buttons?|print|share|sns|copy|util)(?:$|[\s_-])", re.I)
