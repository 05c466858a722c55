// What people without an account are told when they reach for more than listening.

import { t } from "../lib/words";
import { toast } from "./toasts";

export function signUpPath(): string {
  const login = document.body.dataset["loginUrl"] ?? "/accounts/login/";
  return `${login.replace(/login\/$/, "signup/")}?next=${encodeURIComponent(location.pathname)}`;
}

/** What an account is needed for, with the way there. */
export function hintForGuests(words: string): void {
  toast(words, {
    action: { label: t("Sign up"), run: () => location.assign(signUpPath()) },
  });
}
