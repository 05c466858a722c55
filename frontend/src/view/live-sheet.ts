// A sheet about the Space one is in: drawn again with each change of the room, closed when one is out of it.

import type { Parts } from "../room/parts";
import { openSheet } from "./dialogs";
import type { OpenDialog } from "./dialogs";

interface Options {
  name: string;
  title: string;
  body: (dialog: OpenDialog) => unknown;
  onClose?: () => void;
}

const open = new Map<string, OpenDialog>();

/** Open it; a sheet of this name that is open already stays, and is returned. */
export function openLiveSheet(parts: Parts, options: Options): OpenDialog {
  const standing = open.get(options.name);
  if (standing) return standing;
  const stops: (() => void)[] = [];
  const dialog = openSheet({
    ...options,
    onClose: () => {
      open.delete(options.name);
      for (const stop of stops) stop();
      options.onClose?.();
    },
  });
  open.set(options.name, dialog);
  dialog.element.tabIndex = -1;
  stops.push(
    parts.player.store.subscribe((state) => {
      if (state.phase !== "live") return dialog.close();
      dialog.update();
      // What had the focus may be gone (an answered request): the keys stay in the sheet, not behind it.
      if (document.activeElement === document.body) dialog.element.focus();
    }),
    parts.mutes.store.subscribe(() => dialog.update()),
  );
  // Whoever follows a link wants to see where it leads.
  dialog.element.addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || !event.target.closest("a[href]:not([target])")) return;
    closeSheets();
    // On the phone the room covers the page.
    if (!window.matchMedia("(min-width: 1024px)").matches) parts.player.openRoom(false);
  });
  return dialog;
}

export const isSheetOpen = (name: string): boolean => open.has(name);

export function closeSheet(name: string): void {
  open.get(name)?.close();
}

export function closeSheets(): void {
  for (const dialog of [...open.values()]) dialog.close();
}
