"""Who may see and change what: tokens, signatures, nonces."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from eth_account import Account
from eth_account.messages import encode_defunct
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oracle.service.errors import ServiceError
from oracle.service.http.auth import (
    authorization,
    operator_token,
)
from oracle.service.store.records import InstanceRecord

# --- reading ----------------------------------------------------------------------------------


def test_her_own_signature_opens_her_own_data_alone(look, world, sign) -> None:
    ada, bob = f"/api/members/{world.ADA.address}", f"/api/members/{world.BOB.address}"
    answer = look.get(ada, headers=sign(world.ADA))
    assert answer.status_code == 200
    assert answer.json()["name"] == world.SECRET_NAME
    assert look.get(ada.lower(), headers=sign(world.ADA)).status_code == 200
    refused = look.get(bob, headers=sign(world.ADA))
    assert refused.status_code == 403
    assert set(refused.json()) == {"error"}
    assert look.get(ada, headers=look.operator).status_code == 200
    assert look.get(bob, headers=look.operator).status_code == 200


def test_without_credentials_a_member_and_a_stranger_look_alike(look, world) -> None:
    member = look.get(f"/api/members/{world.ADA.address}")
    stranger = look.get(f"/api/members/{world.EVE.address}")
    assert (member.status_code, member.content) == (stranger.status_code, stranger.content)
    assert member.status_code == 401
    assert "Wattmarket" in member.headers["www-authenticate"]


def test_a_stranger_has_no_data(look, world, sign) -> None:
    path = f"/api/members/{world.EVE.address}"
    assert look.get(path, headers=sign(world.EVE)).status_code == 404
    assert look.get(path, headers=look.operator).status_code == 404
    assert look.get(path, headers=sign(world.EVE, world.ADA.address)).status_code == 401


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"instance_id": "aa" * 16}, "not this account's"),
        ({"chain_id": 1}, "not this account's"),
        ({"expires": 1_800_000_000}, "expired"),
        ({"expires": 5}, "expired"),
        ({"expires": 1_800_000_000 + 3601}, "at most 3600 s"),
    ],
)
def test_a_signature_for_something_else_opens_nothing(look, world, sign, changes, said) -> None:
    answer = look.get(f"/api/members/{world.ADA.address}", headers=sign(world.ADA, **changes))
    assert answer.status_code == 401
    assert said in answer.json()["error"]


def test_an_hour_is_allowed(look, world, sign) -> None:
    headers = sign(world.ADA, expires=int(world.NOW) + 3600)
    assert look.get(f"/api/members/{world.ADA.address}", headers=headers).status_code == 200


def test_a_stretched_signature_is_refused(look, world, sign) -> None:
    header = sign(world.ADA)["Authorization"]
    later = header.replace(f"{int(world.NOW) + 600}", f"{int(world.NOW) + 3000}")
    assert later != header
    answer = look.get(f"/api/members/{world.ADA.address}", headers={"Authorization": later})
    assert answer.status_code == 401


def test_a_plain_message_is_no_access(look, world) -> None:
    signed = Account.sign_message(encode_defunct(text="hello"), world.ADA.key)
    value = authorization(world.ADA.address, int(world.NOW) + 60, "0x" + signed.signature.hex())
    answer = look.get(f"/api/members/{world.ADA.address}", headers={"Authorization": value})
    assert answer.status_code == 401


def test_after_a_new_deployment_old_signatures_open_nothing(ask, world, sign) -> None:
    headers = sign(world.ADA)
    ask.store.save_instance(InstanceRecord("bb" * 16, 4711, world.INSTANCE.genesis_hash))
    answer = ask.get(f"/api/members/{world.ADA.address}", headers=headers)
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "value",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer wrong",
        "Bearer ÿ",
        "Basic YTpi",
        "Wattmarket",
        "Wattmarket account=0x12",
        "Wattmarket account=0x" + "ab" * 20,
        "Wattmarket account=0x" + "ab" * 20 + ", expires=9999999999999, signature=0x" + "00" * 65,
        "Wattmarket account=0x" + "ab" * 20 + ", expires=1800000060, signature=0x" + "00" * 65,
        "Wattmarket account=0x" + "ab" * 20 + ", expires=1800000060, signature=0x" + "ff" * 65,
        "Wattmarket account=0x" + "ab" * 20 + ", expires=1800000060, expires=1800000060, "
        "signature=0x" + "00" * 65,
        "Wattmarket account=0x" + "ab" * 20 + ", expires=١٢٣, signature=0x" + "00" * 65,
    ],
)
def test_what_is_no_credential_is_401(look, world, value: str) -> None:
    headers = [(b"Authorization", value.encode())]
    answer = look.get(f"/api/members/{world.ADA.address}", headers=headers)
    assert answer.status_code == 401
    assert "\n" not in answer.json()["error"]


def test_a_part_of_the_token_is_not_the_token(look, world) -> None:
    for token in (look.token[:-1], look.token + "x", look.token.swapcase(), look.token * 2):
        headers = {"Authorization": f"Bearer {token}"}
        assert look.get(f"/api/members/{world.ADA.address}", headers=headers).status_code == 401


@given(
    account=st.binary(min_size=20, max_size=20),
    signature=st.binary(min_size=65, max_size=65),
    expires=st.integers(1_800_000_001, 1_800_003_600),
)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_random_signatures_open_nothing(look, account, signature, expires) -> None:
    address = "0x" + account.hex()
    headers = {"Authorization": authorization(address, expires, "0x" + signature.hex())}
    assert look.get(f"/api/members/{address}", headers=headers).status_code == 401


def test_a_wrong_checksum_is_told(look, world) -> None:
    address = world.ADA.address
    wrong = address[:2] + address[2:].swapcase()
    answer = look.get(f"/api/members/{wrong}", headers=look.operator)
    assert answer.status_code == 422
    assert answer.json()["field"] == "address"


# --- changing ---------------------------------------------------------------------------------


def test_the_operator_renames_and_erases(ask, world) -> None:
    path = f"/api/members/{world.BOB.address}/name"
    answer = ask("POST", path, json={"name": "Róbert 2nd"}, headers=ask.operator)
    assert (answer.status_code, answer.json()["name"]) == (200, "Róbert 2nd")
    assert ask("POST", path, json={"name": None}, headers=ask.operator).status_code == 200
    assert ask.store.member(world.BOB.address).name is None
    nobody = f"/api/members/{world.EVE.address}/name"
    assert ask("POST", nobody, json={"name": None}, headers=ask.operator).status_code == 404


def test_a_member_erases_her_own_name_once_signed_once(ask, world, act) -> None:
    path = f"/api/members/{world.ADA.address}/name"
    body = b'{"name": null}'
    headers = act(world.ADA, path, body)
    assert ask("POST", path, content=body, headers=headers).status_code == 200
    assert ask.store.member(world.ADA.address).name is None
    again = ask("POST", path, content=body, headers=headers)
    assert again.status_code == 401
    assert "used before" in again.json()["error"]
    upper = headers | {"Authorization": headers["Authorization"].replace("nonce=0x", "nonce=0X")}
    assert ask("POST", path, content=body, headers=upper).status_code == 401


def test_a_replay_with_the_other_valid_signature_is_refused(ask, world, act) -> None:
    # (r, n - s, v') recovers to the same key; the nonce, not the signature, is what counts once.
    order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
    path = f"/api/members/{world.ADA.address}/name"
    headers = act(world.ADA, path, b'{"name": "A"}')
    assert ask("POST", path, content=b'{"name": "A"}', headers=headers).status_code == 200
    start, _, signature = headers["Authorization"].rpartition("0x")
    r, s, v = signature[:64], int(signature[64:128], 16), int(signature[128:], 16)
    other = f"{start}0x{r}{order - s:064x}{55 - v:02x}"
    replay = headers | {"Authorization": other}
    assert ask("POST", path, content=b'{"name": "A"}', headers=replay).status_code == 401


@pytest.mark.parametrize(
    "changes",
    [
        {"method": "DELETE"},
        {"path": "/api/members/0x00/name"},
        {"body": b'{"name": "Mallory"}'},
        {"instance_id": "aa" * 16},
        {"chain_id": 1},
        {"expires": 1_800_000_000 + 601},
        {"expires": 1_800_000_000 - 1},
    ],
)
def test_a_signature_is_over_this_one_request(look, world, act, changes) -> None:
    path = f"/api/members/{world.ADA.address}/name"
    body = b'{"name": "Countess"}'
    headers = act(world.ADA, path, body, **changes)
    assert look("POST", path, content=body, headers=headers).status_code == 401
    assert look.store.member(world.ADA.address).name == world.SECRET_NAME


def test_others_may_not_change_a_name(look, world, act) -> None:
    path = f"/api/members/{world.ADA.address}/name"
    body = b'{"name": null}'
    for key in (world.BOB, world.EVE):  # a member, and a key that is nobody's
        headers = act(key, path, body)
        assert look("POST", path, content=body, headers=headers).status_code == 403
    assert look("POST", path, json={"name": None}).status_code == 401
    assert look.store.member(world.ADA.address).name == world.SECRET_NAME


def test_a_reading_signature_changes_nothing(look, world, sign) -> None:
    path = f"/api/members/{world.ADA.address}/name"
    answer = look("POST", path, json={"name": None}, headers=sign(world.ADA))
    assert answer.status_code == 401
    assert "nonce" in answer.json()["error"]


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b'{"name": ""}', "application/json", 422),
        (b'{"name": "<script>"}', "application/json", 422),
        (b'{"name": "a\\nb"}', "application/json", 422),
        (b'{"name": "a\\n"}', "application/json", 422),
        (b'{"name": 7}', "application/json", 422),
        (b'{"name": "x", "role": "operator"}', "application/json", 422),
        (b"{}", "application/json", 422),
        (b"\xff\xfe", "application/json", 422),
        (b"", "application/json", 422),
        (b"[" * 4000, "application/json; charset=utf-8", 422),
        (b'{"name": "' + b"x" * 5000 + b'"}', "application/json", 413),
        (b'{"name": null}', "text/plain", 415),
        (b"name=x", "application/x-www-form-urlencoded", 415),
    ],
)
def test_a_bad_name_is_one_line(look, world, body: bytes, kind: str, status: int) -> None:
    path = f"/api/members/{world.ADA.address}/name"
    headers = {**look.operator, "Content-Type": kind}
    answer = look("POST", path, content=body, headers=headers)
    assert answer.status_code == status
    assert "\n" not in answer.json()["error"]
    assert look.store.member(world.ADA.address).name == world.SECRET_NAME


# --- the token file ---------------------------------------------------------------------------


def test_the_token_is_made_once_for_its_owner(tmp_path: Path) -> None:
    old = os.umask(0o000)
    try:
        token = operator_token(tmp_path / "run" / "token")
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "run" / "token").stat().st_mode) == 0o600
    assert len(token) >= 43
    assert operator_token(tmp_path / "run" / "token") == token
    assert operator_token(tmp_path / "other") != token


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o601])
def test_a_token_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "token"
    operator_token(path)
    path.chmod(mode)
    with pytest.raises(ServiceError, match=rf"^token file: .*mode {mode:04o}; allowed: 0600$"):
        operator_token(path)


def test_a_file_without_a_token_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "token"
    for content in (b"", b"short\n", b"\xff" * 50, b"two words " * 9):
        path.write_bytes(content)
        path.chmod(0o600)
        with pytest.raises(ServiceError) as caught:
            operator_token(path)
        assert "\n" not in str(caught.value)
    path.unlink()
    real = tmp_path / "real"
    operator_token(real)
    path.symlink_to(real)
    with pytest.raises(ServiceError):
        operator_token(path)
    with pytest.raises(ServiceError):
        operator_token(tmp_path)
