import { beforeEach, describe, expect, it } from "vitest";
import { due, limit, moment, span } from "./format";
import { setLang } from "./index";

const MIN = 60_000;
const NOON = Date.parse("2026-11-23T12:00:00+08:00");

describe("span", () => {
  it.each([
    [133 * MIN, "2小时13分", "2h 13m"],
    [41 * MIN, "41分", "41m"],
    [120 * MIN, "2小时", "2h"],
    [(3 * 1440 + 240) * MIN, "3天4小时", "3d 4h"],
    [(3 * 1440 + 20) * MIN, "3天", "3d"],
    [-41 * MIN, "41分", "41m"],
    [30_000, "0分", "0m"],
  ])("%d ms reads %s", (ms, chinese, english) => {
    setLang("zh-CN");
    expect(span(ms)).toBe(chinese);
    setLang("en");
    expect(span(ms)).toBe(english);
  });
});

describe("due", () => {
  beforeEach(() => setLang("zh-CN"));

  it("counts down, then up", () => {
    expect(due("2026-11-23T14:13:00+08:00", NOON)).toBe("剩余 2小时13分");
    expect(due("2026-11-23T11:19:00+08:00", NOON)).toBe("超时 41分");
  });

  it("says so when no clock runs", () => expect(due(null, NOON)).toBe("无时限"));

  it("speaks English on request", () => {
    setLang("en");
    expect(due("2026-11-23T11:19:00+08:00", NOON)).toBe("41m late");
  });
});

it("shows the day only when it is not today, in Beijing time", () => {
  setLang("zh-CN");
  expect(moment("2026-11-22T23:30:00Z", NOON)).toBe("07:30");
  expect(moment("2026-11-24T06:05:00Z", NOON)).toContain("24");
});

it("words a limit, and shows an unknown kind as it came", () => {
  expect(limit({ amount: 2, kind: "urgent_hours" })).toBe("2 紧急工作时");
  expect(limit({ amount: 2, kind: "moons" })).toBe("2 moons");
});
