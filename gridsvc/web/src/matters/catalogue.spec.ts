import { expect, it } from "vitest";
import type { MatterOut } from "../api/wire";
import { admitted, grouped } from "./catalogue";

const matter = (code: string, name: string, name_en: string, category: string): MatterOut => ({
  code,
  name,
  name_en,
  category,
  department: { code: "d", name: "d" },
  withdrawn_at: null,
  entry_tier: "patrol",
  self_fix: false,
  conditions: [],
});
const LIST = [
  matter("0110", "暴露垃圾", "Exposed rubbish", "市容环境"),
  matter("0405", "店外经营", "Trading outside the shop", "街面秩序"),
  matter("0112", "道路不洁", "Dirty road", "市容环境"),
];

it.each([
  ["", [2, 1]],
  ["垃圾", [1]],
  ["dirty", [1]],
  ["市容 01", [2]],
  ["nothing", []],
])("search %s", (search, sizes) => expect(grouped(LIST, search).map(([, list]) => list.length)).toEqual(sizes));

it("offers what has been withdrawn no more, from that instant on", () => {
  const at = Date.parse("2026-11-30T09:00:00+08:00");
  const list = [
    { ...matter("A", "a", "a", "x"), withdrawn_at: "2026-11-30T09:00:00+08:00" },
    { ...matter("B", "b", "b", "x"), withdrawn_at: "2026-11-30T09:00:01+08:00" },
    matter("C", "c", "c", "x"),
  ];
  expect(admitted(list, at).map(({ code }) => code)).toEqual(["B", "C"]);
});
