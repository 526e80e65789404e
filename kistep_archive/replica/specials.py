"""Posts written by hand: the five known ones, and every oddity a body or a title was seen to have.

A special is an `Entry` whose number is 0 where any free number will do.
"""

import base64

from kistep_archive.replica import media
from kistep_archive.replica.content import Entry, Image, Paragraph, attachment

LONG_TITLE = (
    "The 66th KISTEP Wednesday Forum: Strategies for Enhancing International Technology "
    "Cooperation towards Open Innovation"
)

LEGACY = (
    Entry(
        11437, LONG_TITLE, "Hyojin Jang", "2017-07-07", 474,
        (
            Paragraph("The 66th forum asked how a country that imports ideas "
                      "can become one that shares them."),
            Image("/cm_data/editorImage/201707/20170707101530001.png", "", "[▲ Welcome address at the 66th "
                                                                           "Wednesday Forum]"),
            Paragraph("First, Writer Hyunwoo Bang recalled the Date and Title of the first joint project and "
                      "called it a lucky Hit."),
            Paragraph("『Open Innovation Review』 printed the papers: ‘joint funds’, ‘joint "
                      "laboratories’ and “joint mistakes”."),
        ),
    ),
    Entry(
        13623, "Opening ceremony of KISTEP new building", "Gyuha Jo", "2020-02-26", 242,
        (
            Paragraph("KISTEP opened its new building with a small ceremony, smaller than planned because of "
                      "the epidemic."),
            Image("/cm_data/editorImage/202002/20200226140212007.png", "", "[▲ Cutting the tape in front of "
                                                                           "the new building]"),
            Paragraph("The building has a floor space of 12,480㎡ and houses a library, a hall and rooms for "
                      "visitingㆍjoint teams."),
        ),
    ),
    Entry(
        0, "Photo News: Scenes from the 2018 Innovation Day", "Seoyeon Baek", "2018-11-09", 188,
        (Image("/cm_data/editorImage/201811/20181109173300012.png", "Scenes from the 2018 Innovation Day"),),
    ),
    Entry(
        0, "Season's Greetings from KISTEP", "Minjae Ryu", "2016-12-23", 95,
        (Image("/cm_data/editorImage/201612/20161223090000003.png"),),
    ),
    Entry(
        0, "Q&A on <R&D> Budget: \"What's New\" in 2019?", "Woojin Shim", "2018-09-03", 611,
        (
            Paragraph("Q. Is <R&D> spending below 5% of the budget?\nA. It is, but R&D > 4.9% for the first "
                      "time."),
            Paragraph("\u00a0"),
            Paragraph("See http://www.kistep.re.kr/en/index.jsp?a=1&b=2 for the tables."),
        ),
        (attachment(1, "국가연구개발사업예산배분 [설명자료] 최종.hwpx", ("국가연구개발사업예산배분ㆍ조정",
        "Budget Q&A")),),
    ),
    Entry(
        0, "과학기술혁신정책 국제 세미나 개최", "Nayoung Do", "2019-10-15", 402,
        (
            Paragraph("한국과학기술기획평가원은 과학기술혁신정책을 주제로 국제 세미나를 개최하였다."),
            Paragraph("국가연구개발사업예산배분 제도와 예비타당성조사제도에 관한 발표가 이어졌다."),
            Image("/cm_data/editorImage/201910/20191015112200004.png", "", "[▲ 세미나 참석자 단체 사진]"),
        ),
        (attachment(2, "세미나 자료집 (제1부).pdf", ("Seminar proceedings, part "
                                             "1",)), attachment(3, "poster [A2].png", ("poster",))),
    ),
)  # fmt: skip

CURRENT = (
    Entry(
        37135, "S&T in Post-COVID-19 Era", "Juyeon Maeng", "2020-06-10", 9832,
        (
            Paragraph("After the first wave, KISTEP asked which technologies a society needs when it must "
                      "keep its distance."),
            Paragraph("Remote medicine, logistics and learning came first; supply chains of raw materials "
                      "came next."),
            Image("/upload/namo/images/037135/(한글 "
                  "이름).jpg", "Eight areas of technology", "△ Eight areas of technology"),
            Paragraph("\u00a0"),
            Paragraph("The report is found at https://www.kistep.re.kr/en and in libraries."),
        ),
        (attachment(2, "Post-COVID-19 기술 목록 (영문).pdf", ("S&T in the post-COVID-19 era", "Eight areas")),
        ),
    ),
    Entry(
        42794, "[The 146th KISTEP Wednesday Forum] Future Direction of the Mission-Oriented National "
               "innovation Policy",
        "KISTEP", "2022-07-14", 519,
        (
            Paragraph("What makes a mission more than a slogan? The 146th forum looked for an answer in "
                      "eleven cases."),
            Paragraph("Speakers agreed that a mission‑oriented policy needs one owner, a date and the "
                      "courage to stop."),
            Image("/boardImgView.es?bid=0051&list_no=42794&seq=1", "", "△ The panel of the 146th Wednesday "
                                                                       "Forum"),
        ),
        (attachment(1, "146th Wednesday Forum.png", ("The 146th forum",)),),
    ),
    Entry(
        93466, "2023 Science and Technology Diplomacy Forum", "KISTEP", "2024-04-04", 99,
        (
            Paragraph("Diplomats and researchers met to discuss treaties that laboratories can live with."),
            Paragraph("Date Writer Hit Title: a quiz on old catalogue cards opened the evening."),
            Paragraph("The forum was held under the motto ‘science first, flags second’."),
        ),
    ),
    Entry(
        0, "Card News: Five Numbers on Korean R&D", "KISTEP", "2023-05-19", 1204,
        (Image("/upload/namo/images/043102/(카드뉴스 "
               "1).jpg", "Five numbers on Korean R&D: input, people, papers, patents, firms"),),
    ),
    Entry(0, "Poster of the 25th Anniversary "
             "Exhibition", "KISTEP", "2024-01-22", 77, (Image("/upload/editor/20240122/poster25.png"),)),
    Entry(
        0, "Survey of Research and Development in Korea: How to Read the New "
           "Table", "KISTEP", "2022-11-02", 2350,
        (
            Paragraph("The table was redrawn; the small picture shows the old and the new order of columns."),
            Image("data:image/png;base64," + base64.b64encode(media.png(77, 48, 48)).decode(),
            "Order of columns"),
            Paragraph("Numbers before 2010 are on another basis and should not be compared."),
        ),
    ),
    Entry(
        0, "Summary of the R&D Evaluation Guideline (Revised)", "KISTEP", "2023-03-08", 640,
        (
            Paragraph("The guideline was revised after two hearings."),
            Paragraph("1. Fewer forms\n2. Longer intervals\n3. Feedback within thirty days"),
            Paragraph("\u00a0"),
            Paragraph("It applies to R&D programs that start after June."),
        ),
        (attachment(1, "R&D 평가지침 (개정) [영문 요약].hwpx", ("R&D evaluation guideline", "평가지침 개정")),
        ),
        pasted=True,
    ),
    Entry(
        0, "How to Use These Pages", "KISTEP", "2022-02-03", 3120,
        (
            Paragraph("News are listed by date. Title, Writer and Date can be searched; a Hit is counted "
                      "when a post is opened."),
            Paragraph("Download counts stand next to each File."),
        ),
        pinned=True,
    ),
    Entry(
        0, "국가연구개발사업예산배분 설명회 안내", "KISTEP", "2025-04-16", 865,
        (
            Paragraph("국가연구개발사업예산배분ㆍ조정 설명회를 아래와 같이 개최합니다."),
            Paragraph("일시: 2025년 5월 9일\n장소: 충북혁신도시 본원 대강당"),
            Paragraph("과학기술혁신정책에 관심 있는 분들의 많은 참여를 바랍니다."),
        ),
        (attachment(1, "설명회 안내문 (최종).hwpx", ("설명회 안내", "국가연구개발사업예산배분")),),
        pinned=True,
    ),
    Entry(
        0, "Call for Applications: K-Innovation Fellowship for Policy Researchers from Partner Countries, "
           "Second Round of 2025 (Extended)",
        "KISTEP", "2025-09-01", 1502,
        (
            Paragraph("The deadline has been extended by two weeks. "
                      "Applications are accepted by e‑mail only."),
            Paragraph("Fellows stay for six months, write one paper and give one talk."),
        ),
        (attachment(1, "Application form [K-Innovation].hwpx", ("Application form",)), attachment(2,
        "FAQ.pdf", ("Frequent questions",))),
        pinned=True,
    ),
)  # fmt: skip

TWIN_TITLE = "KISTEP Newsletter Survey"
TWIN_WRITER = "Haneul Kang"
TWIN_DATE = "2019-05-02"
# The legacy board has one post of this title, the current board two: nobody can say which of them was
# migrated.
TWIN_LEGACY = Entry(
    0, TWIN_TITLE, TWIN_WRITER, TWIN_DATE, 133,
    (Paragraph("Readers of the newsletter are asked for their "
               "opinion."), Paragraph("The survey takes three minutes.")),
)  # fmt: skip
TWINS_CURRENT = (
    Entry(
        0,
        TWIN_TITLE,
        TWIN_WRITER,
        TWIN_DATE,
        1410,
        (Paragraph("Part one of the survey is about the topics of the newsletter."),),
    ),
    Entry(
        0,
        TWIN_TITLE,
        TWIN_WRITER,
        TWIN_DATE,
        702,
        (Paragraph("Part two of the survey is about its length and design."),),
    ),
)

NEW_ON_DAY_2 = (
    Entry(
        0, "KISTEP and Partners Launch a Shared Foresight Calendar", "KISTEP", "2026-07-01", 4,
        (Paragraph("Six institutes will publish the dates of their foresight studies in one calendar."),),
    ),
    Entry(
        0, "Delegation from Slovenia Visits KISTEP", "KISTEP", "2026-07-02", 9,
        (
            Paragraph("The visitors compared how two small peninsulas of policy keep their bridges."),
            Image("/upload/namo/images/099001/(단체 사진).jpg", "", "△ The delegation in the lobby"),
        ),
    ),
    Entry(
        0, "[The 201st KISTEP Wednesday Forum] Counting What Counts in R&D", "KISTEP", "2026-07-02", 12,
        (Paragraph("The forum turned to indicators that lose their worth once they become targets."),),
        (attachment(1, "제201회 수요포럼 [발표자료].pdf", ("Counting what counts",)),),
    ),
    Entry(
        0, "미래유망기술선정 결과 공개", "KISTEP", "2026-07-03", 2,
        (Paragraph("올해의 미래유망기술선정 결과를 공개합니다."),
        Paragraph("An English version follows within the month.")),
    ),
)  # fmt: skip

NEWSLETTERS = tuple(
    Entry(
        0, f"KISTEP Newsletter Vol. {volume}", "KISTEP", date, hits,
        (Paragraph(f"In this issue: {theme}."), Paragraph("The whole newsletter is attached as a file.")),
        (attachment(1, f"KISTEP Newsletter (Vol.{volume}).pdf", (f"KISTEP Newsletter {volume}", theme)),),
    )
    for volume, date, hits, theme in (
        (41, "2022-09-30", 810, "the new basic plan and a talk with its drafters"),
        (42, "2022-12-29", 655, "ten signals of change and what became of last year's"),
        (43, "2023-06-30", 1033, "how the national R&D programs are surveyed"),
        (44, "2023-12-28", 420, "women in laboratories, by numbers"),
        (45, "2024-06-28", 377, "a visit to three regional clusters"),
        (46, "2025-12-30", 158, "preliminary feasibility studies after the reform"),
    )
)  # fmt: skip
