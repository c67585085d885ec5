import "./desk";
import { describe, expect, it } from "vitest";
import { knowsCode } from "./index";

// The server's enums are the source of its codes; each must have words here.
const sources = import.meta.glob<string>("../../../core/**/*.py", { query: "?raw", import: "default", eager: true });

function codesOf(file: string, enumName: string): string[] {
  const text = Object.entries(sources).find(([path]) => path.endsWith(`/core/${file}`))?.[1] ?? "";
  const body = text.split(`class ${enumName}(StrEnum):`)[1]?.split(/\n(?=\S)/)[0] ?? "";
  return [...body.matchAll(/^ {4}[A-Z_]+ = "([a-z_]+)"/gm)].map((match) => match[1] ?? "");
}

describe.each([
  ["life_cycle.py", "State", "state"],
  ["life_cycle.py", "Step", "step"],
  ["heard.py", "Heard", "heard"],
  ["task.py", "TaskKind", "kind"],
  ["task.py", "TaskState", "task_state"],
  ["duty.py", "Duty", "duty"],
  ["duty.py", "Tier", "tier"],
  ["matter.py", "Severity", "severity"],
  ["matter.py", "LimitKind", "limit"],
  ["place.py", "Match", "match"],
  ["report.py", "PhotoSlot", "slot"],
  ["report.py", "ReportFlag", "flag"],
  ["step_reason.py", "StepReason", "reason"],
  ["duplicate.py", "JoinReason", "join_reason"],
  ["duplicate.py", "UnjoinReason", "unjoin_reason"],
  ["dispatch/rule_finding.py", "FindingKind", "finding"],
  ["dispatch/rule_version.py", "RuleState", "rule_state"],
  ["roster.py", "Lack", "lack"],
  ["dispatch/reason.py", "Reason", "why"],
  ["dispatch/reason.py", "WhyNot", "why_not"],
  ["dispatch/reason.py", "Shortfall", "shortfall"],
  ["dispatch/reason.py", "QueueReason", "queue_reason"],
  ["dispatch/reason.py", "Rung", "rung"],
  ["dispatch/decision.py", "Purpose", "purpose"],
  ["dispatch/clock.py", "Stage", "stage"],
  ["dispatch/deadlines.py", "Count", "count"],
])("%s %s", (file, enumName, group) => {
  it("has codes", () => expect(codesOf(file, enumName)).not.toEqual([]));

  it("has words for each", () => {
    expect(codesOf(file, enumName).filter((code) => !knowsCode(group, code))).toEqual([]);
  });
});
