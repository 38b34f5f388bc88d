"""What costs points, in words, for machines that ask why; screens have their own catalogue."""

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from typing import Any

BECAUSE: dict[str, dict[str, str]] = {
    "open_level_1": {"zh": "有一级预警未解除", "en": "A level-1 alarm is open"},
    "too_little_known": {"zh": "数据太少，暂不评分", "en": "Too little is known to judge"},
    "licences": {"zh": "证照过期或缺失", "en": "Licence expired or missing"},
    "health_certificates": {"zh": "健康证过期或缺失", "en": "Health certificates expired or missing"},
    "self_inspection_on_time": {"zh": "自查未按时完成", "en": "Self-inspection late"},
    "self_inspection_findings": {"zh": "自查发现问题", "en": "Self-inspection found problems"},
    "inspections": {"zh": "监督检查不合格", "en": "Inspection failed"},
    "cold_chain_open": {"zh": "冷链超温预警未解除", "en": "Cold-chain alarm open"},
    "disinfection_open": {"zh": "消毒预警未解除", "en": "Disinfection alarm open"},
    "kitchen_alarms_open": {"zh": "后厨预警未解除", "en": "Kitchen alarm open"},
    "smoke_and_gas_open": {"zh": "烟雾或燃气报警未解除", "en": "Smoke or gas alarm open"},
    "cold_chain": {"zh": "冷链温度超限", "en": "Cold chain out of range"},
    "disinfection": {"zh": "消毒未达标", "en": "Disinfection not passed"},
    "kitchen_alarms": {"zh": "近期有后厨预警", "en": "Kitchen alarms lately"},
    "morning_checks": {"zh": "晨检缺项或不合格", "en": "Morning checks missing or failed"},
    "devices_online": {"zh": "设备离线", "en": "Devices offline"},
    "cameras_true": {"zh": "摄像机离线或画面异常", "en": "Cameras offline or at fault"},
    "smoke_and_gas": {"zh": "烟雾或燃气报警", "en": "Smoke or gas alarm"},
    "detector_health": {"zh": "探测器故障", "en": "Detector at fault"},
    "ratings": {"zh": "评价偏低", "en": "Low ratings"},
    "complaints_upheld": {"zh": "投诉属实", "en": "Complaints upheld"},
    "answer_time": {"zh": "投诉答复慢", "en": "Complaints answered slowly"},
    "rectification": {"zh": "整改未按时完成", "en": "Rectification late"},
}


def sentences(
    indicators: Iterable[Mapping[str, Any]], reasons: Iterable[str], zone: tzinfo
) -> dict[str, dict[str, str]]:
    """The sentence of every reason of a stored result; that of an open alarm says since when."""
    since = {each["because"]: each.get("since") for each in indicators if each.get("because")}
    return {key: _sentence(key, since.get(key), zone) for key in dict.fromkeys([*reasons, *since])}


def _sentence(key: str, since: str | None, zone: tzinfo) -> dict[str, str]:
    words = BECAUSE.get(key, {"zh": key, "en": key})
    if not since:
        return words
    moment = datetime.fromisoformat(since).astimezone(zone)
    return {
        "zh": f"{words['zh']}（{moment.month}月{moment.day}日 {moment:%H:%M} 起）",
        "en": f"{words['en']} since {moment:%H:%M on %d %b}",
    }
