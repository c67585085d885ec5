import { describe, expect, it } from "vitest";
import type { Lamp } from "../api/wire";
import { byUrgency, lampAt } from "./lamp";

const at = (hhmm: string): number => Date.parse(`2026-11-23T${hhmm}:00+08:00`);
const due = (hhmm: string, lamp: Lamp = "green") => ({
  lamp,
  due_at: `2026-11-23T${hhmm}:00+08:00`,
  warn_at: "2026-11-23T11:36:00+08:00",
});

describe("lampAt", () => {
  it.each([
    ["11:35", "green"],
    ["11:36", "yellow"],
    ["12:00", "yellow"],
    ["12:01", "red"],
  ])("a two-hour limit at %s is %s", (now, lamp) => expect(lampAt(due("12:00"), at(now))).toBe(lamp));

  it("never improves on the server's word", () => {
    expect(lampAt(due("12:00", "yellow"), at("10:01"))).toBe("yellow");
  });

  it("stays grey when no clock runs", () => {
    expect(lampAt({ ...due("12:00", "grey") }, at("13:00"))).toBe("grey");
  });
});

it("sorts late first, then by deadline, then those without one", () => {
  const rows = [
    { id: "none", lamp: "grey" as Lamp, due_at: null, warn_at: null },
    { id: "later", ...due("15:00") },
    { id: "late", ...due("10:30") },
    { id: "soon", ...due("14:00") },
  ];
  expect([...rows].sort(byUrgency(at("11:00"))).map((row) => row.id)).toEqual(["late", "soon", "later", "none"]);
});
