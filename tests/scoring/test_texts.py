from scoring import texts
from scoring.alarms.limits import FLAGS
from scoring.index.indicators import DIMENSIONS, INDICATORS
from scoring.rules.defaults import CAMERA_FAULTS, INDEX


def test_everything_judgement_can_say_has_words_in_both_languages():
    assert set(DIMENSIONS) == set(texts.DIMENSIONS)
    assert {row.key for row in INDICATORS} <= set(texts.INDICATORS)
    assert set(INDEX["index/grades"]) <= set(texts.GRADES) and set(INDEX["index/colours"]) <= set(texts.COLOURS)
    assert FLAGS | {f"camera_{fault}" for fault in CAMERA_FAULTS} <= set(texts.REASONS)
    for catalogue in (texts.REASONS, texts.DIMENSIONS, texts.INDICATORS, texts.GRADES, texts.COLOURS):
        assert all(zh and en and zh != en for zh, en in catalogue.values())
