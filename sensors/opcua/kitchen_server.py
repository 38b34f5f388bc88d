"""A kitchen that speaks OPC UA: commercial kitchen equipment after OPC 30200, for the demo city and for tests.

Dish washers and servery counters are instances of the standard's own types. The standard (version 1.0) has no type
for a refrigerator or for a plain monitor; those are instances of subtypes of its `CommercialKitchenDeviceType`, with
the same `Parameters` object and names formed after the same habit (`ActualTemperature`, `IsDoorOpen`).
`kitchen.toml` maps all of them to our metrics.
"""

import logging
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asyncua import Node, Server, ua

from sensors.catalogue import CATALOGUE, metric_of
from sensors.opcua.vendor import FILES, NODESETS

KITCHEN = "http://opcfoundation.org/UA/CommercialKitchenEquipment/"
DEVICES = "http://opcfoundation.org/UA/DI/"
OWN = "urn:sunshine:kitchen"
UNITS = {"°C": "CEL", "%": "P1", "s": "SEC", "min": "MIN", "mm": "MMT", "g": "GRM", "h": "HUR", "°": "DD"}  # UNECE


@dataclass(frozen=True)
class KitchenDevice:
    """One device to put into the address space; `metrics` as in the catalogue, empty: all of its kind."""

    id: str
    kind: str
    metrics: tuple[str, ...] = ()
    vendor: str = ""
    model: str = ""


@dataclass(frozen=True)
class Place:
    """Where a metric of a kind lives: the object inside the device, its type in OPC 30200, the variable."""

    folder: str
    folder_type: int
    variable: str
    data_type: ua.VariantType = ua.VariantType.Float
    standard: bool = True


STANDARD_TYPES = {"dish_washer": 1026, "hot_holding": 1028}
OWN_TYPES = {
    "fridge_temp_humidity": "RefrigeratorDeviceType",
    "freezer_temp_humidity": "FreezerDeviceType",
    "sample_retention": "SampleRefrigeratorDeviceType",
}
OTHER_OWN_TYPE = "MonitorDeviceType"
PLACES = {
    ("dish_washer", "rinse_temperature"): Place(
        "Parameters", 1025, "ActualFinalRinseTemperature_1", ua.VariantType.UInt16
    ),
    ("hot_holding", "temperature"): Place("Tray_1", 1027, "ActualTemperature"),
}
HABITUAL = {"temperature": "ActualTemperature", "humidity": "ActualHumidity", "door": "IsDoorOpen"}


def place_of(kind: str, metric: str) -> Place:
    """The standard's place where it has one, else a variable of our own under `Parameters`."""
    if found := PLACES.get((kind, metric)):
        return found
    row = metric_of(kind, metric)
    flag = row is not None and not row.unit and row.usual in ((0, 0), (1, 1))
    data_type = ua.VariantType.Boolean if flag else ua.VariantType.Float
    return Place("Parameters", ua.ObjectIds.BaseObjectType, HABITUAL.get(metric, metric), data_type, standard=False)


class KitchenServer:
    """An OPC UA server whose devices stand under `Objects/DeviceSet`, named by their id.

    >>> async with KitchenServer("opc.tcp://127.0.0.1:4840") as kitchen:      # doctest: +SKIP
    ...     await kitchen.add(KitchenDevice("U000001-FR1", "fridge_temp_humidity"))
    ...     await kitchen.write("U000001-FR1", "temperature", 4.2, at)
    """

    def __init__(self, url: str, name: str = "Sunshine kitchen") -> None:
        self.url = url
        self._name = name
        self._server = Server()
        self._variables: dict[tuple[str, str], tuple[ua.NodeId, ua.VariantType]] = {}
        self._namespaces: dict[str, int] = {}
        self._types: dict[str, Node] = {}
        self._device_set: Node

    async def __aenter__(self) -> "KitchenServer":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self, devices: Iterable[KitchenDevice] = ()) -> None:
        """Build the types, the devices given, and listen."""
        server = self._server
        await server.init()
        server.set_endpoint(self.url)
        server.set_server_name(self._name)
        server.set_security_policy([ua.SecurityPolicyType.NoSecurity])
        # The importer warns of what the description itself leaves open (nodes without a parent): nothing to act on.
        logging.getLogger("asyncua.common.xmlimporter").setLevel(logging.ERROR)
        for file in FILES:
            await server.import_xml(NODESETS / file, strict_mode=False)
        self._namespaces = {uri: await server.get_namespace_index(uri) for uri in (KITCHEN, DEVICES)}
        self._namespaces[OWN] = await server.register_namespace(OWN)
        self._device_set = await server.nodes.objects.get_child(f"{self._namespaces[DEVICES]}:DeviceSet")
        for device in devices:
            await self.add(device)
        await server.start()

    async def stop(self) -> None:
        await self._server.stop()

    async def add(self, device: KitchenDevice) -> None:
        """Put a device into the address space; its values are bad (waiting for data) until the first `write`."""
        own = self._namespaces[OWN]
        node = await self._device_set.add_object(
            ua.NodeId(device.id, own),
            ua.QualifiedName(device.id, own),
            await self._type_of(device.kind),
            instantiate_optional=False,
        )
        await self._remove_placeholders(node)
        await self._describe(node, device)
        kind = CATALOGUE.get(device.kind)
        for metric in device.metrics or tuple(row.key for row in (kind.metrics if kind else ())):
            await self._add_variable(node, device, metric)

    async def write(self, device: str, metric: str, value: float, at: datetime, good: bool = True) -> None:
        """A new value with its own time; not `good`: the sensor fails, clients are told that the value is bad."""
        node, data_type = self._variables[device, metric]
        status = ua.StatusCodes.Good if good and math.isfinite(value) else ua.StatusCodes.BadSensorFailure
        shown = ua.DataValue(
            Value=ua.Variant(_as(data_type, value if math.isfinite(value) else 0), data_type),
            StatusCode=ua.StatusCode(status),
            SourceTimestamp=at.replace(tzinfo=None) if at.utcoffset() is None else at,
        )
        await self._server.write_attribute_value(node, shown)

    def node_of(self, device: str, metric: str) -> str:
        """The node id, as an operator writes it in a mapping file."""
        return str(self._variables[device, metric][0].to_string())

    async def _type_of(self, kind: str) -> ua.NodeId:
        if kind in STANDARD_TYPES:
            return ua.NodeId(STANDARD_TYPES[kind], self._namespaces[KITCHEN])
        name = OWN_TYPES.get(kind, OTHER_OWN_TYPE)
        if name not in self._types:
            own = self._namespaces[OWN]
            parent = self._server.get_node(ua.NodeId(1005, self._namespaces[KITCHEN]))
            self._types[name] = await parent.add_object_type(ua.NodeId(name, own), ua.QualifiedName(name, own))
        return self._types[name].nodeid

    async def _remove_placeholders(self, node: Node) -> None:
        """`Tray_<No.>` in a type says that trays may follow; an instance has only the trays it has."""
        for child in await node.get_children():
            if "<" in (await child.read_browse_name()).Name:
                await child.delete(recursive=True)
            else:
                await self._remove_placeholders(child)

    async def _describe(self, node: Node, device: KitchenDevice) -> None:
        texts = {"Manufacturer": device.vendor, "Model": device.model}
        for name, text in texts.items():
            value = ua.Variant(ua.LocalizedText(text), ua.VariantType.LocalizedText)
            await (await node.get_child(f"{self._namespaces[DEVICES]}:{name}")).write_value(value)
        serial = await node.get_child(f"{self._namespaces[DEVICES]}:SerialNumber")
        await serial.write_value(ua.Variant(device.id, ua.VariantType.String))

    async def _add_variable(self, node: Node, device: KitchenDevice, metric: str) -> None:
        place = place_of(device.kind, metric)
        namespace = self._namespaces[KITCHEN if place.standard else OWN]
        folder = await self._folder(node, device, place)
        node_id = ua.NodeId(f"{device.id}.{place.folder}.{place.variable}", self._namespaces[OWN])
        start = ua.Variant(_as(place.data_type, 0), place.data_type)
        variable = await folder.add_variable(node_id, ua.QualifiedName(place.variable, namespace), start)
        waiting = ua.DataValue(Value=start, StatusCode=ua.StatusCode(ua.StatusCodes.BadWaitingForInitialData))
        await self._server.write_attribute_value(node_id, waiting)
        row = metric_of(device.kind, metric)
        if row and row.unit in UNITS:
            await _make_analog(variable, row.unit, row.usual)
        self._variables[device.id, metric] = node_id, place.data_type

    async def _folder(self, node: Node, device: KitchenDevice, place: Place) -> Node:
        namespace = self._namespaces[KITCHEN]
        for child in await node.get_children():
            if (await child.read_browse_name()).Name == place.folder:
                return child
        node_id = ua.NodeId(f"{device.id}.{place.folder}", self._namespaces[OWN])
        type_id = ua.NodeId(place.folder_type, namespace if place.standard else 0)
        name = ua.QualifiedName(place.folder, namespace)
        added = await node.add_object(node_id, name, type_id, instantiate_optional=False)
        for child in await added.get_children():  # the type brings a variable of this name; ours has the device's id
            if (await child.read_browse_name()).Name == place.variable:
                await child.delete(recursive=True)
        return added


async def _make_analog(variable: Node, unit: str, usual: tuple[float, float] | None) -> None:
    """Turn a plain variable into an AnalogItem with its engineering unit, as OPC 10000-8 wants it."""
    await variable.delete_reference(ua.ObjectIds.BaseDataVariableType, ua.ObjectIds.HasTypeDefinition)
    await variable.add_reference(ua.ObjectIds.AnalogItemType, ua.ObjectIds.HasTypeDefinition)
    low, high = usual or (0, 0)
    own = variable.nodeid.NamespaceIndex
    information = ua.EUInformation(
        NamespaceUri="http://www.opcfoundation.org/UA/units/un/cefact",
        UnitId=int.from_bytes(UNITS[unit].encode(), "big"),
        DisplayName=ua.LocalizedText(unit),
        Description=ua.LocalizedText(unit),
    )
    for name, value in (("EngineeringUnits", information), ("EURange", ua.Range(float(low), float(high)))):
        node_id = ua.NodeId(f"{variable.nodeid.Identifier}.{name}", own)
        await variable.add_property(node_id, ua.QualifiedName(name, 0), value)


def _as(data_type: ua.VariantType, value: float) -> Any:
    if data_type is ua.VariantType.Boolean:
        return bool(value)
    if data_type is ua.VariantType.UInt16:
        return min(max(round(value), 0), 65_535)
    return float(value)
