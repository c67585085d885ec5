import { signal } from "@preact/signals";

const message = signal("");
let timer: ReturnType<typeof setTimeout> | undefined;

/** Say something in passing; the last word wins. */
export function say(text: string, ms = 4_000): void {
  message.value = text;
  clearTimeout(timer);
  timer = setTimeout(() => (message.value = ""), ms);
}

export function Toast() {
  return (
    <div class={message.value ? "toast toast-on" : "toast"} role="status" data-testid="toast">
      {message.value}
    </div>
  );
}
