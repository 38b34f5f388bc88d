"""The OPC UA source against a real server with commercial kitchen equipment."""

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asyncua import Client, ua

from sensors.catalogue import KINDS
from sensors.decoding import BadPayload, Decoder
from sensors.facts import DeviceName, Reading
from sensors.opcua.kitchen_server import KitchenDevice, KitchenServer
from sensors.opcua.mapping import WrongMapping, load, load_all
from streaming.ingest import Ingest
from streaming.sources.base import Parcel
from streaming.sources.opcua import OpcuaSource
from tests.conftest import free_port
from tests.few_devices import register

NOW = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)
AT = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
WAIT = 20
pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def shop(anyio_backend) -> AsyncIterator[KitchenServer]:
    """One kitchen for the module: reading the descriptions of its types takes seconds."""
    async with kitchen() as shop:
        yield shop


def a_fridge() -> KitchenDevice:
    return KitchenDevice(f"FR-{uuid.uuid4().hex[:8]}", "fridge_temp_humidity", ("temperature", "door"))


def a_washer() -> KitchenDevice:
    return KitchenDevice(f"DW-{uuid.uuid4().hex[:8]}", "dish_washer")


@pytest.fixture
async def fridge(shop) -> KitchenDevice:
    device = a_fridge()
    await shop.add(device)
    return device


@pytest.fixture
async def washer(shop) -> KitchenDevice:
    device = a_washer()
    await shop.add(device)
    return device


class Inbox:
    """What a source handed over of some devices; stored at once unless `slow`."""

    def __init__(self, source: OpcuaSource, devices: tuple[KitchenDevice, ...], slow: bool = False):
        self.source, self.slow = source, slow
        self._names = [device.id for device in devices]
        self.parcels: list[Parcel] = []
        self._decoder = Decoder()
        self._new = asyncio.Event()

    def put(self, parcel: Parcel) -> None:
        if any(name in parcel.message.topic for name in self._names):
            self.parcels.append(parcel)
        if not self.slow:
            self.source.acknowledge([parcel])
        self._new.set()

    def readings(self) -> list[Reading]:
        facts = []
        for parcel in self.parcels:
            with contextlib.suppress(BadPayload):
                facts += self._decoder.decode(parcel.message)
        return [fact for fact in facts if isinstance(fact, Reading)]

    def values(self) -> list[tuple[str, float]]:
        return [(reading.metric, reading.value) for reading in self.readings()]

    async def until(self, what) -> None:
        async with asyncio.timeout(WAIT):
            while not what():
                self._new.clear()
                await self._new.wait()


@contextlib.asynccontextmanager
async def listening(url: str, *devices: KitchenDevice, mappings=None, slow: bool = False) -> AsyncIterator[Inbox]:
    source = OpcuaSource([url], mappings or load_all(), lambda: NOW)
    inbox = Inbox(source, devices, slow)
    task = asyncio.create_task(source.run(inbox.put))
    try:
        async with asyncio.timeout(WAIT):
            while not source.connected:
                await asyncio.sleep(0.02)
        yield inbox
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@contextlib.asynccontextmanager
async def kitchen(*devices: KitchenDevice, port: int | None = None) -> AsyncIterator[KitchenServer]:
    shop = KitchenServer(f"opc.tcp://127.0.0.1:{port or free_port()}")
    await shop.start(devices)
    try:
        yield shop
    finally:
        await shop.stop()


async def test_values_of_devices_become_readings_with_the_time_of_their_source(shop, fridge, washer):
    async with listening(shop.url, fridge, washer) as inbox:
        await shop.write(fridge.id, "temperature", 4.2, AT)
        await shop.write(fridge.id, "door", True, AT)
        await shop.write(washer.id, "rinse_temperature", 84.6, AT)
        await inbox.until(lambda: len(inbox.readings()) == 3)
    assert set(inbox.readings()) == {
        Reading(DeviceName("native", fridge.id), "temperature", 4.2, AT),
        Reading(DeviceName("native", fridge.id), "door", 1.0, AT),
        Reading(DeviceName("native", washer.id), "rinse_temperature", 85.0, AT),  # the standard counts whole degrees
    }
    assert {parcel.message.source for parcel in inbox.parcels} == {"opcua"}


async def test_the_same_value_measured_again_is_a_new_reading(shop, fridge):
    async with listening(shop.url, fridge) as inbox:
        for minute in range(3):
            await shop.write(fridge.id, "temperature", 4.2, AT + timedelta(minutes=minute))
        await inbox.until(lambda: len(inbox.readings()) == 3)
    assert [reading.at - AT for reading in inbox.readings()] == [timedelta(minutes=minute) for minute in range(3)]


async def test_the_value_of_a_broken_sensor_is_kept_as_a_bad_one_and_is_no_reading(shop, fridge):
    async with listening(shop.url, fridge) as inbox:
        await shop.write(fridge.id, "temperature", -40, AT, good=False)
        await inbox.until(lambda: inbox.parcels)
    assert inbox.readings() == []
    with pytest.raises(BadPayload) as caught:
        Decoder().decode(inbox.parcels[0].message)
    assert caught.value.code == "bad_quality"
    assert caught.value.device == DeviceName("native", fridge.id)
    assert "BadSensorFailure" in caught.value.detail


async def test_a_device_that_never_measured_says_nothing(shop, fridge, washer):
    async with listening(shop.url, fridge, washer) as inbox:
        await shop.write(washer.id, "rinse_temperature", 85, AT)
        await inbox.until(lambda: inbox.parcels)
    assert inbox.values() == [("rinse_temperature", 85)]
    assert len(inbox.parcels) == 1


async def test_nothing_is_acknowledged_and_nothing_more_asked_for_before_it_is_stored():
    fridge = a_fridge()
    async with kitchen(fridge) as shop, listening(shop.url, fridge, slow=True) as inbox:
        await shop.write(fridge.id, "temperature", 4, AT)
        await inbox.until(lambda: inbox.parcels)
        for second in range(1, 4):
            await shop.write(fridge.id, "temperature", 4 + second, AT + timedelta(seconds=second))
        await asyncio.sleep(1)
        assert inbox.values() == [("temperature", 4)]
        inbox.slow = False
        inbox.source.acknowledge(inbox.parcels)
        await inbox.until(lambda: len(inbox.parcels) == 4)
    assert [value for _, value in inbox.values()] == [4, 5, 6, 7]  # the server kept them, in order


async def test_a_server_is_awaited_and_found_again_after_a_restart():
    port, fridge = free_port(), a_fridge()
    source = OpcuaSource([f"opc.tcp://127.0.0.1:{port}"], load_all(), lambda: NOW)
    inbox = Inbox(source, (fridge,))
    task = asyncio.create_task(source.run(inbox.put))
    try:
        for restart, value in enumerate((4, 9)):
            async with kitchen(fridge, port=port) as shop:
                await shop.write(fridge.id, "temperature", value, AT + timedelta(minutes=restart))
                await inbox.until(lambda value=value: ("temperature", value) in inbox.values())
                assert source.connected
            async with asyncio.timeout(WAIT):
                while source.connected:
                    await asyncio.sleep(0.02)
        assert inbox.values() == [("temperature", 4), ("temperature", 9)]
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def test_a_device_that_is_added_later_is_found_without_a_restart(shop):
    mapping, washer = replace(load_all()[0], look_again_seconds=0.2), a_washer()
    async with listening(shop.url, washer, mappings=[mapping]) as inbox:
        await shop.add(washer)
        await shop.write(washer.id, "rinse_temperature", 85, AT)
        await inbox.until(lambda: inbox.values() == [("rinse_temperature", 85)])


async def test_nodes_can_be_named_one_by_one_with_the_unit_they_count_in(shop, fridge, tmp_path: Path):
    file = tmp_path / "cold-store.toml"
    identifier = shop.node_of(fridge.id, "temperature").partition(";s=")[2]
    file.write_text(
        f"""
        servers = ["opc.tcp://127.0.0.1:*"]
        [[node]]
        node = "nsu=urn:sunshine:kitchen;s={identifier}"
        dialect = "opcua"
        device = "cold store/{fridge.id}"
        metric = "temperature"
        scale = 0.1
        offset = -50
        """
    )
    async with listening(shop.url, fridge, mappings=load_all(file)) as inbox:
        await shop.write(fridge.id, "temperature", 542, AT)
        await inbox.until(lambda: inbox.parcels)
    (reading,) = inbox.readings()
    assert reading.device == DeviceName("opcua", f"cold store/{fridge.id}")
    assert reading.value == pytest.approx(4.2)


async def test_every_kind_of_the_catalogue_can_stand_in_a_kitchen_and_is_mapped_back(shop):
    devices = [KitchenDevice(f"every-{kind.key}", kind.key) for kind in KINDS if kind.metrics]
    for device in devices:
        await shop.add(device)
    expected = {(f"every-{kind.key}", metric.key) for kind in KINDS for metric in kind.metrics}
    async with listening(shop.url, *devices) as inbox:
        for device, metric in expected:
            await shop.write(device, metric, 1, AT)
        await inbox.until(lambda: len(inbox.parcels) >= len(expected))
    assert {(reading.device.name, reading.metric) for reading in inbox.readings()} == expected


async def test_the_kitchen_is_typed_after_the_standard_with_engineering_units(shop, washer):
    async with Client(shop.url) as client:
        namespace = await client.get_namespace_index("http://opcfoundation.org/UA/CommercialKitchenEquipment/")
        node = client.get_node(shop.node_of(washer.id, "rinse_temperature"))
        assert await node.read_type_definition() == ua.NodeId(ua.ObjectIds.AnalogItemType)
        assert (await (await node.get_child("0:EngineeringUnits")).read_value()).DisplayName.Text == "°C"
        device = await (await node.get_parent()).get_parent()
        assert await device.read_type_definition() == ua.NodeId(1026, namespace)  # DishWashingMachineDeviceType


async def test_a_value_from_a_kitchen_is_stored_and_what_is_not_known_or_not_good_is_kept_with_its_reason(
    shop, fridge, washer, database, connection
):
    register(connection, fridge.id)
    url = f"{shop.url}/"  # the same server, asked only by this test
    source, stop = OpcuaSource([url], load_all(), lambda: NOW), asyncio.Event()
    task = asyncio.create_task(Ingest(database, "test", [source], Decoder(), lambda: NOW).run(stop))
    try:
        await shop.write(fridge.id, "temperature", 4.2, AT)
        await shop.write(fridge.id, "door", 1, AT, good=False)
        await shop.write(washer.id, "rinse_temperature", 85, AT)
        reasons = "SELECT reason FROM quarantine WHERE topic LIKE %s OR topic LIKE %s ORDER BY reason"
        theirs = (f"%{fridge.id}%", f"%{washer.id}%")
        async with asyncio.timeout(WAIT):
            while len(rows := connection.execute(reasons, theirs).fetchall()) < 2:
                await asyncio.sleep(0.05)
        assert [row[0] for row in rows] == ["bad_quality", "unknown_device"]
        stored = connection.execute("SELECT device.id, value, at FROM reading JOIN device ON no = device_no").fetchall()
        assert stored == [(fridge.id, 4.2, AT)]
    finally:
        stop.set()
        await task


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[rule]", "is not TOML"),
        ('colour = "red"', "'colour' is not known"),
        ("publishing_ms = 0", "publishing_ms is 0; allowed: a number above 0"),
        ('report = "always"', "allowed: timestamp, value"),
        ("servers = []", "servers is []"),
        ('[[node]]\nnode = "i=1"\nmetric = "t"', "node 1: device is None"),
        ('[[node]]\nnode = "i=1"\ndevice = "d"\nmetric = "t"\nscale = "x"', "scale is 'x'"),
        ('[[rule]]\npath = "A/{device}"\nmetric = "{what}"', "the path has no {what}"),
        ('[[rule]]\npath = "A/{device}/{device}"\nmetric = "t"', "each {name} once"),
        ('[[rule]]\npath = "A/{device}"\nmetric = "t"\ndialect = "mqtt"', "allowed: native"),
        ('[[rule]]\npath = "A/{device}"\nmetrics = {}', "allowed: a table of metrics"),
    ],
)
def test_a_mapping_that_cannot_be_used_says_where_and_why(tmp_path: Path, text, words):
    file = tmp_path / "mine.toml"
    file.write_text(text)
    with pytest.raises(WrongMapping) as caught:
        load(file)
    assert "mine.toml" in str(caught.value)
    assert words in str(caught.value)
