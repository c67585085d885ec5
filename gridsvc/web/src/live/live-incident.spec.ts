import { expect, it } from "vitest";
import type { IncidentSummary } from "../api/wire";
import { fromSummary, isNews, type LiveIncident } from "./live-incident";

const KNOWN: LiveIncident = {
  id: "i1",
  number: "20261123-000001",
  state: "filed",
  version: 3,
  lon: 113.7,
  lat: 23,
  matter: { code: "m1", name: "暴露垃圾" },
  tier: "handling",
  level: "town",
  due_at: null,
  warn_at: "2026-11-23T10:00:00+08:00",
  lamp: "grey",
  grid_code: "441900003001001",
  town: "441900003000",
  queue: "441900003000",
  queue_reason: "returned",
  open: true,
};
const summary = (changes: Partial<IncidentSummary> = {}): IncidentSummary => ({
  incident_id: "i1",
  number: KNOWN.number,
  state: "dispatched",
  version: 4,
  lon: 113.7,
  lat: 23,
  matter: "m1",
  tier: "handling",
  level: "town",
  due_at: "2026-11-23T12:00:00+08:00",
  lamp: "green",
  grid_code: KNOWN.grid_code,
  town: KNOWN.town,
  queue: null,
  open: true,
  ...changes,
});
const none = (): undefined => undefined;

it("keeps what the stream leaves out", () => {
  const next = fromSummary(summary(), KNOWN, none);
  expect(next.matter.name).toBe("暴露垃圾");
});

it("forgets why it stood in a queue once it has left it", () => {
  expect(fromSummary(summary(), KNOWN, none).queue_reason).toBeNull();
  expect(fromSummary(summary({ queue: KNOWN.queue }), KNOWN, none).queue_reason).toBe("returned");
});

it.each([
  [2, false],
  [3, true],
  [4, true],
])("version %d against 3 is news: %s", (version, news) => {
  expect(isNews(fromSummary(summary({ version }), KNOWN, none), KNOWN)).toBe(news);
});
