// What the player knows of its audio connection without loading LiveKit.

import { t } from "../lib/words";

/** `superseded`: the account joined from elsewhere. `thrown_out`: by the server, which then says why when asked. */
export type Lost = "superseded" | "thrown_out" | "lost";

export type MicFailure = "refused" | "missing" | "busy" | "other";

export type LinkEvents = {
  connected: undefined;
  reconnecting: undefined;
  lost: Lost;
  /** The browser plays nothing before a tap. */
  blocked: boolean;
  /** Whether the server lets this person be heard. */
  permitted: boolean;
  /** Identities of those who speak, loudest first. */
  speaking: string[];
  /** Sound arrives and is played. */
  heard: undefined;
  /** The microphone was taken back, by us, by the server, or because the device is gone. */
  unpublished: undefined;
};

/** What went wrong, of an error that opening a microphone raised (its names: Media Capture and Streams, 10.3.1). */
export function micFailure(error: unknown): MicFailure {
  switch ((error as { name?: string } | null)?.name) {
    case "NotAllowedError":
    case "SecurityError":
      return "refused";
    case "NotFoundError":
    // A remembered microphone that is not plugged in any more.
    case "OverconstrainedError":
      return "missing";
    case "NotReadableError":
    case "AbortError":
      return "busy";
    default:
      return "other";
  }
}

const MIC_WORDS: Record<MicFailure, string> = {
  refused:
    t("The browser does not let this page use the microphone. Allow it in the site settings beside the address, then tap the mic again."),
  missing: t("No microphone was found. Plug one in or choose another one under Sound settings, then tap the mic again."),
  busy: t("Another program is using the microphone. Close it there, then tap the mic again."),
  other: t("The microphone could not be started. Choose another one under Sound settings, or reload the page."),
};

const INSECURE = t("The microphone works only over https. Open this page by its https address.");

/** What to tell the person, and what they can do about it. */
export function micWords(failure: MicFailure, secure = true): string {
  return secure ? MIC_WORDS[failure] : INSECURE;
}
