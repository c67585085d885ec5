import { describe, expect, it, vi } from "vitest";
import { Refused, Unreachable } from "../api/client";
import type { ReportOut } from "../api/wire";
import { deliver, type Shelf, type Wire } from "./deliver";
import { photosOwed, waitAfter, type ReportUpload, type Upload } from "./upload";

const NOW = Date.parse("2026-11-23T12:00:00+08:00");

const report = (changes: Partial<ReportUpload> = {}): ReportUpload => ({
  kind: "report",
  id: "r1",
  account_id: "a1",
  saved_at: "2026-11-23T04:00:00Z",
  state: "waiting",
  attempts: 0,
  next_try_ms: 0,
  problem: null,
  photos_sent: [],
  title: "",
  body: {
    observed_at: "2026-11-23T04:00:00Z",
    place: { lon: 113.7, lat: 23, datum: "wgs84", accuracy_m: 8, source: "gps" },
    matter: "m",
    condition: "c",
    note: "",
    photos: [
      { sha256: "p1", size: 1, slot: "scene" },
      { sha256: "p2", size: 1, slot: "scene" },
    ],
    self_fix: false,
  },
  answer: null,
  ...changes,
});

const answer = { report_id: "r1", missing_photos: ["p1", "p2"] } as unknown as ReportOut;

const wire = (changes: Partial<Wire> = {}): Wire => ({
  putReport: vi.fn(async () => answer),
  putPhoto: vi.fn(async () => ({})),
  act: vi.fn(),
  ...changes,
});

const shelf = (): Shelf & { kept: Upload[] } => {
  const kept: Upload[] = [];
  return {
    kept,
    keep: async (upload) => void kept.push(upload),
    photo: async () => new Blob(["x"]),
  };
};

describe("deliver", () => {
  it("sends the report, then the photos the server misses", async () => {
    const calls = wire();
    const { upload, verdict } = await deliver(report(), calls, shelf(), NOW);

    expect(verdict).toBe("sent");
    expect(upload.state).toBe("sent");
    expect(calls.putReport).toHaveBeenCalledTimes(1);
    expect(calls.putPhoto).toHaveBeenCalledTimes(2);
  });

  it("goes on after the second photo failed without repeating what was confirmed", async () => {
    const failing = wire({
      putPhoto: vi
        .fn()
        .mockResolvedValueOnce({})
        .mockRejectedValueOnce(new Unreachable("gone")),
    });
    const first = await deliver(report(), failing, shelf(), NOW);
    expect(first.verdict).toBe("retry");
    expect(first.upload.state).toBe("waiting");

    const again = wire();
    const second = await deliver(first.upload, again, shelf(), NOW);
    expect(second.verdict).toBe("sent");
    expect(again.putReport).not.toHaveBeenCalled();
    expect(again.putPhoto).toHaveBeenCalledTimes(1);
    expect(again.putPhoto).toHaveBeenCalledWith("p2", expect.anything());
  });

  it.each([
    ["no network", new Unreachable("x"), "retry", "waiting"],
    ["server error", new Refused(503, {}), "retry", "waiting"],
    ["too many", new Refused(429, {}), "retry", "waiting"],
    ["signed out", new Refused(401, {}), "pause", "waiting"],
    ["refused", new Refused(422, { detail: "unknown matter" }), "blocked", "blocked"],
    ["same id, other content", new Refused(409, {}), "blocked", "blocked"],
  ])("%s", async (_name, error, verdict, state) => {
    const outcome = await deliver(report(), wire({ putReport: vi.fn().mockRejectedValue(error) }), shelf(), NOW);

    expect(outcome.verdict).toBe(verdict);
    expect(outcome.upload.state).toBe(state);
  });

  it("keeps the server's own words for the person", async () => {
    const refuse = wire({ putReport: vi.fn().mockRejectedValue(new Refused(422, { detail: "unknown matter" })) });
    const { upload } = await deliver(report(), refuse, shelf(), NOW);

    expect(upload.problem).toEqual({ status: 422, text: "unknown matter", detail: "unknown matter" });
  });

  it("a sign-out costs no attempt", async () => {
    const out = wire({ putReport: vi.fn().mockRejectedValue(new Refused(401, {})) });
    expect((await deliver(report(), out, shelf(), NOW)).upload.attempts).toBe(0);
  });
});

describe("waitAfter", () => {
  it.each([
    [1, 2_000],
    [2, 4_000],
    [5, 32_000],
    [20, 300_000],
  ])("attempt %d waits %d ms", (attempts, ms) => expect(waitAfter(attempts, new Unreachable("x"))).toBe(ms));

  it("never sooner than the server asked", () => {
    expect(waitAfter(1, new Refused(429, {}, 90))).toBe(90_000);
  });
});

it("owes only what the server says it misses", () => {
  const half = { ...answer, missing_photos: ["p2"] };
  expect(photosOwed(report({ answer: half })).map((photo) => photo.sha256)).toEqual(["p2"]);
});
