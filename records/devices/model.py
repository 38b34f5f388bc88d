"""Devices and the other names they go by."""

import json

from records.cells import choice, identifier, text, whole_number, yes_or_no
from records.sheet import Column, Sheet, Wrong
from sensors.catalogue import CATALOGUE

DAY = 86_400


def aliases(cell: str) -> str:
    """`zigbee2mqtt=kitchen fridge;tasmota=plug1` as JSON pairs. The name itself may hold an equals sign."""
    pairs = []
    for part in filter(None, (piece.strip() for piece in cell.split(";"))):
        dialect, sign, alias = (piece.strip() for piece in part.partition("="))
        if not (dialect and sign and alias) or len(alias) > 200:
            raise Wrong("allowed is dialect=name;dialect=name, such as zigbee2mqtt=kitchen fridge")
        pairs.append((dialect, alias))
    return json.dumps(sorted(set(pairs)), ensure_ascii=False)


SHEET = Sheet(
    name="devices",
    table="device",
    key=("id",),
    columns=(
        Column(field="id", read=identifier, headers=("编号", "设备编号"), required=True),
        Column(field="unit_id", read=identifier, headers=("单位编号", "门店编号"), required=True),
        Column(
            field="kind",
            read=choice({kind.key: (kind.zh, kind.en) for kind in CATALOGUE.values()}),
            headers=("设备类型", "类型"),
            required=True,
        ),
        Column(field="name", read=text(), headers=("名称", "设备名称"), empty=""),
        Column(field="room", read=text(), headers=("房间", "位置", "安装位置"), empty=""),
        Column(
            field="interval_seconds",
            type="int",
            read=whole_number(0, DAY),
            headers=("上报间隔", "上报间隔（秒）", "上报间隔秒"),
        ),
        Column(field="vendor", read=text(), headers=("厂商", "公司"), empty=""),
        Column(field="model", read=text(), headers=("型号",), empty=""),
        Column(field="serial", read=text(), headers=("序列号", "编码"), empty=""),
        Column(field="public", type="boolean", read=yes_or_no, headers=("公开", "是否公开"), empty=False),
        Column(field="aliases", type="jsonb", read=aliases, headers=("别名",), empty="[]", elsewhere=True),
    ),
)
