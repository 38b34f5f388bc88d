"""Keeping accounts and roles: nobody above their own level, nobody to themselves, never the last one out."""

import pytest

from records.accounts.demo import PASSWORD
from tests.command_center.people import Center
from tests.small_registry import a_small_registry

ROOT = "/data/people/accounts"
CLERK = {"name": "Clerk", "roles": ["operator"], "areas": ["dongsheng"]}


@pytest.fixture
def center(database, connection):
    a_small_registry(connection)
    center = Center(database)
    yield center
    center.close()


@pytest.fixture
def admin(center):
    return center.person("admin", roles=("administrator",))


@pytest.fixture
def keeper(center, connection):
    """Keeps the accounts of one banner and may not do anything else."""
    center.person("somebody-else", roles=("administrator",))
    connection.execute(
        "INSERT INTO role (key, name, name_en, permissions) VALUES ('keeper', 'k', 'k', '{accounts,alarms}')"
    )
    return center.person("keeper", roles=("keeper",), areas=("dongsheng",))


def test_a_new_account_signs_in_with_the_password_that_is_told_once_and_must_change_it(center, admin):
    made = admin.send(ROOT, {"id": "clerk", **CLERK}).json
    clerk = center.nobody()
    assert clerk.send("/sign-in", {"name": "clerk", "password": made["password"]}).status_code == 200
    assert clerk.get("/data/something").json["code"] == "password"
    assert made["password"] not in admin.get(f"{ROOT}/clerk").text


def test_people_without_the_permission_keep_nothing(center):
    clerk = center.person("clerk", roles=("shift_leader",))
    assert clerk.get(ROOT).status_code == 403
    assert clerk.send(ROOT, {"id": "other", **CLERK}).status_code == 403
    assert clerk.get("/data/people/roles").status_code == 403
    assert clerk.get("/data/people/audit").status_code == 403
    assert clerk.get("/data/people/choices").status_code == 403


@pytest.mark.parametrize("deed", ["reset", "lock", "disable"])
def test_nobody_changes_their_own_state_roles_or_grid(admin, deed):
    assert admin.send(f"{ROOT}/admin/{deed}").json["code"] == "self"
    assert admin.send(f"{ROOT}/admin", {"name": "A", "roles": ["operator"]}, "PUT").json["code"] == "self"


def test_a_keeper_of_a_banner_does_not_know_accounts_of_another(center, keeper, admin):
    admin.send(ROOT, {"id": "near", **CLERK})
    admin.send(ROOT, {"id": "far", **CLERK, "areas": ["kangbashi"]})
    admin.send(ROOT, {"id": "city", **CLERK, "areas": ["*"]})
    assert {one["id"] for one in keeper.get(ROOT).json["accounts"]} == {"near", "keeper"}
    for id in ("far", "city", "admin", "not-there"):
        assert keeper.get(f"{ROOT}/{id}").status_code == 404
        assert keeper.send(f"{ROOT}/{id}/disable").status_code == 404


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"areas": ["*"]}, "beyond_grid"),
        ({"areas": ["dongsheng", "kangbashi"]}, "beyond_grid"),
        ({"areas": ["ordos"]}, "beyond_grid"),
        ({"roles": ["shift_leader"]}, "beyond_permissions"),
        ({"roles": ["administrator"], "why": "because"}, "beyond_permissions"),
    ],
)
def test_a_keeper_gives_nothing_beyond_the_keepers_own(keeper, connection, change, code):
    own = {**CLERK, "roles": [], **change}
    assert keeper.send(ROOT, {"id": "made", **own}).json["code"] == code
    assert connection.execute("SELECT count(*) FROM account WHERE id = 'made'").fetchone() == (0,)


def test_a_keeper_raises_nobody_by_a_change(keeper):
    assert keeper.send(ROOT, {"id": "made", **CLERK, "roles": []}).status_code == 200
    told = {**CLERK, "roles": [], "areas": ["*"]}
    assert keeper.send(f"{ROOT}/made", told, "PUT").json["code"] == "beyond_grid"
    assert keeper.get(f"{ROOT}/made").json["areas"][0]["id"] == "dongsheng"


def test_special_permissions_are_given_with_a_reason_that_is_kept(admin, connection):
    told = {"id": "second", **CLERK, "roles": ["administrator"]}
    assert admin.send(ROOT, told).json["code"] == "reason"
    assert admin.send(ROOT, {**told, "why": "deputy"}).status_code == 200
    detail = connection.execute("SELECT detail FROM audit WHERE action = 'account_created'").fetchone()[0]
    assert detail["why"] == "deputy"


def test_nobody_administers_and_audits(admin):
    told = {"id": "both", **CLERK, "roles": ["administrator", "auditor"], "why": "small office"}
    assert admin.send(ROOT, told).json["code"] == "apart"


def test_the_last_administrator_stays(center, admin):
    second = center.person("second", roles=("administrator",))
    assert admin.send(f"{ROOT}/second/disable").status_code == 200
    assert second.get("/data/something").status_code == 401
    other = center.person("third", roles=("administrator",), areas=("dongsheng",))
    assert other.send(f"{ROOT}/admin/disable").status_code == 404  # it sees more than they do


def test_nobody_makes_the_last_administrator_none(center, admin, connection):
    """Each way in: the account's state, its roles or grid, and what its role may."""
    connection.execute(
        "INSERT INTO role (key, name, name_en, permissions) VALUES ('own', 'o', 'o', '{accounts,roles}')"
    )
    other = center.person("other", roles=("own",), areas=("ordos",))  # all areas of today, not those of tomorrow
    ways = (
        other.send(f"{ROOT}/admin/disable"),
        other.send(f"{ROOT}/admin", {**CLERK, "areas": ["*"]}, "PUT"),
        other.send(f"{ROOT}/admin", {**CLERK, "roles": ["administrator"], "areas": ["dongsheng"]}, "PUT"),
        other.send("/data/people/roles/administrator", {"name": "a", "name_en": "a", "permissions": ["roles"]}, "PUT"),
    )
    assert [(way.status_code, way.json["code"]) for way in ways] == [(403, "last")] * 4
    assert admin.get(ROOT).status_code == 200


def test_a_role_that_loses_a_permission_loses_it_at_once(center, admin):
    auditor = center.person("auditor", roles=("auditor",))
    assert auditor.get("/data/people/audit").status_code == 200
    role = {"name": "审计员", "name_en": "Auditor", "permissions": []}
    assert admin.send("/data/people/roles/auditor", role, "PUT").status_code == 200
    assert auditor.get("/data/people/audit").status_code == 403


@pytest.mark.parametrize(
    ("key", "permissions", "code"),
    [
        ("administrator", ["accounts"], "role_own"),
        ("wall", ["alarms"], "role_wall"),
        ("Bad Key", [], "role_key"),
        ("fresh", ["audit"], "reason"),
        ("fresh", ["audit", "roles"], "apart"),
    ],
)
def test_roles_keep_their_rules(admin, key, permissions, code):
    role = {"name": "角色", "name_en": "Role", "permissions": permissions, "why": "x" if code == "apart" else ""}
    assert admin.send(f"/data/people/roles/{key}", role, "PUT").json["code"] == code


def test_reading_and_taking_the_audit_log_is_written_down_in_it(center):
    auditor = center.person("auditor", roles=("auditor",))
    auditor.get("/data/people/audit")
    taken = auditor.get("/data/people/audit.csv")
    assert taken.data.startswith(b"\xef\xbb\xbf")
    actions = [row["action"] for row in auditor.get("/data/people/audit").json["rows"]]
    assert actions[:2] == ["exported", "viewed"]


def test_a_locked_account_signs_in_again_when_an_administrator_unlocks_it(center, admin):
    center.person("clerk", roles=("operator",))
    nobody = center.nobody()
    for _ in range(6):
        nobody.send("/sign-in", {"name": "clerk", "password": "wrong"})
    right = {"name": "clerk", "password": PASSWORD}
    assert nobody.send("/sign-in", right).json["error"] == "locked"
    assert admin.send(f"{ROOT}/clerk/unlock").status_code == 200
    assert nobody.send("/sign-in", right).status_code == 200
