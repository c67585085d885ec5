import "../i18n/desk";
import { afterEach, describe, expect, it } from "vitest";
import type { PhotoHintOut } from "../api/wire";
import { setLang } from "../i18n";
import { hintText } from "./hint";

const SILENT: PhotoHintOut = { place: "unknown", distance_m: null, time: "unknown", minutes: null, direction_deg: null };

const cases: [Partial<PhotoHintOut>, string | null, string | null][] = [
  [{}, null, null],
  [{ direction_deg: 90 }, null, null],
  [{ place: "agrees", time: "agrees" }, "拍摄地点相符 · 时间相符", "Taken here · at that time"],
  [
    { place: "apart", distance_m: 1200, time: "apart", minutes: -180, direction_deg: 50 },
    "拍摄于约 1.2 公里外 · 早 3 小时 · 朝东北",
    "Taken about 1.2 km away · 3 h earlier · facing north-east",
  ],
  [{ place: "apart", distance_m: 820 }, "拍摄于约 820 米外", "Taken about 820 m away"],
  [{ time: "apart", minutes: 45 }, "照片没有位置 · 晚 45 分钟", "No position in the photo · 45 min later"],
  [{ time: "apart", minutes: -60 * 24 * 9, direction_deg: 359 }, "照片没有位置 · 早 9 天 · 朝北", "No position in the photo · 9 d earlier · facing north"],
];

describe("hintText", () => {
  afterEach(() => setLang("zh-CN"));

  it.each(cases)("%j", (told, chinese, english) => {
    expect(hintText({ ...SILENT, ...told })).toBe(chinese);
    setLang("en");
    expect(hintText({ ...SILENT, ...told })).toBe(english);
  });

  it("says nothing of a photo without a hint", () => expect(hintText(null)).toBeNull());
});
