import { describe, expect, it } from "vitest";
import { DESK_STEPS, deskSteps, reasonRequired, toneOf } from "./desk-steps";

describe("the buttons of a desk", () => {
  const offered = deskSteps(["dispatch", "void", "approve_extension", "refuse_extension"]);

  it("begin with what somebody waits for", () => expect(offered[0]).toBe("approve_extension"));

  it("have one main step", () => {
    expect(offered.filter((step) => toneOf(step, offered) === "main")).toEqual(["approve_extension"]);
    expect(toneOf("void", offered)).toBe("danger-quiet");
  });

  it("ask why something is refused or closed by force", () => {
    const incident = { state: "handling", queue: null };
    for (const step of ["refuse_extension", "refuse_suspension", "reject_appeal", "force_close"] as const) {
      expect(reasonRequired(step, incident)).toBe(true);
      expect(DESK_STEPS[step]?.reasons).not.toEqual([]);
    }
    expect(reasonRequired("resume", incident)).toBe(false);
  });
});
