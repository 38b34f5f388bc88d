"""People who work in units."""

from records.cells import choice, day, identifier, text
from records.sheet import Column, Sheet

ROLES: dict[str, tuple[str, ...]] = {
    "safety_officer": ("食品安全员",),
    "safety_director": ("食品安全总监",),
    "principal": ("主要负责人", "负责人", "企业法人"),
    "practitioner": ("从业人员", "员工"),
}

SHEET = Sheet(
    name="people",
    table="person",
    key=("id",),
    columns=(
        Column(field="id", read=identifier, headers=("编号", "人员编号"), required=True),
        Column(field="unit_id", read=identifier, headers=("单位编号", "门店编号"), required=True),
        Column(field="name", read=text(100), headers=("姓名",), required=True),
        Column(field="role", read=choice(ROLES), headers=("角色", "岗位", "职务"), required=True),
        Column(
            field="health_certificate_expires_on",
            type="date",
            read=day,
            headers=("健康证到期日期", "健康证有效期至", "健康证到期时间"),
        ),
    ),
)
