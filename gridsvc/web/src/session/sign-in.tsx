import { useSignal } from "@preact/signals";
import { Refused } from "../api/client";
import { t } from "../i18n";
import { LangSwitch } from "../i18n/lang-switch";
import { Mark } from "../ui/mark";
import { signIn } from "./session";

type Props = { title: string; lead: string; remember: boolean };

export function SignIn({ title, lead, remember }: Props) {
  const login = useSignal("");
  const password = useSignal("");
  const busy = useSignal(false);
  const problem = useSignal("");

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    busy.value = true;
    problem.value = "";
    try {
      await signIn(login.value.trim(), password.value, remember);
    } catch (error) {
      if (!(error instanceof Refused)) problem.value = t("signin.unreachable");
      else if (error.status === 429) problem.value = t("signin.locked");
      else if (error.status < 500) problem.value = t("signin.wrong");
      else problem.value = t("signin.server_error");
    } finally {
      busy.value = false;
    }
  };

  return (
    <main class="signin">
      <div class="signin-brand">
        <Mark />
        <h1>{title}</h1>
        <p>{lead}</p>
      </div>
      <form class="signin-form" onSubmit={submit} data-testid="sign-in">
        <label class="field">
          <span>{t("signin.login")}</span>
          <input
            name="login"
            data-testid="login"
            autocomplete="username"
            autocapitalize="off"
            spellcheck={false}
            required
            value={login.value}
            onInput={(event) => (login.value = event.currentTarget.value)}
          />
        </label>
        <label class="field">
          <span>{t("signin.password")}</span>
          <input
            name="password"
            data-testid="password"
            type="password"
            autocomplete="current-password"
            required
            value={password.value}
            onInput={(event) => (password.value = event.currentTarget.value)}
          />
        </label>
        <p class="form-problem" role="alert">
          {problem.value}
        </p>
        <button class="button button-main button-block" data-testid="sign-in-submit" disabled={busy.value}>
          {busy.value ? t("signin.busy") : t("signin.submit")}
        </button>
      </form>
      <LangSwitch />
    </main>
  );
}
