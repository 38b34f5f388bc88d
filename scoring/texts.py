"""Sentences for what judgement says, in Chinese and English: reasons of alarms, indicators, dimensions, grades."""

REASONS: dict[str, tuple[str, str]] = {
    "above_limit": ("高于上限", "above the limit"),
    "below_limit": ("低于下限", "below the limit"),
    "smoke": ("烟雾报警", "smoke detected"),
    "manual_trigger": ("手动报警", "alarm button pressed"),
    "fault": ("设备故障", "device reports a fault"),
    "cycle_ok": ("消毒不合格", "disinfection cycle failed"),
    "exposed": ("紫外线照射时有人", "people exposed to ultraviolet light"),
    "device_offline": ("设备离线", "device silent"),
    "unit_offline": ("整户断电或断网", "whole unit without power or network"),
    "camera_blurred": ("画面模糊", "camera blurred"),
    "camera_covered": ("镜头遮挡", "camera covered"),
    "camera_black": ("画面全黑", "camera black"),
    "camera_moved": ("镜头偏移", "camera moved"),
    "camera_frozen": ("画面静止", "camera frozen"),
    "camera_looped": ("画面重复播放", "camera shows a recording"),
    "licence_expiry": ("证照即将到期或已过期", "licence runs out or has run out"),
}
DIMENSIONS: dict[str, tuple[str, str]] = {
    "disclosure": ("信息公示", "Information disclosure"),
    "self_inspection": ("食安自查", "Self-inspection"),
    "smart_kitchen": ("智能后厨", "Smart kitchen"),
    "fire": ("消防安全", "Fire safety"),
    "public": ("公众评价", "Public evaluation"),
}
INDICATORS: dict[str, tuple[str, str]] = {
    "licences": ("证照有效", "Licences valid"),
    "health_certificates": ("健康证有效", "Health certificates valid"),
    "self_inspection_on_time": ("自查按时完成", "Self-inspections on time"),
    "self_inspection_findings": ("自查发现问题", "Findings of self-inspections"),
    "inspections": ("监督检查", "Inspections"),
    "cold_chain": ("冷链温度超限时长", "Cold-chain time out of range"),
    "disinfection": ("消毒合格", "Disinfection cycles passed"),
    "morning_checks": ("晨检", "Morning checks"),
    "devices_online": ("设备在线", "Devices online"),
    "cameras_true": ("摄像头画面正常", "Cameras show the kitchen"),
    "smoke_and_gas": ("烟雾和燃气报警", "Smoke and gas alarms"),
    "detector_health": ("探测器状态", "Detector health"),
    "ratings": ("公众评分", "Ratings"),
    "complaints_upheld": ("投诉属实", "Complaints upheld"),
    "answer_time": ("投诉答复时间", "Time to answer complaints"),
    "rectification": ("整改按时完成", "Rectifications on time"),
    "open_level_1": ("存在未解除的一级警报", "An alarm of level 1 is open"),
    "too_little_known": ("数据不足，暂不评分", "Too little is known to judge"),
}
GRADES: dict[str, tuple[str, str]] = {
    "very_good": ("很好", "Very good"),
    "good": ("较好", "Good"),
    "fair": ("一般", "Fair"),
    "poor": ("较差", "Poor"),
    "very_poor": ("很差", "Very poor"),
    "none": ("暂无", "None"),
}
COLOURS: dict[str, tuple[str, str]] = {
    "green": ("绿码", "Green"),
    "blue": ("蓝码", "Blue"),
    "yellow": ("黄码", "Yellow"),
    "red": ("红码", "Red"),
    "none": ("无码", "None"),
}


def text(catalogue: dict[str, tuple[str, str]], key: str, language: str) -> str:
    """The words for a key; the key itself where there are none yet."""
    zh, en = catalogue.get(key, (key, key))
    return en if language == "en" else zh
