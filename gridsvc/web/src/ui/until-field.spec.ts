import { describe, expect, it } from "vitest";
import { instantOf, localOf } from "./until-field";

describe("a chosen date", () => {
  it("is Beijing time wherever the browser is", () => {
    expect(localOf(Date.parse("2026-11-23T20:30:00Z"))).toBe("2026-11-24T04:30");
    expect(instantOf("2026-11-24T04:30")).toBe("2026-11-24T04:30:00+08:00");
  });

  it("is nothing when nothing was chosen", () => expect(instantOf("")).toBeNull());
});
