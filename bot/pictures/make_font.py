"""Make the font of the charts: `python -m bot.pictures.make_font NotoSansCJK-Regular.ttc` rewrites the shipped file.

The whole Noto Sans CJK has 19 MB. The subset keeps what creators, works and our own words are written with.
"""

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FONT = Path(__file__).parent / "font" / "NotoSansCJKsc-Guanghe.otf"

# The collection's faces: Japanese, Korean, simplified Chinese, traditional Chinese, Hong Kong.
_SIMPLIFIED_CHINESE = 2
_NAMES_KEPT = [0, 1, 2, 3, 4, 5, 6, 7, 13, 14]  # the copyright and the licence among them
_UNUSED_TABLES = ["BASE", "GPOS", "GSUB", "VORG", "vhea", "vmtx"]  # kerning, variants and vertical writing

# Blocks, both ends included: ASCII, Latin letters with accents, punctuation, currencies, letterlike, arrows, numbers
# in circles, shapes, stars, check marks, Chinese punctuation, small and full-width forms.
_BLOCKS = (
    (0x20, 0x7E),
    (0xA0, 0x17F),
    (0x2010, 0x203E),
    (0x20AC, 0x20AC),
    (0x2103, 0x2122),
    (0x2190, 0x2199),
    (0x2200, 0x22A5),
    (0x2460, 0x2473),
    (0x25A0, 0x25CF),
    (0x2605, 0x2606),
    (0x2713, 0x2717),
    (0x3000, 0x301F),
    (0xFE50, 0xFE6B),
    (0xFF01, 0xFF5E),
    (0xFFE0, 0xFFE5),
)
_GB2312_ROWS, _CELLS = range(0xA1, 0xF8), range(0xA1, 0xFF)
_BIG5_FREQUENT_ROWS, _BIG5_CELLS = range(0xA4, 0xC7), (*range(0x40, 0x7F), *range(0xA1, 0xFF))

# Characters of people's names, places and the network's own language that both standards above leave out.
_IN_NAMES = (
    "俍倓偲傒冇凃刓劦劼勍匜卍卐卲厐叆叇叕吔咁咗哋啰喆喺嘅嘢嘥嘦噏嚟囍囧圐圙圠垚垟埇埗埫堃堌堨塆塄墈墎夔奡妧姮姵婠婳媗媜"
    "媞嫄嫑嫚嬅嬛嬿孆孖宬寘寯寳尛屌岺峂峣峯崀崒崟嵎嵕巭巿弇弢彟彧徳忞怹惎惔惢惪愃愔慜憓扆扥掱揾搲攞旸旻旼昉昇昪昫昺晊"
    "晙晛晞晢晥晫晳晸晽暎暐暲暻曈曌朓杄杕杬柊柷栐栢栴梴棡棨棪棫棽椑楙槑槙槚橦橪欎歘毐氄氿汭沄沚沨沺泂泃泇泙泚洑洝洢洣洨洴"
    "洺浉浐浕浛浟浡浭涏涘涢淏淜淢淩淯渀渟渰渶湉湑湜湝湳湴溁溇溍溦溳溵滃滆滈滉滍滘滫滺漷漼潏潓潖潩潵澂澋澛澥澽濆濋瀍瀼"
    "灃灝炁炆炘炟炣烔烜烝烺烻焄焌煁煃煋煐煓煕煚煜煴熇熛熜熥燊燏燚爇爔爟牂犇狉狝猄猇猋玃玕玘玙玚玠玡玥玧玹珅珖珝珣珦珰珵珺"
    "珽琇琎琟琤琫琭琱琲琹瑀瑂瑄瑅瑔瑢瑨瑮瑱瑳瑸瑺瑻瑽璆璈璒璕璠璥璪璬璱璲瓀瓈瓌瓘疍皕皛皞睺硚碶磡磻祊祎禔禕禛禤秾竑竝紘"
    "纮纴绤缊翀翙翚翛翯翾肸艎芃莙萩蒄蒨蓂藠虓衎袆褀觱訚詝諲讱谞豨贇贠赑赟跶蹚辌邘邽郞鄌鄩醨釿鋆鍇鍩鏐钘铚锜锧锳锽镃镈镋镕"
    "镚镠镴镵閟閠閫闿隃隩霂霅霙霡靐靑韡頔颋颒颕颙飏飐飔飗馧駃駹骃骉骎骔骕骙骦魆鮀鮟鲃鲊鲌鲗鲘鲙鲝鲪鲬鲹鲿鳀鳁鳂鳈鳉鳑鳒"
    "鳚鳛鳠鳡鳣鳤鸮鸰鸻鸼鹀鹍鹐鹒鹓鹔鹖鹙鹝鹟鹠鹡鹢鹮鹯鹲鹴齉龑龘龢"
)


def characters() -> set[int]:
    """Return the code points wanted: GB 2312, Big5's frequent level, characters of names, Latin, symbols."""
    simplified = (bytes((row, cell)) for row in _GB2312_ROWS for cell in _CELLS)
    traditional = (bytes((row, cell)) for row in _BIG5_FREQUENT_ROWS for cell in _BIG5_CELLS)
    return {
        *(code for first, last in _BLOCKS for code in range(first, last + 1)),
        *(ord(character) for pair in simplified for character in pair.decode("gb2312", "ignore")),
        *(ord(character) for pair in traditional for character in pair.decode("big5", "ignore")),
        *map(ord, _IN_NAMES),
    }


def make_font(source: Path, *, target: Path = FONT) -> None:
    """Write the subset of the source's simplified Chinese face; the same source gives the same bytes."""
    # The file's own date of change stays: a new one would make every run differ.
    font = TTFont(source, fontNumber=_SIMPLIFIED_CHINESE, recalcTimestamp=False)
    options = Options(
        layout_features=[],
        hinting=False,
        name_IDs=_NAMES_KEPT,
        notdef_outline=True,
        drop_tables=[*Options().drop_tables, *_UNUSED_TABLES],
    )
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters())  # pyright: ignore[reportUnknownMemberType] - fontTools leaves arguments untyped
    subsetter.subset(font)  # pyright: ignore[reportUnknownMemberType] - fontTools leaves arguments untyped
    font.save(target)


if __name__ == "__main__":
    make_font(Path(sys.argv[1]))
