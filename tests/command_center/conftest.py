import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from records.accounts import passwords


@pytest.fixture(autouse=True, scope="package")
def hashes_in_no_time():
    """Real parameters take a tenth of a second on purpose; tests/records/test_accounts.py has them."""
    quick = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=256, parallelism=1),))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "hasher", lambda: quick)
        yield
