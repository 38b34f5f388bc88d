"""Areas: the city, its banners, their streets and communities, as a tree."""

from collections.abc import Mapping
from dataclasses import dataclass

from records.cells import LATITUDE, LONGITUDE, choice, identifier, polygon, text, yes_or_no
from records.sheet import Column, Sheet

KINDS: dict[str, tuple[str, ...]] = {
    "city": ("市", "城市"),
    "banner": ("旗区", "旗县", "区县"),
    "street": ("街道", "苏木乡镇", "镇"),
    "community": ("社区", "嘎查村"),
}
RANK = {kind: rank for rank, kind in enumerate(KINDS)}

SHEET = Sheet(
    name="areas",
    table="area",
    key=("id",),
    columns=(
        Column(field="id", read=identifier, headers=("编号", "区域编号"), required=True),
        Column(field="parent_id", read=identifier, headers=("上级编号", "上级区域", "上级")),
        Column(field="kind", read=choice(KINDS), headers=("类型", "级别", "区域类型"), required=True),
        Column(field="name", read=text(), headers=("名称", "区域名称"), required=True),
        Column(field="name_en", read=text(), headers=("英文名称",), empty=""),
        Column(field="latitude", type="double precision", read=LATITUDE, headers=("纬度",)),
        Column(field="longitude", type="double precision", read=LONGITUDE, headers=("经度",)),
        Column(field="demonstration", type="boolean", read=yes_or_no, headers=("示范街", "是否示范"), empty=False),
        Column(field="boundary", type="jsonb", read=polygon, headers=("边界",)),
    ),
)


@dataclass(frozen=True)
class Place:
    """Where an area hangs in the tree."""

    parent: str | None
    kind: str


def why_misplaced(area: str, places: Mapping[str, Place]) -> str | None:
    """What is wrong with the place of an area in the tree, or None."""
    place = places[area]
    if place.parent is None:
        return None if place.kind == "city" else f"a {place.kind} needs the id of the area that it lies in"
    if place.kind == "city":
        return "a city is the top: leave this empty"
    above = places.get(place.parent)
    if above is None:
        return "there is no such area, neither in the registry nor among the good rows of this file"
    if RANK[above.kind] >= RANK[place.kind]:
        return f"a {place.kind} cannot lie in a {above.kind}"
    return None
