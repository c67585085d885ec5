import { expect, it } from "vitest";
import type { LiveIncident } from "../live/live-incident";
import { chosen, NO_FILTER } from "./queue-filter";

const NOW = Date.parse("2026-11-23T12:00:00+08:00");
const incident = (id: string, changes: Partial<LiveIncident>): LiveIncident => ({
  id,
  number: id,
  state: "dispatched",
  version: 1,
  lon: 0,
  lat: 0,
  matter: { code: "m", name: "暴露垃圾", name_en: "Rubbish" },
  tier: "patrol",
  level: "community",
  due_at: "2026-11-23T14:00:00+08:00",
  warn_at: null,
  lamp: "green",
  grid_code: "441900003001001",
  town: "dongcheng",
  queue: null,
  queue_reason: null,
  open: true,
  ...changes,
});
const LIST = [
  incident("on-time", {}),
  incident("late", { due_at: "2026-11-23T11:00:00+08:00" }),
  incident("unowned", { queue: "441900003000", due_at: null, lamp: "grey" }),
  incident("humen", { town: "humen", tier: "enforcement", queue: "x" }),
];

it.each([
  ["nobody owns", { tab: "nobody" as const }, ["humen", "unowned"]],
  ["late", { tab: "late" as const }, ["late"]],
  ["all, most urgent first", { tab: "all" as const }, ["late", "humen", "on-time", "unowned"]],
  ["one town", { tab: "all" as const, town: "humen" }, ["humen"]],
  ["one tier", { tab: "all" as const, tier: "enforcement" }, ["humen"]],
  ["a word in English", { tab: "late" as const, search: "rubb" }, ["late"]],
])("%s", (_name, filter, ids) => {
  expect(chosen(LIST, { ...NO_FILTER, ...filter }, NOW).rows.map((row) => row.id)).toEqual(ids);
});

it("counts every tab under the same filter", () => {
  expect(chosen(LIST, { ...NO_FILTER, town: "dongcheng" }, NOW).counts).toEqual({ nobody: 1, late: 1, all: 3 });
});
