import { expect, it } from "vitest";
import type { ConditionOut, MatterOut } from "../api/wire";
import { chooseQuickFixes } from "./quick-fixes";

const matter = (code: string, self_fix: boolean, ...conditions: string[]): MatterOut => ({
  code,
  name: code,
  category: "c",
  department: { code: "d", name: "d" },
  withdrawn_at: null,
  entry_tier: "patrol",
  self_fix,
  conditions: conditions.map((each) => ({ code: each, name: each }) as ConditionOut),
});
const LIST = [
  matter("RUBBISH", true, "RUBBISH-1", "RUBBISH-2"),
  matter("FIRE", false, "FIRE-1"),
  matter("LEAFLET", true, "LEAFLET-1"),
  matter("ROAD", true, "ROAD-1"),
  matter("WATER", true, "WATER-1"),
];

it.each([
  [[], ["RUBBISH-1", "LEAFLET-1", "ROAD-1"]],
  [["RUBBISH-2"], ["RUBBISH-2", "LEAFLET-1", "ROAD-1"]],
  [["WATER-1", "RUBBISH-2"], ["WATER-1", "RUBBISH-2", "LEAFLET-1"]],
  // what may no longer be put right on the spot, or is listed no longer, is not offered
  [["FIRE-1", "GONE-1"], ["RUBBISH-1", "LEAFLET-1", "ROAD-1"]],
])("used %j", (used, offered) =>
  expect(chooseQuickFixes(LIST, used).map(({ condition }) => condition.code)).toEqual(offered),
);
