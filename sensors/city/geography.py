"""The nine banners of Ordos with the streets and towns that catering units stand in (WGS-84, approximate).

Seats and towns lie about where they really lie; which shop stands where is invented.
"""

# ruff: noqa: E501 (a Chinese character counts double; these are tables)

from dataclasses import dataclass
from functools import cache
from math import cos, pi, radians, sin, sqrt
from random import Random

from sensors.city import boundary

KM_LATITUDE = 1 / 111.2  # degrees
CITY = ("ordos", "鄂尔多斯市", "Ordos City", 39.608, 109.781)


@dataclass(frozen=True)
class Place:
    """A town away from the seat."""

    name: str
    name_en: str
    latitude: float
    longitude: float


@dataclass(frozen=True)
class Banner:
    """A banner or district: its share of the city's units and the streets of its seat.

    `site` and `weight` shape its land in the power diagram; they are fitted so that areas come near the real ones.
    """

    id: str
    name: str
    name_en: str
    code: str  # administrative division
    latitude: float
    longitude: float
    share: float
    site: boundary.Point
    weight: float
    streets: tuple[tuple[str, str], ...]
    towns: tuple[Place, ...]
    demonstration: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Street:
    """A street office, town or demonstration street: where units stand in rows."""

    id: str
    banner: Banner
    name: str
    name_en: str
    latitude: float
    longitude: float
    share: float  # of its banner's units
    bearing: float  # of its main road, radians
    town: bool = False
    demonstration: bool = False


BANNERS: tuple[Banner, ...] = (
    Banner(
        "dongsheng", "东胜区", "Dongsheng District", "150602", 39.822, 109.963, 0.27, (109.9923, 39.8444), 0.0333,
        (("交通街道", "Transport Street"), ("公园街道", "Park Street"), ("林荫街道", "Tree Shade Street"),
         ("建设街道", "Construction Street"), ("富兴街道", "Prosperity Street"), ("天骄街道", "Proud Son Street"),
         ("诃额伦街道", "Hoelun Street"), ("巴音门克街道", "Rich Eternal Street"), ("纺织街道", "Textile Street"),
         ("兴胜街道", "Rising Street"), ("民族街道", "Nations Street"), ("幸福街道", "Happiness Street")),
        (Place("泊江海子镇", "Bojianghaizi Town", 39.87, 109.55), Place("罕台镇", "Hantai Town", 39.80, 109.82),
         Place("铜川镇", "Copper River Town", 39.85, 110.12)),
        (("达拉特南路美食示范街", "Dalad South Road Food Demonstration Street"),
         ("鄂尔多斯西街阳光餐饮示范街", "Ordos West Road Sunshine Catering Demonstration Street")),
    ),
    Banner(
        "kangbashi", "康巴什区", "Kangbashi District", "150603", 39.622, 109.790, 0.08, (109.8493, 39.6405), -0.0162,
        (("哈巴格希街道", "Habagexi Street"), ("青春山街道", "Youth Hill Street"), ("滨河街道", "Riverside Street"),
         ("康新街道", "New Health Street"), ("文化路片区", "Culture Road Quarter"), ("市府广场片区", "City Hall Square Quarter"),
         ("国泰商业片区", "Peace Plaza Quarter"), ("高新园区", "High-Tech Park")),
        (),
        (("乌兰木伦湖畔示范街", "Ulan Mulun Lakeside Demonstration Street"),),
    ),
    Banner(
        "dalad", "达拉特旗", "Dalad Banner", "150621", 40.412, 110.034, 0.15, (109.9651, 40.0929), 0.0602,
        (("昭君街道", "Lady Zhao Street"), ("锡尼街道", "New Street"), ("工业街道", "Industry Street"),
         ("白塔街道", "White Tower Street"), ("西园街道", "West Garden Street"), ("平原街道", "Plain Street"),
         ("树林召镇", "Shulinzhao Town")),
        (Place("展旦召苏木", "Zhandanzhao Sumu", 40.36, 109.85), Place("王爱召镇", "Wangaizhao Town", 40.33, 110.22),
         Place("白泥井镇", "White Clay Well Town", 40.27, 110.52), Place("吉格斯太镇", "Jigesitai Town", 40.25, 110.72),
         Place("昭君镇", "Lady Zhao Town", 40.48, 109.70), Place("恩格贝镇", "Engebei Town", 40.38, 109.38),
         Place("中和西镇", "West Harmony Town", 40.52, 109.25), Place("风水梁镇", "Wind and Water Ridge Town", 40.15, 110.32)),
        (("树林召大街夜市示范街", "Shulinzhao Avenue Night Market Demonstration Street"),),
    ),
    Banner(
        "jungar", "准格尔旗", "Jungar Banner", "150622", 39.865, 111.200, 0.165, (110.3892, 39.6128), -0.024,
        (("兴隆街道", "Boom Street"), ("蓝天街道", "Blue Sky Street"), ("迎泽街道", "Welcome Lake Street"),
         ("友谊街道", "Friendship Street"), ("薛家湾镇", "Xuejiawan Town")),
        (Place("沙圪堵镇", "Shagedu Town", 39.63, 110.87), Place("龙口镇", "Dragon Mouth Town", 39.52, 111.28),
         Place("大路镇", "Great Road Town", 40.04, 111.22), Place("准格尔召镇", "Jungar Monastery Town", 39.63, 110.55),
         Place("纳日松镇", "Narisong Town", 39.42, 110.68), Place("暖水乡", "Warm Water Township", 39.78, 110.60),
         Place("魏家峁镇", "Weijiamao Town", 39.68, 111.35), Place("十二连城乡", "Twelve Forts Township", 40.20, 111.00),
         Place("布尔陶亥苏木", "Burtaohai Sumu", 39.97, 110.95)),
        (("薛家湾小吃示范街", "Xuejiawan Snack Demonstration Street"),),
    ),
    Banner(
        "otog-front", "鄂托克前旗", "Otog Front Banner", "150623", 38.182, 107.477, 0.04, (107.6247, 37.8689), -0.0011,
        (("敖镇东街", "East Street"), ("敖镇西街", "West Street"), ("民族文化街", "Folk Culture Street"),
         ("长庆路片区", "Changqing Road Quarter"), ("敖勒召其镇", "Oljoq Town")),
        (Place("上海庙镇", "Shanghai Temple Town", 38.27, 106.92), Place("城川镇", "Chengchuan Town", 37.72, 108.28),
         Place("昂素镇", "Angsu Town", 38.28, 107.95)),
    ),
    Banner(
        "otog", "鄂托克旗", "Otog Banner", "150624", 39.090, 107.980, 0.07, (108.1899, 39.162), -0.0192,
        (("乌兰镇东区", "Ulan East"), ("乌兰镇西区", "Ulan West"), ("都斯图街", "Dustu Street"),
         ("桃力民街", "Taolimin Street")),
        (Place("棋盘井镇", "Chessboard Well Town", 39.37, 107.03), Place("蒙西镇", "Mengxi Town", 39.72, 106.95),
         Place("木凯淖尔镇", "Mukai Lake Town", 39.28, 108.35), Place("阿尔巴斯苏木", "Arbas Sumu", 39.10, 107.30),
         Place("苏米图苏木", "Sumitu Sumu", 38.62, 108.10)),
        (("棋盘井美食示范街", "Chessboard Well Food Demonstration Street"),),
    ),
    Banner(
        "hanggin", "杭锦旗", "Hanggin Banner", "150625", 39.833, 108.736, 0.05, (108.8358, 39.9095), 0.0467,
        (("锡尼镇东街", "Xini East Street"), ("锡尼镇西街", "Xini West Street"), ("阿斯尔街", "Asir Street")),
        (Place("巴拉贡镇", "Balagong Town", 40.22, 107.12), Place("呼和木独镇", "Huhemudu Town", 40.45, 107.30),
         Place("吉日嘎朗图镇", "Jirgalangtu Town", 40.62, 107.90), Place("独贵塔拉镇", "Duguitala Town", 40.56, 108.65),
         Place("塔然高勒管委会", "Tarangaole Quarter", 39.92, 109.15), Place("伊和乌素苏木", "Yiheusu Sumu", 39.92, 107.95)),
    ),
    Banner(
        "uxin", "乌审旗", "Uxin Banner", "150626", 38.604, 108.818, 0.065, (109.1713, 38.5326), 0.1312,
        (("嘎鲁图镇东区", "Wild Goose East"), ("嘎鲁图镇西区", "Wild Goose West"), ("鸿沁路片区", "Hongqin Road Quarter"),
         ("独贵龙街", "Duguilong Street")),
        (Place("图克镇", "Tuke Town", 38.95, 109.25), Place("乌审召镇", "Uxin Monastery Town", 39.13, 108.98),
         Place("乌兰陶勒盖镇", "Red Hill Town", 38.80, 109.10), Place("无定河镇", "Wuding River Town", 37.98, 108.90),
         Place("苏力德苏木", "Sulde Sumu", 38.25, 108.50)),
    ),
    Banner(
        "ejin-horo", "伊金霍洛旗", "Ejin Horo Banner", "150627", 39.548, 109.735, 0.11, (109.6937, 39.4959), 0.001,
        (("阿镇东区", "Altan Xiret East"), ("阿镇西区", "Altan Xiret West"), ("王府路片区", "Palace Road Quarter"),
         ("可汗路片区", "Khan Road Quarter"), ("通格朗街", "Tonggelang Street"), ("掌岗图路片区", "Zhanggangtu Road Quarter")),
        (Place("乌兰木伦镇", "Ulan Mulun Town", 39.32, 110.05), Place("伊金霍洛镇", "Ejin Horo Town", 39.35, 109.80),
         Place("苏布尔嘎镇", "Suburga Town", 39.50, 109.42), Place("札萨克镇", "Jasag Town", 39.20, 109.75),
         Place("纳林陶亥镇", "Narintaohai Town", 39.50, 110.30), Place("红庆河镇", "Hongqing River Town", 39.35, 109.42)),
        (("母亲公园美食示范街", "Mother Park Food Demonstration Street"),),
    ),
)  # fmt: skip


@cache
def boundaries() -> dict[str, list[boundary.Point]]:
    """The invented boundary of each banner."""
    return boundary.cells({b.id: (b.site, b.weight) for b in BANNERS})


@cache
def streets() -> tuple[Street, ...]:
    """All streets, demonstration streets first in each banner."""
    return tuple(street for banner in BANNERS for street in _streets(banner))


def _streets(banner: Banner) -> list[Street]:
    ring = boundaries()[banner.id]
    seat, found = len(banner.demonstration) + len(banner.streets), []
    names = [*((*names, True) for names in banner.demonstration), *((*names, False) for names in banner.streets)]
    shares = [1.1] * len(banner.demonstration) + [1.0 + 0.5 / (i + 1) for i in range(len(banner.streets))]
    whole = sum(shares) + 0.35 * len(banner.towns)
    for index, (name, name_en, demonstration) in enumerate(names):
        # A sunflower around the seat: street offices lie side by side and never on top of each other.
        distance, angle = 1.15 * sqrt(index + 0.3), index * pi * (3 - sqrt(5)) + banner.longitude
        at = moved(banner.latitude, banner.longitude, distance * cos(angle), distance * sin(angle))
        latitude, longitude = _inside(ring, banner, *at)
        found.append(Street(f"{banner.id}-s{index + 1:02}", banner, name, name_en, latitude, longitude,
                            shares[index] / whole, 0.12 + (index % 4) * pi / 2, demonstration=demonstration))  # fmt: skip
    for index, town in enumerate(banner.towns, seat):
        latitude, longitude = _inside(ring, banner, town.latitude, town.longitude)
        found.append(Street(f"{banner.id}-s{index + 1:02}", banner, town.name, town.name_en, latitude, longitude,
                            0.35 / whole, index * 0.7, town=True))  # fmt: skip
    return found


def _inside(ring: list[boundary.Point], banner: Banner, latitude: float, longitude: float) -> tuple[float, float]:
    """The place itself, or the way toward the seat until it lies in its own banner with some room around."""
    for _ in range(60):
        around = [moved(latitude, longitude, north, east) for north in (-1.6, 1.6) for east in (-1.6, 1.6)]
        if all(boundary.contains(ring, (lon, lat)) for lat, lon in around):
            break
        latitude += (banner.latitude - latitude) * 0.08
        longitude += (banner.longitude - longitude) * 0.08
    return latitude, longitude


def moved(latitude: float, longitude: float, north_km: float, east_km: float) -> tuple[float, float]:
    return (
        latitude + north_km * KM_LATITUDE,
        longitude + east_km * KM_LATITUDE / cos(radians(latitude)),
    )


@dataclass(frozen=True)
class Spot:
    """Where a unit stands: a house number on a road."""

    latitude: float
    longitude: float
    road: str
    number: int


ROADS = ("团结路", "兴隆路", "文明街", "和平路", "迎宾路", "吉劳庆路", "鄂托克街", "伊煤路", "杭锦路", "准格尔路", "乌审街",
         "育才路", "创业路", "永昌路", "幸福里", "安康巷", "站前街", "市场路", "康宁街", "民生路", "振兴街", "滨河路", "东环路",
         "西环路", "南关街", "北关街", "朝阳路", "胜利路", "光明巷", "富强路")  # fmt: skip


def spots(street: Street, count: int, random: Random) -> list[Spot]:
    """Shop fronts on both sides of the street's roads; a demonstration street is one dense row."""
    per_road = 400 if street.demonstration else 44
    roads = max(1, -(-count // per_road))
    names = random.sample(ROADS, min(roads, len(ROADS)))
    found = []
    for place in range(count):
        road, along = place % roads, place // roads
        front, side = divmod(along, 2)
        gap = 0.0085 if street.demonstration else 0.024
        length = (front + 0.5 - per_road_half(count, roads)) * gap + random.uniform(-0.3, 0.3) * gap
        crossing, lane = road % 2, (road // 2 + 1) // 2 * (1 if road // 2 % 2 else -1)
        bearing = street.bearing + crossing * pi / 2
        across = lane * 0.21 + (0.011 if side else -0.011)
        north = length * cos(bearing) - across * sin(bearing)
        east = length * sin(bearing) + across * cos(bearing)
        latitude, longitude = moved(street.latitude, street.longitude, north, east)
        name = street.name.removesuffix("示范街") if street.demonstration else names[road % len(names)]
        found.append(Spot(round(latitude, 6), round(longitude, 6), name, front * 2 + side + 1))
    return found


def per_road_half(count: int, roads: int) -> float:
    """Half the number of shop fronts on one side of a road, to centre the row."""
    return count / roads / 4
