"""What the institute's news tell: one `Story` for each kind of event, as sentences with named gaps.

The gaps are `{n} {nth} {year} {topic} {other} {partner} {country} {place} {speaker} {guest} {month} {ko}
{ko_nth}`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Story:
    """`titles` and `leads` are alternatives; `details` are sentences in any order; `facts` are lines of one
    paragraph."""

    titles: tuple[str, ...]
    leads: tuple[str, ...]
    details: tuple[str, ...]
    facts: tuple[str, ...] = ()
    captions: tuple[str, ...] = ("Participants after the session",)


STORIES = (
    Story(
        titles=(
            "[The {nth} KISTEP Wednesday Forum] {topic}",
            "The {nth} KISTEP Wednesday Forum: {topic} and {other}",
        ),
        leads=(
            "KISTEP held its {nth} Wednesday Forum at {place} to discuss {topic}.",
            "The {nth} Wednesday Forum brought some {n}0 researchers and officials together under the theme "
            "‘{topic}’.",
        ),
        details=(
            "{speaker} opened the forum with a talk on how {topic} has changed "
            "since the last framework plan.",
            "In the discussion that followed, {guest} asked for indicators that a ministry can read without "
            "a statistician.",
            "The audience was most interested in the link between {topic} and {other}.",
            "A recording is kept for registered members, and the slides are attached where the speaker "
            "agreed.",
            "“Good policy starts with a question that can be answered,” said {speaker}.",
            "Two short comments from industry closed the first half.",
        ),
        facts=("Date: {month} {year}", "Venue: {place}", "Speaker: {speaker}", "Chair: {guest}"),
        captions=("{speaker} speaks at the {nth} Wednesday Forum", "The audience of the {nth} forum"),
    ),
    Story(
        titles=("KISTEP Signs an MoU with {Partner}", "MoU on {topic} Signed with {Partner}"),
        leads=(
            "KISTEP and {partner} signed a memorandum of understanding on {topic} at {place}.",
            "A memorandum of understanding with {partner} was signed this week; it covers {topic} and the "
            "exchange of staff.",
        ),
        details=(
            "Both sides will exchange two researchers a year and hold a joint workshop each {month}.",
            "The first joint study compares how the two countries plan {other}.",
            "{guest}, who led the talks, called the text ‘short enough to be kept’.",
            "The agreement runs for three years and is renewed unless one side objects.",
            "A working group meets online every second month to follow up.",
        ),
        captions=("The signing ceremony with {partner}", "Both presidents after signing the memorandum"),
    ),
    Story(
        titles=("Delegation from {country} Visits KISTEP", "{Partner} Visits KISTEP to Discuss {topic}"),
        leads=(
            "A delegation of {n} officials from {country} visited KISTEP to learn about {topic}.",
            "KISTEP welcomed visitors from {country}, among them members of {partner}.",
        ),
        details=(
            "The visitors were shown how the national R&D budget is allocated and coordinated across "
            "ministries.",
            "{guest} explained the survey and analysis of national R&D programs and answered questions for "
            "an hour.",
            "The delegation asked in particular about {other} and about training for evaluators.",
            "Both sides agreed to keep a contact point for data questions.",
            "A tour of the building and a lunch with young researchers ended the visit.",
        ),
        captions=(
            "The delegation from {country} in front of the building",
            "Group photo with the visitors from {country}",
        ),
    ),
    Story(
        titles=(
            "KISTEP Announces {n} Emerging Technologies of {year}",
            "Technology Foresight {year}: {topic}",
        ),
        leads=(
            "KISTEP has selected {n} emerging technologies for {year}, most of them connected with {topic}.",
            "The foresight exercise of {year} looked twenty years ahead at {topic}.",
        ),
        details=(
            "More than {n}00 experts answered two rounds of a Delphi survey.",
            "Candidates were weighed by their effect on society, their feasibility and public attention.",
            "Citizens took part for the first time, and their ranking differed clearly from that of the "
            "experts.",
            "The horizon scan covered news, patents and papers; signals on {other} stood out.",
            "A report in Korean with an English summary follows in {month}.",
        ),
        captions=("Scenario workshop on {topic}", "The list of emerging technologies {year}"),
    ),
    Story(
        titles=(
            "Government R&D Budget {year}: Focus on {topic}",
            "Allocation and Coordination of the {year} R&D Budget Explained",
        ),
        leads=(
            "The government R&D budget for {year} puts its weight on {topic}, a briefing at {place} showed.",
            "KISTEP explained the allocation and coordination of the {year} R&D budget to ministries and "
            "universities.",
        ),
        details=(
            "Spending on {topic} grows by {n} per cent, while overlapping programs are merged.",
            "The briefing described the path from the mid-term investment strategy to the final draft in "
            "August.",
            "{guest} pointed out that large facilities need an account of their running costs as well.",
            "Questions from the floor dealt with {other} and multi-year contracts.",
            "The figures in this post are those of the draft; the assembly may change them.",
        ),
        facts=("▲ Basic research", "▲ {topic}", "▲ {other}", "▲ Regional R&D"),
        captions=("Briefing on the R&D budget {year}",),
    ),
    Story(
        titles=("Workshop on R&D Evaluation and {topic}", "Specific Evaluation {year}: Lessons from {topic}"),
        leads=(
            "Evaluators from {n} agencies met at {place} for a workshop on {topic}.",
            "The specific evaluation of {year} is finished; its lessons for {topic} were presented at "
            "{place}.",
        ),
        details=(
            "The panel agreed that fewer indicators and longer intervals would serve basic research better.",
            "{speaker} compared peer review with evaluation by portfolio and found that neither replaces the "
            "other.",
            "A session on {other} showed how qualitative cases can be collected without a burden on the "
            "teams.",
            "The revised guideline takes effect next spring and shortens the self-evaluation form to four "
            "pages.",
            "{guest} reported on meta-evaluation, that is, on checking the checkers.",
        ),
        captions=("Panel on the evaluation of {topic}",),
    ),
    Story(
        titles=(
            "International Symposium on {topic} Held in {year}",
            "{year} KISTEP-{country} Joint Seminar on {topic}",
        ),
        leads=(
            "An international symposium on {topic} gathered speakers from {n} countries at {place}.",
            "KISTEP and partners from {country} held a joint seminar on {topic} and {other}.",
        ),
        details=(
            "{speaker} gave the keynote and asked how small countries can choose where to lead.",
            "The second session turned to {other}, with cases from {country} and Korea.",
            "Papers of the symposium will appear in a special issue after review.",
            "Interpretation was offered in three languages; {n}0 people followed online.",
            "{guest} closed the day with a plea for open data and patient funding.",
        ),
        facts=("Session 1. {topic}", "Session 2. {other}", "Session 3. Cooperation with {country}"),
        captions=("Keynote by {speaker}", "The panel of the joint seminar"),
    ),
    Story(
        titles=(
            "Training Program on S&T Policy for {country} Opens",
            "Officials from {country} Complete the {nth} K-Innovation Course",
        ),
        leads=(
            "The {nth} training course on science, technology and innovation policy opened with {n} "
            "officials from {country}.",
            "Participants from {country} finished a two-week course on {topic} at {place}.",
        ),
        details=(
            "Lectures covered planning, budgeting and evaluation; site visits led to Daejeon and Pohang.",
            "Each participant wrote an action plan, and the best one proposes a fund for {other}.",
            "The course is run together with {partner}.",
            "“We take home a checklist, not a blueprint,” one of the participants said.",
            "Former participants keep in touch through a yearly online meeting.",
        ),
        captions=("Participants of the {nth} course", "Site visit during the training program for {country}"),
    ),
    Story(
        titles=("Call for Papers: {topic} in Asia", "Statistics on {topic} {year} Published"),
        leads=(
            "Authors are invited to send papers on {topic} by the end of {month}.",
            "New statistics on {topic} for {year} are available in print and as a file.",
        ),
        details=(
            "The tables cover {n} years and were checked against the national survey.",
            "Comparisons with OECD members are given where definitions agree.",
            "Contributions on {other} are welcome as well, and there is no charge for authors.",
            "Questions may be sent to the editorial office; see https://www.kistep.re.kr/en for the address.",
            "Earlier issues stay available without registration.",
        ),
        captions=("Cover of the report on {topic}",),
    ),
    Story(
        titles=(
            "KISTEP Celebrates Its {nth} Month of Sharing with {topic} Class",
            "{month} {year}: A Science Class on {topic}",
        ),
        leads=(
            "Volunteers of KISTEP taught a class on {topic} to {n} pupils of a nearby school.",
            "Staff and neighbours met at {place} for a day of science, games and questions about {topic}.",
        ),
        details=(
            "The pupils built small models and asked better questions than most panels do.",
            "{guest} told how a broken radio led to a life in research.",
            "The class is repeated twice a year; schools may apply by telephone.",
            "Books and kits were donated to the school's library.",
        ),
        captions=("Pupils at the science class", "Volunteers and pupils with their models"),
    ),
    Story(
        titles=("{ko_nth} {ko} 포럼 개최 안내", "{year}년 {ko} 공청회 결과"),
        leads=(
            "한국과학기술기획평가원은 {ko}을 주제로 한 행사를 열고 전문가 {n}0여 명의 의견을 들었다.",
            "{ko_nth} 행사에서는 {ko}의 성과와 과제를 함께 논의하였다.",
        ),
        details=(
            "발표자는 『{ko} 백서』의 주요 내용을 소개하고 ‘질문이 있는 정책’을 강조하였다.",
            "토론에서는 국가연구개발사업예산배분ㆍ조정 과정의 투명성을 높여야 한다는 의견이 많았다.",
            "Papers are in Korean; an English summary on {topic} follows.",
            "행사장은 면적 350㎡ 규모이며 온라인으로도 중계되었다.",
            "과학기술혁신정책에 관심 있는 분은 누구나 자료를 내려받을 수 있다.",
        ),
        captions=("{ko} 행사 모습",),
    ),
)

CLOSINGS = (
    "Further information is available from the Division of International Cooperation.",
    "KISTEP plans to continue the series next year.",
    "The results will flow into the next Science and Technology Basic Plan.",
    "A summary in Korean can be found on the Korean pages.",
    "Both sides thanked the interpreters, without whom there would be no news.",
    "The next meeting is planned for {month}.",
    "The long‑term programme stays open for comments from the public.",
)
