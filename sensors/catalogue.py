"""Kinds of devices as rows: adding a kind adds a row here and a recorded payload under `tests/sensors/fixtures/`.

The limits are defaults of the trade (`docs/alarm-rules.md` says from where). They become rule rows in the database
at first start; the rows are what is in force and may differ per business type.
"""

from dataclasses import dataclass

MINUTE, HOUR = 60, 3600


@dataclass(frozen=True, kw_only=True)
class Limit:
    """What counts as beyond the limit, and for how long before somebody is told."""

    low: float | None = None
    high: float | None = None
    dwell_seconds: int = 0
    level: int = 3  # 1 serious .. 4 information
    then: tuple[tuple[int, int], ...] = ()  # (seconds outside, level): it gets worse when nobody acts
    when: str = "always"  # always, working_hours, closed_hours
    name: str = ""  # tells two limits of one metric apart


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One number a device reports. `usual` is the range drawn behind a chart, in `unit`."""

    key: str
    zh: str
    en: str
    unit: str = ""
    usual: tuple[float, float] | None = None
    decimals: int = 1
    limits: tuple[Limit, ...] = ()
    aliases: tuple[str, ...] = ()  # other names real payloads use for it


@dataclass(frozen=True, kw_only=True)
class DeviceType:
    """A kind of device. `interval_seconds` 0 means: it speaks only when something happens."""

    key: str
    zh: str
    en: str
    icon: str
    interval_seconds: int
    metrics: tuple[Metric, ...] = ()
    functions: tuple[str, ...] = ()  # ids of `domain/subsystems.md` it serves
    family: str = "sensor"  # sensor, camera, screen, terminal, gateway

    def metric(self, name: str) -> Metric | None:
        """The metric of that name or alias."""
        return next((m for m in self.metrics if name == m.key or name in m.aliases), None)


def _temperature(usual: tuple[float, float], *limits: Limit, zh: str = "温度", en: str = "Temperature") -> Metric:
    return Metric(key="temperature", zh=zh, en=en, unit="°C", usual=usual, limits=limits,
                  aliases=("temp", "temperature_c", "Temperature", "local_temperature"))  # fmt: skip


def _humidity(usual: tuple[float, float], *limits: Limit) -> Metric:
    return Metric(key="humidity", zh="湿度", en="Humidity", unit="%", usual=usual, decimals=0, limits=limits,
                  aliases=("hum", "humidity_pct", "Humidity"))  # fmt: skip


def _flag(key: str, zh: str, en: str, *limits: Limit, good: float = 0, aliases: tuple[str, ...] = ()) -> Metric:
    return Metric(key=key, zh=zh, en=en, usual=(good, good), decimals=0, limits=limits, aliases=aliases)


BATTERY = Metric(
    key="battery", zh="电量", en="Battery", unit="%", usual=(20, 100), decimals=0,
    limits=(Limit(low=10, dwell_seconds=HOUR, level=4),), aliases=("battery_pct", "Battery"),
)  # fmt: skip
SIGNAL = Metric(key="linkquality", zh="信号", en="Signal", usual=(30, 255), decimals=0, aliases=("lqi", "rssi"))
DOOR = _flag("door", "门", "Door open", aliases=("contact_open", "door_open"))

KINDS: tuple[DeviceType, ...] = (
    DeviceType(
        key="fridge_temp_humidity", zh="冷藏柜温湿度监测器", en="Chilled refrigerator monitor", icon="fridge",
        interval_seconds=5 * MINUTE, functions=("KIT-02", "TRM-02"),
        metrics=(
            _temperature((0, 8), Limit(low=0, high=8, dwell_seconds=30 * MINUTE, level=2, then=((2 * HOUR, 1),))),
            _humidity((35, 90), Limit(low=35, high=90, dwell_seconds=HOUR, level=3)),
            DOOR, BATTERY, SIGNAL,
        ),
    ),
    DeviceType(
        key="freezer_temp_humidity", zh="冷冻柜温湿度监测器", en="Freezer monitor", icon="freezer",
        interval_seconds=5 * MINUTE, functions=("KIT-02", "TRM-02"),
        metrics=(
            _temperature((-24, -12), Limit(high=-12, dwell_seconds=HOUR, level=2, then=((4 * HOUR, 1),))),
            _humidity((35, 95)), DOOR, BATTERY, SIGNAL,
        ),
    ),
    DeviceType(
        key="room_temp_humidity", zh="专间温湿度监测器", en="Special-room monitor", icon="room",
        interval_seconds=5 * MINUTE, functions=("KIT-03", "TRM-02"),
        metrics=(
            _temperature((10, 25), Limit(high=25, dwell_seconds=15 * MINUTE, level=2, when="working_hours")),
            _humidity((20, 70), Limit(high=70, dwell_seconds=HOUR, level=3)),
            BATTERY, SIGNAL,
        ),
    ),
    DeviceType(
        key="hot_holding", zh="热藏温度监测器", en="Hot-holding probe", icon="hot", interval_seconds=5 * MINUTE,
        functions=("KIT-02",),
        metrics=(
            _temperature((60, 95), Limit(low=60, dwell_seconds=30 * MINUTE, level=2, then=((2 * HOUR, 1),),
                                         when="working_hours")),
        ),
    ),
    DeviceType(
        key="uv_disinfection", zh="紫外线消毒监测器", en="Ultraviolet disinfection monitor", icon="uv",
        interval_seconds=5 * MINUTE, functions=("KIT-04",),
        metrics=(
            Metric(key="irradiance", zh="辐照强度", en="Irradiance", unit="µW/cm²", usual=(70, 200), decimals=0,
                   aliases=("uv", "intensity")),
            _flag("lamp", "灯", "Lamp on", aliases=("on", "state")),
            Metric(key="cycle_minutes", zh="本次时长", en="Cycle length", unit="min", usual=(30, 120), decimals=0),
            _flag("cycle_ok", "消毒合格", "Cycle passed", Limit(low=1, level=3), good=1),
            _flag("exposed", "有人暴露", "People exposed", Limit(high=0, level=1)),
        ),
    ),
    DeviceType(
        key="cabinet_disinfection", zh="消毒柜消毒监测器", en="Disinfection-cabinet monitor", icon="cabinet",
        interval_seconds=5 * MINUTE, functions=("KIT-05",),
        metrics=(
            Metric(key="temperature", zh="柜内温度", en="Cabinet temperature", unit="°C", usual=(15, 130),
                   aliases=("temp", "temperature_c")),
            _humidity((10, 85), Limit(high=85, dwell_seconds=HOUR, level=3)),
            Metric(key="irradiance", zh="灯强", en="Lamp strength", unit="µW/cm²", usual=(40, 200), decimals=0),
            _flag("running", "运行", "Running"),
            _flag("cycle_ok", "消毒合格", "Cycle passed", Limit(low=1, level=2), good=1),
            Metric(key="cycle_minutes", zh="达温时长", en="Minutes at temperature", unit="min", usual=(10, 60)),
        ),
    ),
    DeviceType(
        key="dish_washer", zh="洗碗机监测器", en="Dish-washer monitor", icon="washer", interval_seconds=5 * MINUTE,
        functions=("KIT-05",),
        metrics=(
            Metric(key="rinse_temperature", zh="漂洗温度", en="Rinse temperature", unit="°C", usual=(82, 95),
                   limits=(Limit(low=85, level=2),)),
            Metric(key="rinse_seconds", zh="漂洗时长", en="Rinse time", unit="s", usual=(40, 120), decimals=0),
        ),
    ),
    DeviceType(
        key="smoke_alarm", zh="烟雾报警监测器", en="Smoke alarm", icon="smoke", interval_seconds=5 * MINUTE,
        functions=("KIT-06",),
        metrics=(
            _flag("smoke", "烟雾", "Smoke", Limit(high=0, level=1), aliases=("alarm", "smoke_alarm")),
            _flag("manual_trigger", "手动报警", "Manual trigger", Limit(high=0, level=1)),
            _flag("self_test", "自检", "Self-test", aliases=("test",)),
            _flag("fault", "故障", "Fault", Limit(high=0, dwell_seconds=10 * MINUTE, level=3)),
            BATTERY, SIGNAL,
        ),
    ),
    DeviceType(
        key="gas_alarm", zh="可燃气体监测器", en="Combustible-gas monitor", icon="gas", interval_seconds=5 * MINUTE,
        functions=("KIT-07",),
        metrics=(
            Metric(key="lel", zh="可燃气体", en="Combustible gas", unit="%LEL", usual=(0, 10),
                   aliases=("gas", "gas_lel"),
                   limits=(Limit(name="warn", high=10, dwell_seconds=10, level=2),
                           Limit(name="alarm", high=25, level=1))),
            # Some detectors only say yes or no.
            _flag("gas_detected", "燃气泄漏", "Gas detected", Limit(high=0, level=1)),
            _flag("self_test", "自检", "Self-test"),
            _flag("fault", "故障", "Fault", Limit(high=0, dwell_seconds=10 * MINUTE, level=3)),
        ),
    ),
    DeviceType(
        key="rat_guard", zh="挡鼠板位移监测器", en="Rat-guard monitor", icon="rat", interval_seconds=5 * MINUTE,
        functions=("KIT-08",),
        metrics=(
            Metric(key="displacement", zh="位移", en="Gap", unit="mm", usual=(0, 6), aliases=("gap",),
                   limits=(Limit(name="day", high=6, dwell_seconds=5 * MINUTE, level=3, when="working_hours"),
                           Limit(name="night", high=6, dwell_seconds=5 * MINUTE, level=2, when="closed_hours"))),
            Metric(key="tilt", zh="倾角", en="Tilt", unit="°", usual=(0, 5), aliases=("angle",),
                   limits=(Limit(name="day", high=5, dwell_seconds=5 * MINUTE, level=3, when="working_hours"),
                           Limit(name="night", high=5, dwell_seconds=5 * MINUTE, level=2, when="closed_hours"))),
            BATTERY, SIGNAL,
        ),
    ),
    DeviceType(
        key="sample_retention", zh="留样监测器", en="Sample-retention monitor", icon="sample",
        interval_seconds=5 * MINUTE, functions=("KIT-09",),
        metrics=(
            _temperature((0, 8), Limit(low=0, high=8, dwell_seconds=30 * MINUTE, level=2)),
            Metric(key="weight", zh="留样重量", en="Sample weight", unit="g", usual=(125, 500), decimals=0,
                   limits=(Limit(low=125, level=2),), aliases=("weight_g",)),
            Metric(key="hours_kept", zh="留样时长", en="Hours kept", unit="h", usual=(48, 72),
                   limits=(Limit(low=48, level=2),)),
        ),
    ),
    DeviceType(
        key="morning_check_machine", zh="晨检自检一体机", en="Morning-check machine", icon="check",
        interval_seconds=5 * MINUTE, functions=("KIT-10", "TRM-06"), family="terminal",
        metrics=(
            Metric(key="body_temperature", zh="体温", en="Body temperature", unit="°C", usual=(36, 37.3),
                   limits=(Limit(high=37.3, level=1),), aliases=("body_temp",)),
        ),
    ),
    DeviceType(
        key="gps_locator", zh="GPS定位仪", en="GPS locator", icon="gps", interval_seconds=5 * MINUTE,
        functions=("TRM-08",),
        metrics=(
            Metric(key="latitude", zh="纬度", en="Latitude", unit="°", decimals=5, aliases=("lat",)),
            Metric(key="longitude", zh="经度", en="Longitude", unit="°", decimals=5, aliases=("lon", "lng")),
            Metric(key="speed", zh="车速", en="Speed", unit="km/h", usual=(0, 90), decimals=0),
            BATTERY,
        ),
    ),
    DeviceType(
        key="network_camera", zh="智能高清网络摄像机", en="HD network camera", icon="camera", interval_seconds=0,
        functions=("TRM-01",), family="camera",
    ),
    DeviceType(
        key="camera_4g", zh="4G摄像机", en="4G camera", icon="camera", interval_seconds=0, functions=("TRM-08",),
        family="camera",
    ),
    DeviceType(
        key="transcoder", zh="视频转码器", en="Transcoder", icon="transcoder", interval_seconds=0,
        functions=("TRM-07",), family="gateway",
    ),
    DeviceType(
        key="ai_edge_box", zh="AI边缘视频分析盒子", en="AI edge box", icon="box", interval_seconds=5 * MINUTE,
        functions=("TRM-09",), family="gateway",
        metrics=(Metric(key="cpu_load", zh="负载", en="Load", unit="%", usual=(0, 90), decimals=0),),
    ),
    DeviceType(
        key="street_touchscreen", zh="示范街驾驶舱触摸屏", en="Street cockpit touchscreen", icon="screen",
        interval_seconds=5 * MINUTE, functions=("TRM-03",), family="screen",
    ),
    DeviceType(
        key="lobby_touchscreen", zh="大中餐饮消费者落地触摸屏", en="Lobby touchscreen", icon="screen",
        interval_seconds=5 * MINUTE, functions=("TRM-04",), family="screen",
    ),
    DeviceType(
        key="shop_screen", zh="小型餐饮公示屏", en="Small-shop screen", icon="screen", interval_seconds=5 * MINUTE,
        functions=("TRM-05",), family="screen",
    ),
)  # fmt: skip
CATALOGUE: dict[str, DeviceType] = {kind.key: kind for kind in KINDS}

BUSINESS_TYPES: dict[str, tuple[str, str]] = {
    "extra_large": ("特大型餐饮", "Extra-large catering"),
    "large": ("大型餐饮", "Large catering"),
    "medium": ("中型餐饮", "Medium catering"),
    "small": ("小型餐饮", "Small catering"),
    "beverage": ("饮品店", "Beverage shop"),
    "school": ("学校（幼儿园）食堂", "School or kindergarten canteen"),
    "elderly": ("养老机构食堂", "Elderly-care canteen"),
    "medical": ("医疗机构食堂", "Medical canteen"),
    "government": ("机关事业单位食堂", "Government canteen"),
    "nursery": ("托育机构食堂", "Nursery canteen"),
    "mobile": ("大型聚餐流动餐馆", "Mobile banquet restaurant"),
}


def metric_of(kind: str, name: str) -> Metric | None:
    """The catalogue's row for a metric of a kind of device, by key or alias; None for what it does not know."""
    device_type = CATALOGUE.get(kind)
    return device_type.metric(name) if device_type else None
