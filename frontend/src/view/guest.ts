// What people without an account are told when they reach for more than listening.

import { toast } from "./toasts";

export function signUpPath(): string {
  const login = document.body.dataset["loginUrl"] ?? "/accounts/login/";
  return `${login.replace(/login\/$/, "signup/")}?next=${encodeURIComponent(location.pathname)}`;
}

/** "Create an account to ask to speak." with the way there. */
export function hintForGuests(what: string): void {
  toast(`Create an account to ${what}. It takes half a minute.`, {
    action: { label: "Sign up", run: () => location.assign(signUpPath()) },
  });
}
