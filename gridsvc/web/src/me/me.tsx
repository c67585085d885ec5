import { lang, nameOf, setLang, t, tCode } from "../i18n";
import { shortGrid } from "../incidents/place-text";
import { go } from "../m/route";
import { newsCount } from "../reports/own-reports";
import { may, session, signOut } from "../session/session";
import { Cell, CellButton, CellGroup } from "../ui/cells";
import { waitingCount } from "../uploads/uploads";
import { largeText, setLargeText } from "./large-text";
import type { PostOut } from "../api/wire";

function postPlace(post: PostOut): string {
  if (post.grid) return t("grid.short", { code: shortGrid(post.grid.code) });
  return [nameOf(post.division), nameOf(post.department)].filter(Boolean).join(" · ");
}

export function Me() {
  const who = session.value;
  if (!who) return null;
  const leave = async (): Promise<void> => {
    if (waitingCount.value > 0 && !confirm(t("me.leave_waiting", { n: waitingCount.value }))) return;
    await signOut();
  };
  return (
    <div class="page" data-testid="me">
      <section class="who">
        <span class="avatar" aria-hidden="true">
          {who.name.slice(0, 1)}
        </span>
        <div>
          <h2>{who.name}</h2>
          <p class="quiet mono">{who.login}</p>
        </div>
      </section>
      <CellGroup title={t("me.posts")}>
        {who.posts.map((post) => (
          <Cell key={post.post_id} label={tCode("duty", post.duty)}>
            {postPlace(post)}
          </Cell>
        ))}
        {who.posts.length === 0 && <Cell label={t("me.no_posts")} />}
      </CellGroup>
      <CellGroup>
        {may("report.create") && (
          <CellButton
            label={t("mine.title")}
            value={
              newsCount.value > 0 ? (
                <>
                  <span class="news-dot" aria-hidden="true" />
                  {t("mine.count", { n: newsCount.value })}
                </>
              ) : undefined
            }
            onClick={() => go("/mine")}
            testid="to-mine"
          />
        )}
        <CellButton
          label={t("uploads.title")}
          value={t("upload.count", { n: waitingCount.value })}
          onClick={() => go("/uploads")}
          testid="to-uploads"
        />
      </CellGroup>
      <CellGroup title={t("me.settings")}>
        <label class="cell switch">
          <span class="cell-label">{t("me.large")}</span>
          <input
            type="checkbox"
            role="switch"
            data-testid="large-text"
            checked={largeText.value}
            onChange={(event) => setLargeText(event.currentTarget.checked)}
          />
        </label>
        <CellButton
          label={t("me.language")}
          value={lang.value === "en" ? "English" : "中文"}
          onClick={() => setLang(lang.value === "en" ? "zh-CN" : "en")}
          testid="lang-switch"
        />
        <CellButton label={t("me.diagnosis")} onClick={() => go("/me/diagnosis")} testid="to-diagnosis" />
      </CellGroup>
      {may("incident.read") && (
        <a class="button button-block button-link" href="/d/">
          {t("me.to_desk")}
        </a>
      )}
      <button type="button" class="button button-danger-quiet button-block" onClick={() => void leave()} data-testid="sign-out">
        {t("me.sign_out")}
      </button>
    </div>
  );
}
