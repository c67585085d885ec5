"""The stage: the HTTP client that speaks for officers, and the demo's clock."""

import asyncio
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx2

from gridsvc.core.calendar import SHANGHAI
from gridsvc.services.refusal import Refusal

#: Requests under way at once; more than a small machine answers well.
AT_ONCE = 12
#: Lost connections and busy answers are tried again this often, each time a little later:
#: a service that is started again is waited for.
TRIES, LONGEST_PAUSE_S = 30, 5.0
#: Stands for the one account of the public that a demo has.
RESIDENT = "resident"


@dataclass(slots=True)
class Stage:
    """One HTTP client with a service account that may act for officers of a demo."""

    client: httpx2.AsyncClient
    rate: float
    #: signed in as a resident: nobody acts for the public
    public: httpx2.AsyncClient
    gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    latencies_s: list[float] = field(default_factory=list)
    #: When the day began, by the demo's clock.
    day_began: datetime | None = None
    _business_at: datetime | None = None
    _machine_at: float = 0.0

    async def let_in(self, login: str, password: str) -> None:
        """Sign the resident in."""
        body = {"login": login, "password": password}
        answer = await self.ask("POST", "/api/v1/auth/sign-in", RESIDENT, json=body)
        if answer.status_code != 200:
            raise Refusal(f"The resident is not let in: {answer.text}")
        self.public.headers["X-CSRF-Token"] = answer.json()["csrf"]

    async def set_rate(self, operator: str, rate: float, skip_s: float = 0.0) -> datetime:
        """Let the demo's clock run at a rate, perhaps after a skip; return its instant."""
        body = {"rate": rate, "skip_s": skip_s}
        answer = await self.ask("PUT", "/api/v1/demo/clock", operator, json=body)
        if answer.status_code != 200:
            raise Refusal(f"The clock cannot be bent: {answer.text}")
        self.rate = rate
        self._business_at = datetime.fromisoformat(answer.json()["now"])
        self._machine_at = time.monotonic()
        self.day_began = self.day_began or self._business_at
        return self._business_at

    def now(self) -> datetime:
        """Return the demo's instant, as far as we know."""
        assert self._business_at is not None, "set_rate comes first"
        passed = (time.monotonic() - self._machine_at) * self.rate
        return self._business_at + timedelta(seconds=passed)

    async def go_to_morning(self, operator: str) -> None:
        """Skip to half past eight of a working morning, unless it is one already."""
        local = (await self.set_rate(operator, self.rate)).astimezone(SHANGHAI)
        morning = local.replace(hour=8, minute=30, second=0, microsecond=0)
        if morning <= local < morning + timedelta(hours=2) and local.weekday() < 5:
            return
        while morning <= local or morning.weekday() >= 5:
            morning += timedelta(days=1)
        self.day_began = None
        await self.set_rate(operator, self.rate, (morning - local).total_seconds())

    async def wait(self, minutes: float) -> None:
        """Let some business minutes pass."""
        await asyncio.sleep(minutes * 60 / self.rate)

    async def ask(
        self,
        method: str,
        path: str,
        officer: str,
        *,
        json: Any = None,
        content: bytes | None = None,
    ) -> httpx2.Response:
        """Send one request for an officer; a busy or lost server is asked again."""
        for attempt in range(TRIES):
            async with self.gate:
                began = time.monotonic()
                try:
                    is_public = officer == RESIDENT
                    client = self.public if is_public else self.client
                    headers = {} if is_public else {"X-Act-As": officer}
                    answer = await client.request(
                        method, path, json=json, content=content, headers=headers
                    )
                except httpx2.TransportError:
                    answer = None
                self.latencies_s.append(time.monotonic() - began)
            if answer is not None and answer.status_code < 500 and answer.status_code != 429:
                return answer
            await asyncio.sleep(min(0.2 * 2**attempt, LONGEST_PAUSE_S))
        raise Refusal(f"The service did not answer {method} {path} after {TRIES} tries.")
