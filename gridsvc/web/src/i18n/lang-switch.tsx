import { lang, setLang } from "./index";

/** Names each language in itself, so that it can be found by someone who cannot read the other. */
export function LangSwitch() {
  const other = lang.value === "en" ? "zh-CN" : "en";
  return (
    <button type="button" class="button button-quiet" data-testid="lang-switch" lang={other} onClick={() => setLang(other)}>
      {other === "en" ? "English" : "中文"}
    </button>
  );
}
