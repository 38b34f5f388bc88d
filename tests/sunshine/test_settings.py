import pytest

from streaming.settings import Settings, WrongSetting, load


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("WEB_PORT", "80x", "a whole number from 1 to 65,535"),
        ("API_PORT", "70000", "a whole number from 1 to 65,535"),
        ("API_PORT", "8050", "WEB_PORT has it already"),
        ("CITY_SPEED", "0", "a number above 0 to 3,600"),
        ("CITY_SPEED", "nan", "a number above 0 to 3,600"),
        ("BIND", "nonsense", "an address of this machine"),
        ("SUNSHINE_DATA", "/proc/x", "a folder"),
        ("OPCUA_URLS", "http://x", "opc.tcp://host:port"),
        ("OPCUA_MAPPING", "/nonexistent", "a mapping file"),
        ("TILE_URL", "foo", "{z}"),
        ("DATABASE_URL", "postgresql://", "postgresql://user"),
        ("MQTT_URL", "mqtt://host:99999", "1 to 65535"),
        ("LANG_DEFAULT", "fr", "'zh' or 'en'"),
        ("DATABASE_URL", "mysql://somewhere", "postgresql://"),
        ("MQTT_URL", "http://somewhere", "mqtt://host:port"),
        ("CITY_TIMEZONE", "Mars/Olympus", "tz database"),
    ],
)
def test_a_wrong_setting_is_refused_with_a_sentence_that_names_variable_value_and_what_is_allowed(
    monkeypatch, name, value, allowed
):
    monkeypatch.setenv(name, value)
    with pytest.raises(WrongSetting) as refusal:
        load(_env_file=None)
    said = str(refusal.value)
    assert name in said and value in said and allowed in said
    assert "\n" not in said


def test_without_a_database_url_the_embedded_server_under_the_data_folder_is_meant(tmp_path):
    settings = Settings(sunshine_data=tmp_path, _env_file=None)
    assert settings.embedded_database
    assert settings.database.startswith("postgresql://")


def test_a_data_folder_too_deep_for_a_socket_gets_a_short_socket_folder(tmp_path):
    deep = tmp_path / ("x" * 60) / ("y" * 60)
    assert len(str(Settings(sunshine_data=deep, _env_file=None).database_socket_dir)) < 80
