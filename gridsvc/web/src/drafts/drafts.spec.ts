import "fake-indexeddb/auto";
import { beforeEach, expect, it } from "vitest";
import type { SessionOut } from "../api/wire";
import { database } from "../device/database";
import { session } from "../session/session";
import { uploads } from "../uploads/uploads";
import { beforeCamera, changeDraft, draft, openDraft, photoLost, submitDraft } from "./drafts";

const PLACE = { lon: 113.7, lat: 23, accuracy_m: 8, source: "gps" as const };

beforeEach(async () => {
  session.value = { account_id: "a1" } as SessionOut;
  uploads.value = [];
  const db = await database();
  await db.clear("drafts");
  await db.clear("uploads");
  await openDraft();
});

it("comes back after a reload", async () => {
  await changeDraft({ matter: "m1", note: "井盖" });
  draft.value = null;
  await openDraft();

  expect(draft.value).toMatchObject({ matter: "m1", note: "井盖" });
});

it("says which photo was lost when the page died under the camera", async () => {
  await beforeCamera("scene");
  draft.value = null;
  await openDraft();

  expect(photoLost.value).toBe("scene");
});

it("becomes one upload, and no draft stays behind", async () => {
  await changeDraft({ matter: "m1", condition: "c1", place: PLACE });
  const upload = await submitDraft("暴露垃圾");
  const db = await database();

  expect(await db.getAllKeys("uploads")).toEqual([upload?.id]);
  expect(await db.getAllKeys("drafts")).toEqual([]);
});

it("a position that arrives while it is being sent does not bring it back", async () => {
  await changeDraft({ matter: "m1", condition: "c1", place: PLACE });
  const sending = submitDraft("暴露垃圾");
  await changeDraft({ place: { ...PLACE, accuracy_m: 4 } });
  await sending;

  expect(await (await database()).getAllKeys("drafts")).toEqual([]);
});

it("is sent once when two pages submit it", async () => {
  await changeDraft({ matter: "m1", condition: "c1", place: PLACE });
  const shown = draft.value;
  expect(await submitDraft("x")).not.toBeNull();
  draft.value = shown; // the other page still shows it
  expect(await submitDraft("x")).toBeNull();
  expect(await (await database()).count("uploads")).toBe(1);
});
