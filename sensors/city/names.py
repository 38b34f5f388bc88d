"""Names of shops, canteens and people: large variety, Chinese with an English translation by pattern."""

# ruff: noqa: E501 (a Chinese character counts double; these are tables)

from random import Random

Pair = tuple[str, str]

SURNAMES: tuple[Pair, ...] = (
    ("王", "Wang"), ("李", "Li"), ("张", "Zhang"), ("刘", "Liu"), ("陈", "Chen"), ("杨", "Yang"), ("赵", "Zhao"),
    ("黄", "Huang"), ("周", "Zhou"), ("吴", "Wu"), ("徐", "Xu"), ("孙", "Sun"), ("胡", "Hu"), ("朱", "Zhu"), ("高", "Gao"),
    ("林", "Lin"), ("何", "He"), ("郭", "Guo"), ("马", "Ma"), ("罗", "Luo"), ("梁", "Liang"), ("宋", "Song"), ("郑", "Zheng"),
    ("谢", "Xie"), ("韩", "Han"), ("唐", "Tang"), ("冯", "Feng"), ("于", "Yu"), ("董", "Dong"), ("萧", "Xiao"), ("程", "Cheng"),
    ("曹", "Cao"), ("袁", "Yuan"), ("邓", "Deng"), ("许", "Xu"), ("傅", "Fu"), ("沈", "Shen"), ("曾", "Zeng"), ("彭", "Peng"),
    ("吕", "Lv"), ("苏", "Su"), ("蒋", "Jiang"), ("贾", "Jia"), ("魏", "Wei"), ("薛", "Xue"), ("白", "Bai"), ("奇", "Qi"),
    ("云", "Yun"), ("乔", "Qiao"), ("郝", "Hao"), ("康", "Kang"), ("温", "Wen"),
)  # fmt: skip
GIVEN = ("伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明", "超", "霞", "平", "刚", "建国",
         "秀英", "桂兰", "玉梅", "志强", "海燕", "晓东", "文斌", "永胜", "春花", "建军", "丽华", "俊峰", "国庆", "小红", "美玲", "振宇",
         "雪梅", "立新", "凤英", "欣怡", "浩然", "子涵", "雨桐", "宇航", "思源", "佳琪", "天佑")  # fmt: skip
MONGOLIAN = ("巴特尔", "其其格", "乌云娜", "苏日娜", "格日勒", "布和", "斯琴", "娜仁花", "朝鲁", "那日苏", "萨仁", "阿拉腾", "宝音", "哈斯",
             "图雅", "孟克", "额尔敦", "高娃", "吉日嘎拉", "乌兰", "查干", "牧仁", "塔娜", "恩和")  # fmt: skip

HEADS: tuple[Pair, ...] = (
    ("草原情", "Grassland Love"), ("鸿运", "Good Fortune"), ("福满楼", "Full Blessings"), ("聚贤", "Gathered Friends"),
    ("金帐", "Golden Tent"), ("敕勒川", "Chile Plain"), ("天骄", "Proud Son"), ("牧人", "Herdsman"), ("牧歌", "Pastoral Song"),
    ("塞上", "Frontier"), ("黄河人家", "Yellow River Family"), ("百姓", "Common Folk"), ("家常", "Home Style"), ("一品", "First Rank"),
    ("龙腾", "Rising Dragon"), ("聚福", "Gathered Blessings"), ("好再来", "Come Again"), ("食为天", "Food Is Heaven"),
    ("味之源", "Source of Taste"), ("小城故事", "Small Town Story"), ("老街坊", "Old Neighbours"), ("西贝风", "West Wind"),
    ("苏鲁锭", "Sulde Spear"), ("暖心", "Warm Heart"), ("四季", "Four Seasons"), ("同乐", "Shared Joy"), ("顺风", "Fair Wind"),
    ("蓝天", "Blue Sky"), ("白云", "White Cloud"), ("骏马", "Fine Horse"), ("银碗", "Silver Bowl"), ("红柳", "Red Willow"),
    ("沙漠驼铃", "Desert Camel Bell"), ("七星湖", "Seven Star Lake"), ("响沙湾", "Singing Sands"), ("满都海", "Mandukhai"),
    ("额吉的味道", "Mother's Taste"), ("阿爸的锅", "Father's Pot"), ("巧媳妇", "Clever Wife"), ("胖子", "Fat Brother"),
    ("二姐", "Second Sister"), ("三嫂", "Third Aunt"), ("小辣椒", "Little Chilli"), ("香满园", "Garden of Scents"),
    ("鲜得来", "Fresh Arrivals"), ("春和", "Spring Harmony"), ("半亩田", "Half Acre"), ("金穗", "Golden Ear"), ("丰收", "Harvest"),
    ("顺德", "Virtue"), ("万家", "Ten Thousand Homes"), ("喜洋洋", "Merry"), ("山里红", "Hawthorn"), ("胡杨林", "Poplar Grove"),
)  # fmt: skip
DISHES: dict[str, tuple[Pair, ...]] = {
    "small": (
        ("面馆", "Noodle House"), ("烧麦馆", "Shaomai House"), ("羊杂馆", "Mutton Soup House"), ("饺子馆", "Dumpling House"),
        ("手把肉馆", "Boiled Mutton House"), ("焖面", "Braised Noodles"), ("麻辣烫", "Spicy Hot Pot Bowls"),
        ("砂锅", "Clay Pot Kitchen"), ("包子铺", "Steamed Bun Shop"), ("拉面", "Pulled Noodles"), ("莜面馆", "Oat Noodle House"),
        ("炖菜馆", "Stew House"), ("烧烤", "Grill"), ("小炒", "Stir-Fry Kitchen"), ("快餐", "Fast Food"), ("米线", "Rice Noodles"),
        ("早餐店", "Breakfast Shop"), ("碗托", "Buckwheat Bowl"), ("盖浇饭", "Rice Bowls"), ("铁锅焖", "Iron Pot Stew"),
        ("酿皮", "Cold Noodles"), ("馅饼店", "Stuffed Pancakes"), ("炸鸡", "Fried Chicken"), ("卤味", "Braised Snacks"),
        ("奶食店", "Dairy Snacks"), ("风干牛肉馆", "Dried Beef House"), ("农家饭", "Farm Kitchen"), ("粥铺", "Congee Shop"),
        ("汉堡", "Burgers"), ("串串香", "Skewer House"), ("酸辣粉", "Hot and Sour Noodles"), ("豆腐坊", "Tofu House"),
    ),
    "medium": (
        ("大酒家", "Restaurant"), ("火锅城", "Hot Pot City"), ("蒙餐馆", "Mongolian Restaurant"), ("涮羊肉", "Mutton Hot Pot"),
        ("铁锅炖鱼", "Iron Pot Fish"), ("川菜馆", "Sichuan Restaurant"), ("湘菜馆", "Hunan Restaurant"),
        ("烤全羊", "Whole Roast Lamb"), ("海鲜坊", "Seafood House"), ("饭店", "Dining House"), ("家宴", "Family Banquet"),
        ("餐厅", "Dining Room"), ("茶餐厅", "Tea Restaurant"), ("烤鸭店", "Roast Duck House"),
    ),
    "large": (("大酒店", "Grand Hotel"), ("宴会中心", "Banquet Centre"), ("国际饭店", "International Hotel"),
              ("海鲜大世界", "Seafood World"), ("蒙古大营", "Great Mongolian Camp"), ("婚宴广场", "Wedding Banquet Plaza"),
              ("生态餐厅", "Garden Restaurant"), ("度假酒店", "Resort Hotel")),
    "beverage": (("奶茶", "Milk Tea"), ("咖啡", "Coffee"), ("茶饮", "Tea Bar"), ("鲜榨果汁", "Fresh Juice"), ("冰饮", "Ice Drinks"),
                 ("酸奶吧", "Yoghurt Bar"), ("茶馆", "Tea House")),
    "mobile": (("流动餐馆", "Mobile Restaurant"), ("流动餐车", "Banquet Truck"), ("大型聚餐服务队", "Banquet Service Team"),
               ("喜宴流动厨房", "Wedding Kitchen on Wheels")),
}  # fmt: skip
OFFICES: tuple[Pair, ...] = (
    ("市场监督管理局", "Market Supervision Bureau"), ("税务局", "Tax Office"), ("公安局", "Police Bureau"), ("人民法院", "Court"),
    ("财政局", "Finance Bureau"), ("教育体育局", "Education and Sport Bureau"), ("自然资源局", "Natural Resources Bureau"),
    ("林业和草原局", "Forestry and Grassland Bureau"), ("水利局", "Water Bureau"), ("供电分局", "Power Supply Office"),
    ("消防救援大队", "Fire Brigade"), ("交通运输局", "Transport Bureau"), ("农牧局", "Farming and Herding Bureau"),
    ("住建局", "Housing Bureau"), ("应急管理局", "Emergency Bureau"), ("气象局", "Weather Office"), ("邮政分公司", "Post Office"),
    ("机关事务服务中心", "Government Service Centre"), ("融媒体中心", "Media Centre"), ("文化馆", "Culture House"),
)  # fmt: skip
HOMES: tuple[Pair, ...] = (("夕阳红", "Sunset Glow"), ("康乐", "Health and Joy"), ("福寿", "Long Life"), ("颐养", "Quiet Years"),
                           ("敬老", "Respect for Age"), ("幸福晚年", "Happy Old Age"), ("松鹤", "Pine and Crane"))  # fmt: skip
NURSERIES: tuple[Pair, ...] = (("小太阳", "Little Sun"), ("金色摇篮", "Golden Cradle"), ("童梦", "Child Dream"),
                               ("小马驹", "Little Foal"), ("蓓蕾", "Flower Bud"))  # fmt: skip
KINDERGARTENS: tuple[Pair, ...] = (("红太阳", "Red Sun"), ("小天鹅", "Little Swan"), ("阳光", "Sunshine"), ("蒙古族", "Mongolian"),
                                   ("实验", "Experimental"), ("彩虹", "Rainbow"), ("星星", "Star"))  # fmt: skip


def person(random: Random) -> str:
    if random.random() < 0.12:
        return random.choice(MONGOLIAN)
    return random.choice(SURNAMES)[0] + random.choice(GIVEN)


def shop(kind: str, banner: Pair, street: Pair, random: Random) -> Pair:
    """A name for a unit of that business type standing there."""
    if kind in _CANTEENS:
        return _CANTEENS[kind](banner, street, random)
    return _restaurant(kind, banner, street, random)


def _restaurant(kind: str, banner: Pair, street: Pair, random: Random) -> Pair:
    head, head_en = random.choice(HEADS)
    if kind in ("small", "mobile") and random.random() < 0.42:
        surname, surname_en = random.choice(SURNAMES)
        title, title_en = random.choice((("老", "Old "), ("小", "Young "), ("", ""), ("大", "Big ")))
        tail, tail_en = ("家", " Family") if not title else ("", "")
        head, head_en = f"{title}{surname}{tail}", f"{title_en}{surname_en}{tail_en}"
    dish, dish_en = random.choice(DISHES["large" if kind in ("large", "extra_large") else kind])
    luck = random.random()
    if luck < 0.012:  # the name on the licence, as long as they really get
        return (
            f"鄂尔多斯市{banner[0]}{street[0]}{head}{dish}餐饮管理有限责任公司第{_zh(random.randint(1, 9))}分公司",
            f"{head_en} {dish_en} Catering Management Limited Liability Company, {street[1]}, {banner[1]}, Ordos",
        )
    if luck < 0.25:
        return f"{head}{dish}（{street[0]}店）", f"{head_en} {dish_en} ({street[1]} Branch)"
    if luck < 0.32:
        place, place_en = banner[0][:-1], banner[1].rsplit(" ", 1)[0]
        return f"{place}{head}{dish}", f"{head_en} {dish_en} of {place_en}"
    return f"{head}{dish}", f"{head_en} {dish_en}"


def _school(banner: Pair, street: Pair, random: Random) -> Pair:
    number = random.randint(1, 24)
    luck = random.random()
    if luck < 0.5:
        name, name_en = random.choice(KINDERGARTENS)
        return (f"{banner[0]}{street[0]}{name}幼儿园食堂", f"{name_en} Kindergarten Canteen, {street[1]}")
    if luck < 0.8:
        return f"{banner[0]}第{_zh(number)}小学食堂", f"No. {number} Primary School Canteen, {banner[1]}"
    if luck < 0.97:
        return f"{banner[0]}第{_zh(number)}中学食堂", f"No. {number} Middle School Canteen, {banner[1]}"
    return (
        f"鄂尔多斯市{banner[0]}第{_zh(number)}蒙古族中学（初中部、高中部）学生第{_zh(random.randint(1, 3))}食堂",
        f"Student Canteen of the No. {number} Mongolian Middle School (Junior and Senior Divisions), {banner[1]}, Ordos",
    )


def _elderly(banner: Pair, street: Pair, random: Random) -> Pair:
    name, name_en = random.choice(HOMES)
    return f"{banner[0]}{name}养老服务中心食堂", f"{name_en} Elderly Care Centre Canteen, {banner[1]}"


def _medical(banner: Pair, street: Pair, random: Random) -> Pair:
    name, name_en = random.choice((("人民医院", "People's Hospital"), ("蒙医综合医院", "Mongolian Medicine Hospital"),
                                   ("妇幼保健院", "Mother and Child Hospital"), ("中医医院", "Hospital of Chinese Medicine")))  # fmt: skip
    return f"{banner[0]}{name}营养食堂", f"{name_en} Canteen, {banner[1]}"


def _government(banner: Pair, street: Pair, random: Random) -> Pair:
    name, name_en = random.choice(OFFICES)
    if random.random() < 0.3:
        return f"{street[0]}办事处机关食堂", f"{street[1]} Office Canteen"
    return f"{banner[0]}{name}机关食堂", f"{name_en} Canteen, {banner[1]}"


def _nursery(banner: Pair, street: Pair, random: Random) -> Pair:
    name, name_en = random.choice(NURSERIES)
    return f"{banner[0]}{name}托育中心食堂", f"{name_en} Nursery Canteen, {banner[1]}"


_CANTEENS = {
    "school": _school,
    "elderly": _elderly,
    "medical": _medical,
    "government": _government,
    "nursery": _nursery,
}


def _zh(number: int) -> str:
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    return ("" if not tens else "十" if tens == 1 else digits[tens] + "十") + (digits[ones] if ones or not tens else "")
