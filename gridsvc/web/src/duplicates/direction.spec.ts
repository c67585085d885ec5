import { describe, expect, it } from "vitest";
import { directionOf, isSeen, type Seen } from "./direction";

const mine = { incident_id: "mine", version: 3, received_at: "2026-11-23T10:00:00+08:00" };
const other = (received_at: string, state = "handling"): Seen => ({
  incident_id: "other",
  number: "1",
  version: 7,
  state,
  condition: null,
  distance_m: 12,
  observed_at: received_at,
  received_at,
  note: "",
  photo_url: null,
  thumb_url: null,
});

describe("the later is joined to the earlier", () => {
  it("mine, when the other came first", () =>
    expect(directionOf(mine, other("2026-11-23T09:00:00+08:00"))).toEqual({ one: "mine", version: 3, into: "other" }));
  it("the other, when mine came first, by the other's own version", () =>
    expect(directionOf(mine, other("2026-11-23T11:00:00+08:00"))).toEqual({ one: "other", version: 7, into: "mine" }));
  it("mine, into one that has ended, whenever that came", () =>
    expect(directionOf(mine, other("2026-11-23T11:00:00+08:00", "closed")).into).toBe("other"));
});

it("what lies outside of the reader's scope cannot be joined", () => {
  expect(isSeen({ ...other("2026-11-23T09:00:00+08:00"), incident_id: null })).toBe(false);
});
