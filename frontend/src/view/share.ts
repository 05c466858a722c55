// Sharing an address: the system's share sheet where there is one, else the clipboard.

import { announce } from "../announce";
import { toast } from "./toasts";

export async function copy(text: string, said = "Copied"): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast(said);
    announce(said);
  } catch {
    toast(`The browser does not let this page copy. Here it is: ${text}`, { kind: "error" });
  }
}

export async function share(url: string, title: string): Promise<void> {
  if (typeof navigator.share === "function") {
    try {
      await navigator.share({ url, title });
      return;
    } catch (error) {
      // Closed by the person: nothing more to do. Anything else: copy instead.
      if (error instanceof DOMException && error.name === "AbortError") return;
    }
  }
  await copy(url, "Link copied");
}
