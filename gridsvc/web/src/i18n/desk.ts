/** Importing this gives a page the desk's texts. */

import { addTexts } from "./index";
import en from "./desk-en.json";
import zh from "./desk-zh-CN.json";

const english: Record<keyof typeof zh, string> = en;
const chinese: Record<keyof typeof en, string> = zh;
addTexts({ "zh-CN": chinese, en: english });
