import "fake-indexeddb/auto";
import { expect, it } from "vitest";
import type { OwnReportOut } from "../api/wire";
import type { SessionOut } from "../api/wire";
import { database } from "../device/database";
import { session } from "../session/session";
import { isAboutMine, look, mine, newsCount, newsOf, withFirstSeen } from "./own-reports";

const report = (id: string, steps: number, joined: string | null = null): OwnReportOut =>
  ({
    report_id: id,
    incident: { incident_id: `of ${id}`, joined_into: joined },
    progress: Array.from({ length: steps }, (_, n) => ({ kind: "task_given", at: `2026-06-15T0${n}:00:00Z` })),
  }) as unknown as OwnReportOut;

it("tells no news of what is listed for the first time", () => {
  expect(withFirstSeen({}, [report("a", 3)])).toEqual({ a: 3 });
});

it("keeps what was looked at, and forgets what is listed no longer", () => {
  expect(withFirstSeen({ a: 1, gone: 4 }, [report("a", 3)])).toEqual({ a: 1 });
});

it("hears of its own and of what it was joined to, and of nothing else", () => {
  const listed = [report("a", 1), report("b", 1, "main")];

  expect(isAboutMine(["of a"], listed)).toBe(true);
  expect(isAboutMine(["main"], listed)).toBe(true);
  expect(isAboutMine(["another"], listed)).toBe(false);
});

it("shows a dot until it is looked at", async () => {
  session.value = { account_id: "a1", permissions: ["report.create"] } as unknown as SessionOut;
  const { loadOwnReports } = await import("./own-reports");
  const answers = [[report("a", 2)], [report("a", 4)], [report("a", 4)]];
  globalThis.fetch = (() =>
    Promise.resolve(
      new Response(JSON.stringify({ items: answers.shift(), next: null }), {
        headers: { "Content-Type": "application/json" },
      }),
    )) as typeof fetch;

  await loadOwnReports();
  expect(newsCount.value).toBe(0);
  await loadOwnReports();
  expect(mine.value?.map(newsOf)).toEqual([2]);
  await look("a");
  expect(newsCount.value).toBe(0);
  await loadOwnReports();
  expect(newsCount.value).toBe(0);
  (await database()).close();
});
