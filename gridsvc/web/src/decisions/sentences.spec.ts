import { beforeEach, describe, expect, it } from "vitest";
import "../i18n/desk";
import { setLang } from "../i18n";
import { byCause, readAnswer } from "./answer";
import { arithmetic, clockSentence, facts, outcome, reasons, type Names } from "./sentences";

const NOW = Date.parse("2026-11-23T12:00:00+08:00");
const NAMES: Names = { post: (_id, code) => `陈一(${code})`, division: (code) => (code === "441900121000" ? "虎门镇" : code) };
const CANDIDATE = {
  post_id: 7,
  code: "P7",
  duty: "grid_manager",
  rung: "owner",
  area_m2: 1,
  shared_m: 0,
  is_backup: false,
  open_task_minutes: 45,
};
const CLOCK = {
  stage: "handle",
  starts_at: "2026-11-23T11:00:00+08:00",
  warn_at: "2026-11-23T12:36:00+08:00",
  due_at: "2026-11-23T13:00:00+08:00",
  limit: { amount: 2, kind: "urgent_hours" },
  arithmetic: [],
  unpublished_years: [],
};

beforeEach(() => setLang("zh-CN"));

describe("outcome", () => {
  it("names who got it", () => {
    const answer = readAnswer({ assignment: { task_kind: "handle", post_id: 7 }, candidates: [CANDIDATE] });
    expect(outcome(answer, NAMES)).toBe("派给网格管理员陈一(P7)，任务：处置");
  });

  it("names the queue and why", () => {
    const answer = readAnswer({ queue: { division_code: "441900121000", level: "town", reason: "returned" } });
    expect(outcome(answer, NAMES)).toBe("进入虎门镇调度员的队列：被退单");
  });

  it("an answer of an older version is no error", () => expect(outcome(readAnswer({}), NAMES)).toBeTruthy());
});

it("tells reasons in sentences, and an unknown code as it is", () => {
  const answer = readAnswer({ tier: "patrol", level: "community", reasons: ["smallest_place", "moon_phase"] });
  expect(reasons(answer)[0]).toContain("最小");
  expect(reasons(answer)[1]).toBe("moon_phase");
});

it("shows the facts a candidate was ranked by", () => {
  expect(facts({ ...CANDIDATE, rung: "neighbour_of_town", shared_m: 120.4, is_backup: true })).toBe(
    "同镇相邻网格 · 共边 120 米 · 备岗 · 在手 45 分钟",
  );
});

it("puts those passed over together by cause", () => {
  const passed = [
    { post_id: 1, code: "A", why: "off_shift" },
    { post_id: 2, code: "B", why: "vacant" },
    { post_id: 3, code: "C", why: "off_shift" },
  ];
  expect(byCause(passed)).toEqual([
    { why: "off_shift", codes: ["A", "C"] },
    { why: "vacant", codes: ["B"] },
  ]);
});

describe("the sum of a deadline", () => {
  it("is one sentence when the wall clock counts", () => {
    expect(clockSentence(CLOCK, NOW)).toBe("处置：11:00 起，限 2 紧急工作时，12:36 预警，13:00 到期");
    expect(arithmetic(CLOCK, NOW)).toEqual([]);
  });

  it("shows each stretch when offices close in between", () => {
    const lines = arithmetic(
      {
        ...CLOCK,
        arithmetic: [
          { count: "office_time", from_at: "2026-11-23T17:00:00+08:00", to_at: "2026-11-23T18:00:00+08:00", counted_minutes: 60 },
          { count: "closed", from_at: "2026-11-23T18:00:00+08:00", to_at: "2026-11-23T23:59:00+08:00", counted_minutes: 0 },
        ],
        unpublished_years: [2027],
      },
      NOW,
    );
    expect(lines).toEqual([
      "17:00 – 18:00：办公时间，计 1小时",
      "18:00 – 23:59：不办公，不计",
      "2027 年的调休安排尚未公布，按周末推算",
    ]);
  });
});
