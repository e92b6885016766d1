"""The eight accounts of the demo platform: who they are, what they published, how each day went.

All of it is invented. Days are those of the demo's own calendar, whose day is 2022-08-15.
"""

from dataclasses import dataclass
from datetime import date

DEMO_DAY = date(2022, 8, 15)


@dataclass(frozen=True, slots=True)
class DemoWork:
    """A work: when it came out, what it is, and how it went over its two weeks of plays."""

    published: str  # month-day hour:minute, in the platform's time
    title: str
    seconds: int
    plays: int
    completion_percent: int
    kind: str = "video"
    series: str | None = None
    level: str | None = None
    stayed_percent: int = 35  # of its length, by those who did not finish


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days from `first` on (month-day): followers gained beside those that works bring, and lost, on each."""

    first: str
    gained: int
    lost: int


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account; rates are parts of 10,000 plays."""

    handle: str
    nickname: str
    category: str
    city: str
    joined_on: date
    followers_before: int
    stretches: tuple[Stretch, ...]
    works: tuple[DemoWork, ...]
    likes: int = 320
    comments: int = 38
    shares: int = 26
    favourites: int = 44
    follows: int = 16
    follower_plays: int = 2_600
    verified: bool = True
    original: bool = True
    shop_opened_on: date | None = None
    shop_score_hundredths: int | None = None
    agency: str | None = None


@dataclass(frozen=True, slots=True)
class DemoViolation:
    """A penalty; `title` names the account's work it is about, if it is about one."""

    handle: str
    day: date
    severity: str
    policy: str
    clause: str
    note: str
    title: str | None = None


LAOTIE = DemoAccount(
    "laotie",
    "老铁食堂",
    "美食",
    "沈阳",
    date(2020, 10, 6),
    followers_before=11_268,
    stretches=(Stretch("07-01", 14, 9), Stretch("07-16", 56, 9), Stretch("08-01", 7, 22)),
    works=(
        DemoWork("05-21 18:10", "沈阳早市三块钱一碗的豆腐脑", 46, 14_200, 31),
        DemoWork("06-03 18:32", "老妈的酸菜馅饺子，一口一个", 52, 21_500, 29),
        DemoWork("06-12 11:45", "东北大拉皮，夏天就得这么拌", 38, 18_300, 34),
        DemoWork("06-20 18:20", "地三鲜怎么做不费油", 49, 16_900, 30),
        DemoWork("06-27 18:05", "毕业五年，回学校门口吃了碗烤冷面", 57, 12_700, 27),
        DemoWork("07-01 18:15", "溜肉段外酥里嫩的窍门就一个", 44, 17_800, 32),
        DemoWork("07-03 18:30", "西塔大冷面，老板说三十年没换过汤", 51, 23_600, 30),
        DemoWork("07-05 12:05", "大锅炖鱼贴饼子，院里全是香味", 48, 19_400, 31),
        DemoWork("07-08 18:40", "正宗锅包肉，醋要这么烹", 42, 86_300, 36),
        DemoWork("07-11 18:10", "五块钱的鸡架，沈阳人能吃一宿", 45, 31_200, 33),
        DemoWork("07-13 12:10", "手擀面配茄子卤，我爸吃了三碗", 47, 16_400, 30),
        DemoWork("07-16 18:20", "铁锅炖大鹅，柴火真的不一样", 55, 27_900, 29),
        DemoWork("07-18 18:35", "尖椒干豆腐，越简单越考手艺", 40, 18_600, 32),
        DemoWork("07-20 12:00", "我家酱骨架全网最低价，来晚就没了", 43, 9_800, 22),
        DemoWork("07-22 18:25", "老铁食堂开张两年了，感谢大家", 62, 15_300, 27),
        DemoWork("07-24 18:10", "雪衣豆沙，小时候过年才吃得着", 50, 22_100, 31),
        DemoWork("07-26 18:30", "熏肉大饼，酱要自己熬", 46, 17_500, 30),
        DemoWork("07-28 12:15", "杀猪菜里这一勺最关键", 53, 14_900, 28),
        DemoWork("07-30 18:20", "盒饭十二块四个菜，工地大哥说值", 48, 20_700, 30),
        DemoWork("07-31 18:45", "烤苞米刷什么酱最香", 37, 13_200, 31),
        DemoWork("08-10 21:50", "停更十天回来了，跟大家唠唠", 128, 3_400, 11, stayed_percent=8),
        DemoWork("08-12 22:10", "试了试网红空气炸锅炸锅包肉", 117, 2_900, 12, stayed_percent=9),
        DemoWork("08-14 21:40", "探店：新开的东北菜自助，我吃了三盘", 136, 2_600, 13, stayed_percent=7),
    ),
    likes=340,
    comments=46,
    shop_opened_on=date(2021, 4, 2),
    shop_score_hundredths=468,
)

XINREN = DemoAccount(
    "xinren",
    "小鹿学化妆",
    "美妆",
    "成都",
    date(2022, 5, 9),
    followers_before=4_038,
    stretches=(Stretch("07-01", 6, 4), Stretch("07-16", 9, 5), Stretch("08-01", 12, 6)),
    works=(
        DemoWork("06-18 20:10", "手残党第一次画眼线，笑死", 34, 5_200, 35),
        DemoWork("06-26 20:20", "学生党五十块搞定通勤妆", 41, 7_900, 33),
        DemoWork("07-02 20:05", "黄皮选口红，我踩过的五个坑", 38, 11_300, 34),
        DemoWork("07-07 20:15", "跟着视频学修容，翻车现场", 36, 9_600, 36),
        DemoWork("07-12 20:25", "底妆不卡粉的小办法", 43, 13_800, 33),
        DemoWork("07-17 20:10", "单眼皮消肿眼妆，画了一个月终于会了", 45, 24_600, 38),
        DemoWork("07-21 20:30", "军训防晒到底怎么涂", 39, 31_700, 40),
        DemoWork("07-25 20:05", "三分钟早八妆，闹钟响了再起", 33, 42_500, 43),
        DemoWork("07-30 20:20", "卸妆别再用力搓了", 37, 28_300, 39),
        DemoWork("08-03 20:15", "给我妈化了个妆，她照了一下午镜子", 48, 66_400, 45),
        DemoWork("08-07 20:10", "内双眼线这样画不晕", 40, 35_800, 41),
        DemoWork("08-11 20:25", "开学妆，宿舍五个人画同一款", 44, 47_200, 44),
        DemoWork("08-13 20:10", "平价遮瑕测评，真话", 42, 26_900, 40),
    ),
    likes=420,
    comments=61,
    follows=27,
    follower_plays=1_400,
    verified=False,
)

DUANJU = DemoAccount(
    "duanju",
    "山海短剧社",
    "短剧",
    "郑州",
    date(2021, 3, 18),
    followers_before=82_310,
    stretches=(Stretch("07-01", 60, 70), Stretch("07-16", 70, 72)),
    works=(
        *(
            DemoWork(
                f"07-{day:02} 19:30", f"她从县城来 第{number}集", 118, plays, 38, "drama", "她从县城来", "S+"
            )
            for number, day, plays in (
                (1, 4, 812_000),
                (2, 6, 745_000),
                (3, 8, 768_000),
                (4, 11, 701_000),
                (5, 13, 724_000),
                (6, 15, 836_000),
            )
        ),
        *(
            DemoWork(f"07-{day:02} 19:30", f"夜市人家 第{number}集", 96, plays, 35, "drama", "夜市人家", "S")
            for number, day, plays in (
                (1, 18, 386_000),
                (2, 20, 342_000),
                (3, 22, 355_000),
                (4, 25, 318_000),
                (5, 27, 361_000),
            )
        ),
        *(
            DemoWork(f"07-{day:02} 12:00", f"站台重逢 第{number}集", 84, plays, 31, "drama", "站台重逢", "A")
            for number, day, plays in ((1, 19, 164_000), (2, 21, 142_000), (3, 23, 138_000))
        ),
        *(
            DemoWork(
                f"08-{day:02} 19:30", f"合租那点事 第{number}集", 72, plays, 33, "drama", "合租那点事", "P"
            )
            for number, day, plays in (
                (1, 1, 96_400),
                (2, 3, 88_700),
                (3, 5, 91_500),
                (4, 8, 83_900),
                (5, 10, 87_200),
                (6, 12, 94_800),
            )
        ),
    ),
    likes=380,
    comments=52,
    follows=6,
    follower_plays=1_100,
)

ZHUBO = DemoAccount(
    "zhubo",
    "东北小辉哥唠嗑",
    "才艺",
    "哈尔滨",
    date(2019, 11, 2),
    followers_before=46_880,
    stretches=(Stretch("07-01", 74, 48), Stretch("07-20", 82, 50)),
    works=(
        *(
            DemoWork(f"{day} 20:00", f"晚上八点，{what}", minutes * 60, viewers, 6, "live")
            for day, minutes, viewers, what in (
                ("07-03", 96, 5_900, "唱老歌陪大家"),
                ("07-06", 110, 6_400, "唠唠家常"),
                ("07-10", 125, 7_800, "周日唱到你满意"),
                ("07-13", 90, 5_200, "点歌专场"),
                ("07-17", 132, 8_100, "周日唱到你满意"),
                ("07-19", 105, 6_000, "二人转选段"),
                ("07-21", 98, 5_700, "唠唠家常"),
                ("07-24", 140, 8_900, "周日唱到你满意"),
                ("07-26", 102, 6_100, "点歌专场"),
                ("07-28", 115, 6_600, "唱老歌陪大家"),
                ("07-31", 146, 9_300, "周日唱到你满意"),
                ("08-02", 108, 6_500, "唠唠家常"),
                ("08-04", 95, 5_800, "点歌专场"),
                ("08-07", 151, 9_700, "周日唱到你满意"),
                ("08-09", 112, 6_900, "二人转选段"),
                ("08-11", 118, 7_200, "唱老歌陪大家"),
                ("08-14", 158, 10_400, "周日唱到你满意"),
            )
        ),
        DemoWork("07-09 12:10", "直播间大哥点的这首歌，我唱哭了", 58, 28_400, 27),
        DemoWork("07-18 12:10", "零下三十度长大的孩子，说话就这味", 41, 35_900, 31),
        DemoWork("07-27 12:15", "我妈第一次看我直播", 63, 52_300, 34),
        DemoWork("08-03 12:10", "二人转基本功，手绢怎么转", 49, 31_600, 30),
        DemoWork("08-10 12:10", "下播以后的夜宵", 44, 24_700, 28),
    ),
    comments=88,
    follows=11,
    follower_plays=4_200,
)

DIANSHANG = DemoAccount(
    "dianshang",
    "阿珍家的果园",
    "三农",
    "烟台",
    date(2021, 8, 23),
    followers_before=21_640,
    stretches=(Stretch("07-01", 40, 21), Stretch("07-20", 46, 22)),
    works=(
        DemoWork("06-25 06:40", "凌晨四点摘樱桃，赶上今天的车", 47, 26_800, 29),
        DemoWork("07-02 07:10", "樱桃怎么挑，果农教你看蒂", 42, 33_500, 32),
        DemoWork("07-08 07:00", "一箱果子从树上到你家要几天", 58, 21_400, 27),
        DemoWork("07-14 06:50", "下雨天果园最怕什么", 45, 19_700, 28),
        DemoWork("07-18 07:15", "早熟苹果上市，先给大家切一个", 39, 38_200, 33),
        DemoWork("07-22 07:05", "打包现场，坏果一个都不装", 51, 27_600, 29),
        DemoWork("07-27 06:55", "我公公种了四十年苹果树", 64, 44_100, 34),
        DemoWork("08-01 07:10", "脆桃和软桃，你家爱吃哪种", 40, 36_900, 32),
        DemoWork("08-05 07:00", "差评我看了，今天专门说说", 56, 29_300, 30),
        DemoWork("08-09 07:05", "桃子熟了，地头现摘现发", 43, 41_700, 33),
        DemoWork("08-13 06:50", "烟台苹果套袋，一天套三千个", 49, 25_800, 29),
    ),
    favourites=72,
    follows=13,
    shop_opened_on=date(2022, 6, 20),
    shop_score_hundredths=470,
)

MINGXING = DemoAccount(
    "mingxing",
    "林晚晴",
    "才艺",
    "北京",
    date(2018, 6, 1),
    followers_before=3_096_400,
    stretches=(Stretch("07-01", 3_050, 1_240), Stretch("07-16", 7_200, 1_480)),
    works=(
        DemoWork("06-24 20:00", "巡演第一站，后台的两分钟", 66, 2_840_000, 41),
        DemoWork("07-01 20:00", "翻唱一首爸爸年轻时的歌", 72, 3_960_000, 44),
        DemoWork("07-07 20:00", "练声日常，没开麦的样子", 48, 1_750_000, 37),
        DemoWork("07-12 20:00", "和街头吉他手合唱，他没认出我", 81, 6_420_000, 48),
        DemoWork("07-17 20:00", "给粉丝回信，读到一半哭了", 69, 3_180_000, 42),
        DemoWork("07-22 20:00", "新歌试听三十秒", 32, 4_730_000, 52),
        DemoWork("07-26 20:00", "录音棚的一天", 58, 2_260_000, 38),
        DemoWork("07-30 20:00", "回老家，给奶奶唱了一段", 75, 5_870_000, 47),
        DemoWork("08-03 20:00", "开嗓教程，零基础也能跟", 63, 2_690_000, 40),
        DemoWork("08-08 20:00", "巡演彩排，鞋跟断了", 44, 3_340_000, 43),
        DemoWork("08-12 20:00", "新歌舞台首唱", 96, 7_150_000, 50),
    ),
    likes=510,
    comments=64,
    follows=5,
    follower_plays=3_100,
    agency="星途文化",
)

YUANCHUANG = DemoAccount(
    "yuanchuang",
    "木匠老陈",
    "手工",
    "徐州",
    date(2019, 4, 12),
    followers_before=151_200,
    stretches=(Stretch("07-01", 150, 84), Stretch("07-20", 118, 102)),
    works=(
        DemoWork("06-10 19:00", "一把椅子不用一颗钉子", 74, 318_000, 42),
        DemoWork("06-21 19:00", "鲁班锁拆给你看", 61, 426_000, 46),
        DemoWork("07-02 19:00", "给闺女做的陪嫁箱，做了两个月", 88, 684_000, 49),
        DemoWork("07-09 19:00", "老榆木门板改成茶台", 79, 297_000, 43),
        DemoWork("07-15 19:00", "燕尾榫，手工和机器差在哪", 66, 351_000, 45),
        DemoWork("07-21 19:00", "徒弟第一次独立做板凳", 58, 243_000, 41),
        DemoWork("07-27 19:00", "爷爷留下的刨子，我还在用", 63, 392_000, 47),
        DemoWork("08-02 19:00", "会转的木头花，里面没有轴", 52, 468_000, 51),
        DemoWork("08-07 19:00", "三百块的旧门，做成了一张床", 92, 286_000, 44),
        DemoWork("08-12 19:00", "榫卯小房子，一共四十二块", 70, 231_000, 46),
    ),
    likes=460,
    favourites=96,
    follows=7,
)

FANGMAO = DemoAccount(
    "fangmao",
    "木匠老陳",
    "手工",
    "临沂",
    date(2022, 7, 10),
    followers_before=0,
    stretches=(Stretch("07-10", 30, 1), Stretch("07-25", 34, 3)),
    works=tuple(
        DemoWork(published, title, seconds, plays, completion)
        for published, title, seconds, plays, completion in (
            ("07-11 21:30", "给闺女做的陪嫁箱，做了两个月", 86, 126_000, 44),
            ("07-12 22:00", "老榆木门板改成茶台", 77, 74_000, 39),
            ("07-16 21:40", "燕尾榫，手工和机器差在哪", 64, 91_000, 41),
            ("07-18 21:30", "一把椅子不用一颗钉子", 72, 83_000, 40),
            ("07-22 22:10", "徒弟第一次独立做板凳", 56, 62_000, 37),
            ("07-28 21:50", "爷爷留下的刨子，我还在用", 61, 118_000, 43),
            ("08-03 22:20", "会转的木头花，里面没有轴", 50, 164_000, 47),
            ("08-08 21:30", "三百块的旧门，做成了一张床", 90, 79_000, 40),
        )
    ),
    follows=86,
    follower_plays=400,
    verified=False,
    original=False,
)

ACCOUNTS = (LAOTIE, XINREN, DUANJU, ZHUBO, DIANSHANG, MINGXING, YUANCHUANG, FANGMAO)

VIOLATIONS = (
    DemoViolation(
        "laotie",
        date(2022, 7, 21),
        "notice",
        "advertising-wording",
        "1.1",
        "标题“全网最低价”属于绝对化用语，请修改",
        title="我家酱骨架全网最低价，来晚就没了",
    ),
)
