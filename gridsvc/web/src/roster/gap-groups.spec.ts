import { describe, expect, it } from "vitest";
import type { GapOut } from "../api/wire";
import { groupGaps, groupVacancies } from "./gap-groups";

const gap = (grid: string | null, count: number, more: Partial<GapOut> = {}): GapOut => ({
  grid: grid ? { grid_id: 1, code: grid } : null,
  tier: "patrol",
  department: null,
  shortfall: "nobody_on_shift",
  count,
  first_at: "2026-11-30T00:00:00Z",
  last_at: "2026-11-30T01:00:00Z",
  ...more,
});

describe("gaps", () => {
  it("of one town, shortfall and tier are one line, whatever the department", () => {
    const department = { code: "FIRE", name: "消防", name_en: "" };
    const [group, ...others] = groupGaps([
      gap("441900003001001", 1, { department }),
      gap("441900003002001", 3, { last_at: "2026-11-30T09:00:00Z" }),
      gap("441900003001001", 4),
    ]);
    expect(others).toEqual([]);
    expect(group).toMatchObject({ town: "441900003000", count: 8, last_at: "2026-11-30T09:00:00Z" });
    expect(group?.grids).toEqual([
      { code: "441900003001001", count: 5 },
      { code: "441900003002001", count: 3 },
    ]);
  });

  it("stand apart by town and shortfall, the most frequent first", () => {
    const groups = groupGaps([gap("441900003001001", 1), gap("441900004001001", 2), gap(null, 3)]);
    expect(groups.map((group) => group.town)).toEqual(["", "441900004000", "441900003000"]);
  });
});

it("vacancies are one line for a role and a reason", () => {
  const vacancy = (code: string, duty: string) => ({
    grid: { grid_id: 1, code },
    community: { code: "", name: "", name_en: "" },
    duty,
    lack: "vacant",
  });
  expect(
    groupVacancies([vacancy("1", "grid_police"), vacancy("1", "grid_manager"), vacancy("2", "grid_police")]).map(
      (group) => [group.duty, group.grids.length],
    ),
  ).toEqual([
    ["grid_police", 2],
    ["grid_manager", 1],
  ]);
});
