from scoring.online import Online
from scoring.rules import defaults
from streaming.events import DeviceCameOnline, DeviceWentOffline
from tests.scoring.kitchens import NOON, a_device, a_reading, after


def online() -> Online:
    watched = Online(defaults())
    watched.on_event(a_device())
    watched.on_event(a_device("CAM1", "network_camera", interval=0))
    return watched


def test_a_device_never_heard_of_is_neither_online_nor_offline():
    watched = online()
    assert watched.tick(after(days=1)) == []
    assert watched.devices["FR1"].online is None


def test_the_first_reading_brings_a_device_online_and_the_second_says_nothing_new():
    watched = online()
    (came,) = watched.on_event(a_reading(4, 0))
    assert isinstance(came, DeviceCameOnline) and came.at == NOON
    assert watched.on_event(a_reading(4, 5)) == []


def test_silence_of_more_than_three_intervals_takes_it_offline_once_at_the_moment_its_time_ran_out():
    watched = online()
    watched.on_event(a_reading(4, 0))
    assert watched.tick(after(15)) == []
    (went,) = watched.tick(after(15.1))
    assert (went.at, went.reason) == (after(15), "silent")
    assert watched.tick(after(20)) == []


def test_a_late_reading_from_before_the_silence_does_not_bring_it_back():
    watched = online()
    watched.on_event(a_reading(4, 0))
    watched.tick(after(16))
    assert watched.on_event(a_reading(4, 10)) == []
    assert len(watched.on_event(a_reading(4, 16))) == 1


def test_a_last_will_counts_and_is_not_told_again():
    watched = online()
    watched.on_event(a_reading(4, 0))
    watched.on_event(DeviceWentOffline(unit="U1", device="FR1", at=after(1), reason="last_will"))
    assert watched.devices["FR1"].online is False
    assert watched.tick(after(60)) == []


def test_a_camera_that_speaks_only_when_something_happens_is_never_silent():
    watched = online()
    watched.on_event(DeviceCameOnline(unit="U1", device="CAM1", at=NOON))
    assert watched.tick(after(days=3)) == []


def test_a_stored_state_continues():
    watched = online()
    watched.on_event(a_reading(4, 0))
    again = Online.load(watched.dump(), defaults())
    assert again.devices == watched.devices


def test_when_a_whole_city_stops_at_once_nobody_is_called_silent_until_each_had_time_to_be_heard_again():
    watched = Online(defaults())
    for n in range(30):
        watched.on_event(a_device(f"D{n}"))
        watched.on_event(a_reading(4, n / 10, device=f"D{n}"))
    assert watched.tick(after(40)) == []
    for n in range(29):  # ingest is back and brings one after the other
        watched.on_event(a_reading(4, 40 + n / 10, device=f"D{n}"))
        assert watched.tick(after(40 + n / 10)) == []
    (went,) = watched.tick(after(47))
    assert went.device == "D29"
