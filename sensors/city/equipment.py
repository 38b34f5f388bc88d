"""Which devices stand in which kitchen, and which language each speaks.

The plan counts three sensing points for each of 894 units (2,682). Here large and extra-large restaurants and canteens
have three, mobile restaurants only their GPS locator, and the points this leaves over make model kitchens of nine.
"""

from collections.abc import Sequence
from random import Random

from sensors.catalogue import CATALOGUE
from sensors.city.shares import SENSING_POINTS, UNITS, UNITS_OF_PLAN

CODES = {
    "fridge_temp_humidity": "FR", "freezer_temp_humidity": "FZ", "room_temp_humidity": "RM", "hot_holding": "HH",
    "uv_disinfection": "UV", "cabinet_disinfection": "CB", "dish_washer": "DW", "smoke_alarm": "SM", "gas_alarm": "GS",
    "rat_guard": "RG", "sample_retention": "SR", "morning_check_machine": "MC", "gps_locator": "GP",
    "network_camera": "C",
}  # fmt: skip
NAMES = {
    "fridge_temp_humidity": ("冷藏柜", "切配间"), "freezer_temp_humidity": ("冷冻柜", "库房"),
    "room_temp_humidity": ("专间温湿度", "凉菜专间"), "hot_holding": ("热藏柜", "备餐间"),
    "uv_disinfection": ("紫外线灯", "凉菜专间"), "cabinet_disinfection": ("消毒柜", "洗消间"),
    "dish_washer": ("洗碗机", "洗消间"), "smoke_alarm": ("烟雾报警器", "热菜间"), "gas_alarm": ("燃气探测器", "热菜间"),
    "rat_guard": ("挡鼠板", "后门"), "sample_retention": ("留样柜", "留样间"),
    "morning_check_machine": ("晨检机", "更衣间"), "gps_locator": ("定位仪", "车辆"),
}  # fmt: skip
CAMERA_ROOMS = ("热菜间", "切配间", "洗消间", "备餐间", "凉菜专间", "面点间", "库房", "出餐口")
PUBLIC_ROOMS = frozenset(CAMERA_ROOMS[:3])
VENDORS = {
    "sensor": (("塞北传感", "SB-T2"), ("鸿雁物联", "HY-320"), ("北疆智控", "BJ-K7"), ("河套微电", "HT-N1")),
    "camera": (("天目视讯", "TM-4M"), ("青城光电", "QC-IPC2"), ("云岭影像", "YL-D5")),
    "terminal": (("晨光识别", "CG-F1"),),
}  # fmt: skip

RESTAURANT = ("freezer_temp_humidity", "cabinet_disinfection", "smoke_alarm", "gas_alarm", "room_temp_humidity",
              "hot_holding", "rat_guard", "uv_disinfection", "dish_washer")  # fmt: skip
CANTEEN = ("cabinet_disinfection", "smoke_alarm", "gas_alarm", "morning_check_machine", "rat_guard",
           "uv_disinfection", "freezer_temp_humidity", "hot_holding")  # fmt: skip
MODEL = ("fridge_temp_humidity", "freezer_temp_humidity", "cabinet_disinfection", "fridge_temp_humidity",
         "room_temp_humidity", "hot_holding")  # fmt: skip
OPCUA_KITCHENS = 2
OPCUA_KINDS = ("fridge_temp_humidity", "freezer_temp_humidity", "cabinet_disinfection", "hot_holding", "dish_washer")
NURSERIES_WITH_SENSORS = 5 / 17
MODEL_EXTRA = 6


def sensing_points(types: Sequence[str], random: Random) -> list[list[str]]:
    """The sensor kinds of each unit, given the business type of each."""
    nurseries = [place for place, kind in enumerate(types) if kind == "nursery"]
    equipped = set(nurseries[: max(1, round(len(nurseries) * NURSERIES_WITH_SENSORS))])
    points = [_base(kind, random) if kind != "nursery" or place in equipped else [] for place, kind in enumerate(types)]
    left = round(SENSING_POINTS * len(types) / UNITS_OF_PLAN) - sum(map(len, points))
    rank = {"extra_large": 0, "large": 1, "school": 2}
    models = sorted((place for place, kind in enumerate(types) if kind in rank), key=lambda p: (rank[types[p]], p))
    for place in models:
        if left <= 0 and place != models[0]:  # even the smallest city has one model kitchen to show
            break
        extra = MODEL_EXTRA if place == models[0] else min(MODEL_EXTRA, left)
        points[place] += MODEL[:extra]
        left -= extra
    return points


def _base(kind: str, random: Random) -> list[str]:
    if kind in ("extra_large", "large"):
        return ["fridge_temp_humidity", *random.sample(RESTAURANT, 2)]
    if kind in ("school", "elderly", "medical", "nursery"):
        first = "sample_retention" if random.random() < 0.6 else "fridge_temp_humidity"
        return [first, *random.sample(CANTEEN, 2)]
    return ["gps_locator"] if kind == "mobile" else []


def is_equipped(kind: str) -> bool:
    """Whether units of that business type have sensors by rule."""
    return kind in UNITS and kind not in ("medium", "small", "beverage", "government")


class Languages:
    """Gives each device its language, as installers would: most speak ours, some kept what they had.

    One language per kitchen, because it comes with the gateway that hangs there.
    """

    ZIGBEE, TASMOTA, HOME_ASSISTANT, THINGSBOARD, SPARKPLUG, OPCUA = (
        "zigbee2mqtt", "tasmota", "homeassistant", "thingsboard", "sparkplug", "opcua")  # fmt: skip
    ZIGBEE_KINDS = ("fridge_temp_humidity", "freezer_temp_humidity", "room_temp_humidity", "smoke_alarm", "gas_alarm")
    TASMOTA_KINDS = ("fridge_temp_humidity", "freezer_temp_humidity", "room_temp_humidity")

    def __init__(self, random: Random) -> None:
        self._random = random
        self._opcua = self._sparkplug = self._home = self._things = 0

    def of_kitchen(self, unit: str, kinds: Sequence[str], devices: Sequence[str]) -> list[str]:
        """The alias column of each device of a unit; empty for our own language."""
        choose = self._choice(kinds)
        return [choose(unit, kind, device) for kind, device in zip(kinds, devices, strict=True)]

    def _choice(self, kinds: Sequence[str]):
        if len(kinds) >= 3 + MODEL_EXTRA and self._opcua < OPCUA_KITCHENS:
            self._opcua += 1
            return self._opcua_alias
        if len(kinds) >= 3 + MODEL_EXTRA and self._sparkplug < 2:
            self._sparkplug += 1
            return lambda unit, kind, device: f"{self.SPARKPLUG}={SPARKPLUG_GROUP}/{SPARKPLUG_NODE}/{device}"
        luck = self._random.random()
        if kinds == ["gps_locator"]:
            self._things += 1
            return (lambda u, k, device: f"{self.THINGSBOARD}=locator {device}") if self._things <= 8 else _native
        if luck < 0.12:
            return lambda unit, kind, device: (
                f"{self.ZIGBEE}=kitchen_{device.lower()}" if kind in self.ZIGBEE_KINDS else ""
            )
        if luck < 0.22:
            return lambda unit, kind, device: (
                f"{self.TASMOTA}=tasmota_{device.replace('-', '')}" if kind in self.TASMOTA_KINDS else ""
            )
        if luck < 0.25 and self._home < 6:
            self._home += 1
            return lambda unit, kind, device: (
                f"{self.HOME_ASSISTANT}={device.lower()}" if kind in self.TASMOTA_KINDS else ""
            )
        return _native

    def _opcua_alias(self, unit: str, kind: str, device: str) -> str:
        return f"{self.OPCUA}={unit}/{device}" if kind in OPCUA_KINDS else ""


SPARKPLUG_GROUP, SPARKPLUG_NODE = "Ordos", "PLC1"


def _native(unit: str, kind: str, device: str) -> str:
    return ""


def interval_seconds(kind: str) -> int:
    """How often it reports; the morning-check machine speaks only when somebody stands before it."""
    return 0 if kind == "morning_check_machine" else CATALOGUE[kind].interval_seconds
