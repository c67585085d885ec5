"""Signing in and out, sessions, keys, lock-outs and CSRF over HTTP."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from starlette.testclient import TestClient

from gridsvc.api.headers import CONTENT_SECURITY_POLICY
from gridsvc.api.security import COOKIE, CSRF_HEADER
from gridsvc.services import accounts, passwords
from gridsvc.services.accounts import (
    FAILURES_ALLOWED,
    LOCK_LASTS,
    SignInLocked,
    WrongCredentials,
    digest_of,
)
from gridsvc.services.clock import machine_now
from gridsvc.services.context import Context
from tests.api.conftest import SignIn
from tests.city import (
    CITY,
    DONGCHENG,
    PARTNER_KEY,
    PASSWORD,
    SIMULATOR_KEY,
    SOUTH,
    STEP,
    WEST,
    TinyCity,
)

SIGN_IN = "/api/v1/auth/sign-in"
SESSION = "/api/v1/auth/session"


def try_password(client: TestClient, login: str, password: str) -> Any:
    return client.post(SIGN_IN, json={"login": login, "password": password})


def bearer(key: str, **more: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}", **more}


def sign_in_outcomes(ctx: Context) -> list[str]:
    with ctx.database.begin() as connection:
        return list(connection.scalars(text("SELECT outcome FROM sign_in ORDER BY sign_in_id")))


class TestSigningIn:
    def test_answers_who_it_is_and_where_they_stand(
        self, visitor: TestClient, tiny_city: TinyCity
    ) -> None:
        answer = try_password(visitor, "dispatcher", PASSWORD)

        session = answer.json()
        assert answer.status_code == 200
        assert session["login"] == "dispatcher"
        assert session["officer_id"] == tiny_city.officer_ids["dispatch-dongcheng"]
        assert session["permissions"] == [
            "incident.dispatch",
            "incident.read",
            "incident.void",
            "report.create",
            "roster.edit",
            "roster.read",
            "rules.edit",
        ]
        [post] = session["posts"]
        assert post == {
            "post_id": tiny_city.post_ids["dispatch-dongcheng"],
            "code": "dispatch-dongcheng",
            "duty": "dispatcher",
            "tier": None,
            "grid": None,
            "division": {"code": DONGCHENG, "name": "东城街道", "level": "town"},
            "department": None,
        }
        assert session["scope"]["divisions"] == [DONGCHENG]
        assert session["scope"]["home"] == CITY
        # Dongcheng is the six western grids.
        assert session["scope"]["bbox"] == pytest.approx(
            [WEST, SOUTH, WEST + 6 * STEP, SOUTH + STEP]
        )
        assert session["demo"] is True
        assert session["clock"]["rate"] == 1
        assert session["generation"] == tiny_city.generation

    def test_a_patrol_sees_the_community_of_its_grid(
        self, signed_in: SignIn, tiny_city: TinyCity
    ) -> None:
        session = signed_in("grid_manager").get(SESSION).json()

        [post] = session["posts"]
        assert post["grid"] == {
            "grid_id": tiny_city.grid_ids["D1"],
            "code": tiny_city.grid_code("D1"),
        }
        assert post["tier"] == "patrol"
        # The community is the three western grids.
        assert session["scope"]["bbox"] == pytest.approx(
            [WEST, SOUTH, WEST + 3 * STEP, SOUTH + STEP]
        )

    def test_somebody_without_a_post_may_nothing_and_sees_the_city_outline(
        self, signed_in: SignIn
    ) -> None:
        session = signed_in("postless").get(SESSION).json()

        assert session["permissions"] == []
        assert session["posts"] == []
        assert session["scope"]["divisions"] == []
        assert session["scope"]["bbox"] is not None

    def test_the_cookie_is_kept_from_scripts_and_other_sites(self, visitor: TestClient) -> None:
        cookie = try_password(visitor, "dispatcher", PASSWORD).headers["Set-Cookie"]

        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Path=/" in cookie
        assert "Secure" not in cookie  # plain http in a demo

    def test_the_cookie_is_secure_over_tls(self, app: FastAPI) -> None:
        with TestClient(app, base_url="https://testserver") as client:
            answer = try_password(client, "dispatcher", PASSWORD)

        assert "Secure" in answer.headers["Set-Cookie"]
        assert "max-age" in answer.headers["Strict-Transport-Security"]

    def test_stores_neither_token_nor_password(self, visitor: TestClient, ctx: Context) -> None:
        try_password(visitor, "dispatcher", PASSWORD)

        token = visitor.cookies[COOKIE]
        with ctx.database.begin() as connection:
            digests = set(connection.scalars(text("SELECT token_digest FROM session")))
            stored = "".join(
                str(row)
                for table in ("account", "session", "sign_in", "api_key")
                for row in connection.execute(text(f"SELECT * FROM {table}"))
            )
        assert digest_of(token) in digests
        assert token not in stored
        assert PASSWORD not in stored

    def test_a_second_sign_in_ends_the_first_session_of_the_browser(
        self, visitor: TestClient
    ) -> None:
        try_password(visitor, "dispatcher", PASSWORD)
        first = visitor.cookies[COOKIE]
        try_password(visitor, "planner", PASSWORD)

        second = visitor.cookies[COOKIE]
        visitor.cookies.set(COOKIE, first, domain="testserver.local", path="/")
        assert visitor.get(SESSION, headers={"Cookie": f"{COOKIE}={first}"}).status_code == 401
        assert second != first

    def test_is_refused_from_another_site(self, visitor: TestClient) -> None:
        answer = visitor.post(
            SIGN_IN,
            json={"login": "dispatcher", "password": PASSWORD},
            headers={"Sec-Fetch-Site": "cross-site"},
        )

        assert answer.status_code == 403
        assert answer.json()["type"] == "urn:gridsvc:problem:cross-site"

    def test_a_form_of_another_site_cannot_sign_anybody_in(self, visitor: TestClient) -> None:
        answer = visitor.post(
            SIGN_IN,
            content='{"login": "dispatcher", "password": "' + PASSWORD + '"}',
            headers={"Content-Type": "text/plain"},
        )

        assert answer.status_code == 422


class TestWrongPasswords:
    def test_a_wrong_password_and_an_unknown_login_are_told_alike(
        self, visitor: TestClient
    ) -> None:
        wrong = try_password(visitor, "resident", "not it")
        unknown = try_password(visitor, "nobody-at-all", "not it")

        assert wrong.status_code == unknown.status_code == 401
        one, other = wrong.json(), unknown.json()
        assert one.pop("request_id") != other.pop("request_id")
        assert one == other

    @pytest.mark.parametrize("login", ["analyst", "nobody-of-this-name"])
    def test_the_fifth_locks_whether_the_login_exists_or_not(
        self, visitor: TestClient, login: str
    ) -> None:
        answers = [try_password(visitor, login, "not it") for _ in range(FAILURES_ALLOWED + 1)]
        right = try_password(visitor, login, PASSWORD)

        assert [a.status_code for a in answers] == [401] * 4 + [429] * 2
        assert right.status_code == 429
        assert right.json()["type"] == "urn:gridsvc:problem:sign-in-locked"
        assert 0 < int(right.headers["Retry-After"]) <= LOCK_LASTS.total_seconds()
        assert "retry_at" in right.json()

    def test_a_lock_ends_by_itself(
        self, visitor: TestClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for _ in range(FAILURES_ALLOWED):
            try_password(visitor, "planner", "not it")
        assert try_password(visitor, "planner", PASSWORD).status_code == 429

        later = machine_now() + LOCK_LASTS + timedelta(seconds=1)
        monkeypatch.setattr(accounts, "machine_now", lambda: later)
        assert try_password(visitor, "planner", PASSWORD).status_code == 200

    def test_a_right_password_begins_the_count_anew(self, visitor: TestClient) -> None:
        for _ in range(2):
            for _ in range(FAILURES_ALLOWED - 1):
                assert try_password(visitor, "liaison", "not it").status_code == 401
            assert try_password(visitor, "liaison", PASSWORD).status_code == 200

    def test_guesses_made_at_the_same_time_count_one_by_one(
        self, ctx: Context, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        together = Barrier(8)

        def judge(*_: object) -> bool:
            together.wait(60)  # until all of them have seen an account that is not locked
            return False

        def guess(number: int) -> type[Exception]:
            with pytest.raises((WrongCredentials, SignInLocked)) as refusal:
                accounts.sign_in(ctx, "grid_police", f"guess {number}")
            return refusal.type

        monkeypatch.setattr(passwords, "is_right_password", judge)
        with ThreadPoolExecutor(8) as threads:
            told = list(threads.map(guess, range(8)))

        assert told.count(WrongCredentials) == FAILURES_ALLOWED - 1
        assert told.count(SignInLocked) == 8 - (FAILURES_ALLOWED - 1)

    def test_a_right_guess_among_too_many_opens_nothing(
        self, ctx: Context, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def judge(password: str, _: str | None) -> bool:
            if password == PASSWORD:  # while this one is being judged, others guess wrong
                for _ in range(FAILURES_ALLOWED):
                    with pytest.raises((WrongCredentials, SignInLocked)):
                        accounts.sign_in(ctx, "grid_assistant", "not it")
            return password == PASSWORD

        monkeypatch.setattr(passwords, "is_right_password", judge)

        with pytest.raises(SignInLocked):
            accounts.sign_in(ctx, "grid_assistant", PASSWORD)

    def test_every_attempt_is_recorded(self, visitor: TestClient, ctx: Context) -> None:
        before = len(sign_in_outcomes(ctx))
        try_password(visitor, "operator", PASSWORD)
        try_password(visitor, "operator", "not it")
        try_password(visitor, "operater", "not it")

        assert sign_in_outcomes(ctx)[before:] == ["signed_in", "wrong_password", "unknown"]

    def test_an_unknown_login_is_not_kept(self, visitor: TestClient, ctx: Context) -> None:
        typed = "my-password-in-the-wrong-field"
        try_password(visitor, typed, "x")

        with ctx.database.begin() as connection:
            [digest] = connection.scalars(
                text("SELECT login_digest FROM sign_in ORDER BY sign_in_id DESC LIMIT 1")
            )
        assert bytes(digest) == digest_of(typed)[:2]

    def test_a_session_that_was_open_outlives_a_lock(
        self, signed_in: SignIn, visitor: TestClient
    ) -> None:
        client = signed_in("handler")
        for _ in range(FAILURES_ALLOWED):
            try_password(visitor, "handler", "not it")

        assert client.get(SESSION).status_code == 200


class TestSessions:
    def test_nobody_is_signed_in_at_first(self, visitor: TestClient) -> None:
        answer = visitor.get(SESSION)

        assert answer.status_code == 401
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["type"] == "urn:gridsvc:problem:not-signed-in"

    @pytest.mark.parametrize("cookie", ["", "guess", "x" * 5000, "gsk_simulator-of-the-tiny-city"])
    def test_a_made_up_cookie_opens_nothing(self, visitor: TestClient, cookie: str) -> None:
        answer = visitor.get(SESSION, headers={"Cookie": f"{COOKIE}={cookie}"})

        assert answer.status_code == 401

    def test_signing_out_ends_the_session_for_good(self, signed_in: SignIn) -> None:
        client = signed_in("dispatcher")
        token = client.cookies[COOKIE]

        assert client.delete(SESSION).status_code == 204
        assert COOKIE not in client.cookies
        assert client.get(SESSION, headers={"Cookie": f"{COOKIE}={token}"}).status_code == 401

    def test_a_session_ends_after_twelve_hours(
        self, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        client = signed_in("dispatcher")
        opened = machine_now()

        monkeypatch.setattr(accounts, "machine_now", lambda: opened + timedelta(hours=11.9))
        assert client.get(SESSION).status_code == 200
        monkeypatch.setattr(accounts, "machine_now", lambda: opened + timedelta(hours=12.1))
        assert client.get(SESSION).status_code == 401

    def test_a_disabled_account_is_out_at_once(self, signed_in: SignIn, ctx: Context) -> None:
        client = signed_in("enforcement_officer")
        with ctx.database.begin() as connection:
            connection.execute(
                text("UPDATE account SET disabled_at = now() WHERE login = 'enforcement_officer'")
            )

        assert client.get(SESSION).status_code == 401

    def test_permissions_go_with_the_post(self, signed_in: SignIn, ctx: Context) -> None:
        client = signed_in("grid_supervisor")
        assert "incident.supervise" in client.get(SESSION).json()["permissions"]
        with ctx.database.begin() as connection:
            connection.execute(
                text(
                    "UPDATE post SET valid = tstzrange(lower(valid), :now) "
                    "WHERE code = 'supervisor'"
                ),
                {"now": ctx.clock.now()},
            )

        assert client.get(SESSION).json()["permissions"] == []


class TestCsrf:
    @pytest.mark.parametrize("sent", [None, "", "guess", "未知"])
    def test_a_change_by_cookie_needs_the_word_of_the_session(
        self, signed_in: SignIn, sent: str | None
    ) -> None:
        client = signed_in("dispatcher")
        del client.headers[CSRF_HEADER]
        headers = {} if sent is None else {CSRF_HEADER: sent.encode()}

        answer = client.delete(SESSION, headers=headers)  # type: ignore[arg-type]

        assert answer.status_code == 403
        assert answer.json()["type"] == "urn:gridsvc:problem:csrf"
        assert client.get(SESSION).status_code == 200

    def test_the_word_of_another_session_does_not_do(self, signed_in: SignIn) -> None:
        one, other = signed_in("dispatcher"), signed_in("operator")
        one.headers[CSRF_HEADER] = other.headers[CSRF_HEADER]

        assert one.delete(SESSION).status_code == 403


class TestKeys:
    def test_a_key_says_who_a_machine_is(self, visitor: TestClient) -> None:
        session = visitor.get(SESSION, headers=bearer(PARTNER_KEY)).json()

        assert (session["login"], session["kind"]) == ("partner", "machine")
        assert session["permissions"] == []
        assert session["csrf"] == ""

    @pytest.mark.parametrize(
        "authorization",
        ["Bearer", "Bearer ", "Bearer gsk_guess", "Basic cGFydG5lcjp4", f"Bearer {'x' * 5000}"],
    )
    def test_anything_else_is_refused_even_beside_a_good_cookie(
        self, signed_in: SignIn, authorization: str
    ) -> None:
        client = signed_in("dispatcher")

        answer = client.get(SESSION, headers={"Authorization": authorization})

        assert answer.status_code == 401
        assert "Bearer" in answer.headers["WWW-Authenticate"]

    def test_a_revoked_key_opens_nothing(
        self, visitor: TestClient, ctx: Context, tiny_city: TinyCity
    ) -> None:
        with ctx.database.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO api_key (key_digest, account_id, label, created_at, revoked_at) "
                    "VALUES (:digest, :account_id, 'old', now(), now())"
                ),
                {
                    "digest": digest_of("gsk_old"),
                    "account_id": tiny_city.account_ids["partner"],
                },
            )

        assert visitor.get(SESSION, headers=bearer("gsk_old")).status_code == 401

    def test_the_simulator_acts_for_an_officer_with_their_posts_and_no_more(
        self, visitor: TestClient, tiny_city: TinyCity
    ) -> None:
        headers = bearer(SIMULATOR_KEY, **{"X-Act-As": "manager-N1"})

        session = visitor.get(SESSION, headers=headers).json()

        assert session["login"] == "simulator"
        assert session["officer_id"] == tiny_city.officer_ids["manager-N1"]
        assert [post["code"] for post in session["posts"]] == ["manager-N1"]
        assert session["permissions"] == ["incident.read", "report.create", "task.work"]

    @pytest.mark.parametrize(
        ("key", "officer"), [(PARTNER_KEY, "manager-N1"), (SIMULATOR_KEY, "nobody")]
    )
    def test_nobody_else_acts_for_others(self, visitor: TestClient, key: str, officer: str) -> None:
        answer = visitor.get(SESSION, headers=bearer(key, **{"X-Act-As": officer}))

        assert answer.status_code == 403
        assert answer.json()["type"] == "urn:gridsvc:problem:acting-refused"

    def test_a_person_never_acts_for_another(self, signed_in: SignIn) -> None:
        answer = signed_in("operator").get(SESSION, headers={"X-Act-As": "manager-N1"})

        assert answer.status_code == 403

    def test_acting_is_refused_where_the_database_is_not_a_demo(
        self, visitor: TestClient, ctx: Context
    ) -> None:
        headers = bearer(SIMULATOR_KEY, **{"X-Act-As": "manager-N1"})
        with ctx.database.begin() as connection:
            connection.execute(text("UPDATE installation SET is_demo = false"))
        ctx.clock.forget()

        answer = visitor.get(SESSION, headers=headers)

        with ctx.database.begin() as connection:
            connection.execute(text("UPDATE installation SET is_demo = true"))
        ctx.clock.forget()
        assert answer.status_code == 403
        assert "demo" in answer.json()["detail"]


class TestHeaders:
    def test_every_answer_is_guarded(self, visitor: TestClient) -> None:
        for answer in (visitor.get(SESSION), visitor.get("/nowhere"), visitor.post(SESSION)):
            assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["X-Request-ID"] == answer.json()["request_id"]

    def test_a_proxys_request_id_is_taken_over_unless_it_is_none(self, visitor: TestClient) -> None:
        taken = visitor.get(SESSION, headers={"X-Request-ID": "proxy-0123456789"})
        forged = visitor.get(SESSION, headers={"X-Request-ID": "a b\tc"})

        assert taken.headers["X-Request-ID"] == "proxy-0123456789"
        assert forged.headers["X-Request-ID"] != "a b\tc"
