/** Without a "glyphs" address MapLibre draws every letter from the fonts of the machine. */
export const FONT = ["PingFang SC", "Noto Sans SC", "Noto Sans CJK SC", "Microsoft YaHei", "sans-serif"];
