"""Catering units as the registry knows them."""

from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, InvalidFormat, InvalidLength

from records.cells import LATITUDE, LONGITUDE, choice, identifier, narrow, text, time_of_day
from records.sheet import Column, Sheet, Wrong
from sensors.catalogue import BUSINESS_TYPES

STATUSES = {"active": ("营业", "在营"), "closed": ("注销", "关闭")}


def credit_code(cell: str) -> str:
    """The unified social credit code in its plain form: 18 ordinary capital letters and digits."""
    code = uscc.compact(narrow(cell))
    try:
        return uscc.validate(code)
    except InvalidLength:
        raise Wrong(f"{len(code)} characters; a unified social credit code has 18") from None
    except InvalidChecksum:
        raise Wrong(
            f"the check character is wrong: after {code[:17]} comes {uscc.calc_check_digit(code)}, not {code[-1]}"
        ) from None
    except InvalidFormat:
        raise Wrong("8 digits, then 10 digits or capital letters other than I, O, S, V and Z") from None


SHEET = Sheet(
    name="units",
    table="unit",
    key=("id",),
    columns=(
        Column(field="id", read=identifier, headers=("编号", "单位编号", "门店编号")),
        Column(field="name", read=text(), headers=("名称", "单位名称", "门店名称", "餐饮单位名称"), required=True),
        Column(field="name_en", read=text(), headers=("英文名称",), empty=""),
        Column(field="social_credit_code", read=credit_code, headers=("统一社会信用代码", "社会信用代码", "信用代码")),
        Column(
            field="business_type",
            read=choice(BUSINESS_TYPES),
            headers=("经营业态", "业态", "业态类型"),
            required=True,
        ),
        Column(field="street_id", read=identifier, headers=("街道编号", "街道", "所属街道"), required=True),
        Column(field="address", read=text(500), headers=("地址", "详细地址"), empty=""),
        Column(field="latitude", type="double precision", read=LATITUDE, headers=("纬度",)),
        Column(field="longitude", type="double precision", read=LONGITUDE, headers=("经度",)),
        Column(field="legal_person", read=text(), headers=("法人", "法定代表人"), empty=""),
        Column(field="phone", read=text(50), headers=("电话", "联系电话"), empty=""),
        Column(field="opens_at", type="time", read=time_of_day, headers=("开门时间", "营业开始", "营业开始时间")),
        Column(field="closes_at", type="time", read=time_of_day, headers=("关门时间", "营业结束", "营业结束时间")),
        Column(field="status", read=choice(STATUSES), headers=("状态", "营业状态", "经营状态"), empty="active"),
    ),
)
