"""The vocabulary from which posts are written: people, places, partners, topics."""

PEOPLE = (
    "Hyojin Jang", "Gyuha Jo", "Juyeon Maeng", "Seoyeon Baek", "Minjae Ryu", "Dohyun Seol", "Jiwon Pyo",
    "Haneul Kang",
    "Sangwoo Noh", "Yerin Choi", "Taegyu Moon", "Eunbi Hwang", "Woojin Shim", "Nayoung Do", "Kyungho Lim",
)  # fmt: skip

PARTNERS = (
    "the Fraunhofer Institute for Systems and Innovation "
    "Research", "the National Institute of Science and Technology Policy of Japan",
    "the Chinese Academy of Science and Technology for "
    "Development", "the Malaysian Industry-Government Group for High Technology",
    "the National Research Council of "
    "Thailand", "the Rathenau Institute", "the OECD Directorate for Science, Technology and Innovation",
    "UNESCO", "the Asian Development Bank", "the Austrian Institute of "
                                            "Technology",
                                            "the Ministry of Science and Technology of Viet Nam",
    "the Colombian Observatory of Science and "
    "Technology", "the Technology Centre Prague", "the Joint Research Centre of the EU",
    "the Manchester Institute of Innovation Research", "the Ethiopian Ministry of Innovation and Technology",
    "the National Development Planning Agency of "
    "Indonesia", "the Kazakhstan National Center for State Evaluation",
    "Swissnex", "the Research Council of Norway", "the Academy of Sciences of Mongolia", "RAND Europe",
)  # fmt: skip

COUNTRIES = (
    "Viet Nam", "Indonesia", "Uzbekistan", "Ethiopia", "Costa Rica", "Mongolia", "Rwanda", "Thailand", "Peru",
    "Jordan",
    "Kazakhstan", "the Philippines", "Cambodia", "Kenya", "Saudi Arabia", "Hungary", "Denmark", "Paraguay",
)  # fmt: skip

TOPICS = (
    "Mission-Oriented Innovation", "Open Science and Data "
                                   "Sharing", "the Carbon-Neutral R&D Portfolio", "AI Governance",
    "Regional Innovation Clusters", "Quantum Technology "
                                    "Roadmaps", "Evaluation of Basic Research", "Semiconductor Supply Chains",
    "Women in Science and Engineering", "Research Infrastructure "
                                        "Planning", "Technology Sovereignty", "Bio-Health Convergence",
    "Preliminary Feasibility Studies", "Inclusive Growth through "
                                       "Technology", "Hydrogen Economy "
                                                     "Transitions", "Space Industry Strategy",
    "Young Researchers' Career Paths", "R&D Tax Incentives", "Public-Private Partnership in "
                                                             "R&D", "Ageing Society and Care Technology",
    "Digital Twins for City Planning", "Secondary Battery "
                                       "Technology", "Research Security and "
                                                     "Integrity", "Social Problem-Solving R&D",
    "Science Diplomacy in Asia", "Technology Level Assessment", "Innovation Procurement",
    "Deep-Tech Start-ups",
    "Climate Adaptation Technology", "Disaster-Resilient Infrastructure",
)  # fmt: skip

PLACES = (
    "the KISTEP main hall", "the Seoul Dragon City "
                            "hotel", "the Convention Center in "
                                     "Daejeon", "the institute's new building in Chungbuk",
    "the EL Tower in Yangjae", "the International Conference "
                               "Room", "the Osong campus", "an online studio in Seoul",
)  # fmt: skip

SPEAKERS = (
    "Dr. Marta Lindqvist", "Prof. Dae-sik Ahn", "Dr. Pham Thi Lan", "Prof. Oliver "
                                                                    "Grantham", "Dr. Soo-kyung Yim",
                                                                    "Dr. Rafael Ortega",
    "Prof. Mika Tanabe", "Dr. Jong-ryul Paik", "Prof. Ines Carvalho", "Dr. Bat-Erdene Ganbold",
    "Dr. Young-a Cheon",
)  # fmt: skip

NUMBERS_KO = ("제12차", "제27회", "제31회", "제45차", "제8회", "제3차")
TOPICS_KO = (
    "과학기술혁신정책", "국가연구개발사업예산배분", "기술수준평가", "예비타당성조사제도", "미래유망기술선정",
    "연구개발성과확산",
    "과학기술외교", "지역과학기술진흥계획",
)  # fmt: skip

FILE_NAMES = (
    "Program ({year}).pdf", "[KISTEP] 보도자료 {year}-{n}.hwpx", "Presentation slides - session {n}.pdf",
    "행사 포스터(최종).png",
    "국가연구개발사업 조사분석 (요약본) {year}.pdf", "회의 자료 [제{n}호].hwpx", "photo_{n}.png",
    "Leaflet_{year}_{n}.pdf",
)  # fmt: skip
