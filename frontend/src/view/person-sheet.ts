// One person in the Space, and what one may do: to them, about them, or only for oneself.

import { html, nothing } from "lit-html";
import { actsOn } from "../acts";
import type { Act } from "../acts";
import { ApiError, blockPerson, follow, profile, unblockPerson, unfollow } from "../api";
import { firstName } from "../lib/format";
import { t, tn } from "../lib/words";
import { viewer } from "../player/state";
import type { Parts } from "../room/parts";
import { placeOnStage } from "../space-state";
import type { Person, Profile, Role } from "../types";
import { sameUser } from "../types";
import { act } from "./act";
import { ask } from "./dialogs";
import { icon } from "./icons";
import type { IconName } from "./icons";
import { closeSheet, closeSheets, openLiveSheet } from "./live-sheet";
import { menu } from "./menu";
import type { MenuItem } from "./menu";
import { avatar, messagePath, profilePath } from "./person";
import { openReport } from "./report";
import { openTip } from "./tip-sheet";
import { toast } from "./toasts";

export const ROLE_WORDS: Record<Role, string> = { host: t("Host"), cohost: t("Co-host"), speaker: t("Speaker"), listener: t("Listening") };

const ACT_ICONS: Record<Act, IconName> = {
  "stage.mute": "mic-off",
  "stage.invite": "mic",
  "stage.invite_cohost": "star",
  "stage.invite_withdraw": "close",
  "stage.move_to_listeners": "step-down",
  "space.hand_over": "swap",
  "space.remove": "user-minus",
  "stage.step_down": "step-down",
};

function actLabel(one: Act, name: string): string {
  switch (one) {
    case "stage.mute":
      return t("Mute {name}", { name });
    case "stage.invite":
      return t("Invite to speak");
    case "stage.invite_cohost":
      return t("Invite as co-host");
    case "stage.invite_withdraw":
      return t("Take the invitation back");
    case "stage.move_to_listeners":
      return t("Move to the listeners");
    case "space.hand_over":
      return t("Make {name} the host", { name });
    case "space.remove":
      return t("Remove {name} from the Space", { name });
    case "stage.step_down":
      return t("Step down and listen");
  }
}

const DONE: Partial<Record<Act, (name: string) => string>> = {
  "stage.invite": (name) => t("{name} is invited to speak.", { name }),
  "stage.invite_cohost": (name) => t("{name} is invited as co-host.", { name }),
};

/** Make somebody the host, after asking. Returns whether it was done. */
export async function handOver(parts: Parts, person: Person): Promise<boolean> {
  const name = firstName(person.name);
  const answer = await ask({
    name: "hand-over",
    title: t("Make {name} the host?", { name }),
    text: t("{name} runs this Space from then on, and alone can end it. You stay on stage, and cannot take it back yourself.", { name }),
    choices: [{ value: "yes", label: t("Make {name} the host", { name }) }],
    stay: t("Stay the host"),
  });
  return answer === "yes" && act(parts.player, "space.hand_over", { user: person.id });
}

async function remove(parts: Parts, person: Person): Promise<boolean> {
  const name = firstName(person.name);
  const answer = await ask({
    name: "remove",
    title: t("Remove {name}?", { name }),
    text: t("{name} is out at once and cannot come back to this Space. This cannot be undone.", { name }),
    choices: [{ value: "yes", label: t("Remove {name}", { name }), kind: "danger" }],
    stay: t("Cancel"),
  });
  return answer === "yes" && act(parts.player, "space.remove", { user: person.id });
}

async function run(parts: Parts, one: Act, person: Person): Promise<void> {
  const { player } = parts;
  let done: boolean;
  switch (one) {
    case "space.remove":
      done = await remove(parts, person);
      break;
    case "space.hand_over":
      done = await handOver(parts, person);
      break;
    case "stage.step_down":
      done = await act(player, one);
      break;
    case "stage.invite_cohost":
      done = await act(player, "stage.invite", { user: person.id, role: "cohost" });
      break;
    default:
      done = await act(player, one, { user: person.id });
  }
  if (!done) return;
  const words = DONE[one]?.(firstName(person.name));
  if (words) toast(words);
  closeSheet("person");
}

/** Block somebody, after asking; or block them no more. Returns whether it was done. */
async function block(person: Person, blocked: boolean): Promise<boolean> {
  const name = firstName(person.name);
  if (blocked) {
    const answer = await ask({
      name: "block",
      title: t("Block {name}?", { name }),
      text: t("Neither of you will see or be able to write to the other, and you stop following each other. They are not told."),
      choices: [{ value: "yes", label: t("Block {name}", { name }), kind: "danger" }],
      stay: t("Cancel"),
    });
    if (answer !== "yes") return false;
  }
  try {
    await (blocked ? blockPerson(person.handle) : unblockPerson(person.handle));
    toast(blocked ? t("You blocked {name}.", { name }) : t("{name} is no longer blocked.", { name }));
    return true;
  } catch (error) {
    toast(error instanceof ApiError ? error.message : t("That did not work. Try again."), { kind: "error" });
    return false;
  }
}

function forMyself(parts: Parts, person: Person): MenuItem[] {
  const { mutes } = parts;
  // Whoever is blocked is not heard anyway.
  if (mutes.isBlocked(person.id)) return [];
  const muted = mutes.isMuted(person.id);
  const name = firstName(person.name);
  return [
    {
      name: "person.mute",
      label: muted ? t("Hear {name} again", { name }) : t("Mute for me only"),
      icon: muted ? "volume" : "volume-off",
      ...(muted ? {} : { hint: t("Nobody else notices, {name} neither.", { name }) }),
      run: () =>
        void mutes.set(person, !muted).catch((error: unknown) => {
          toast(error instanceof ApiError ? error.message : t("That did not work. Try again."), { kind: "error" });
        }),
    },
  ];
}

/** A tap on somebody, anywhere in the room. */
export function openPerson(parts: Parts, person: Person): void {
  let known: Profile | null = null;
  let busy = false;
  const { player } = parts;
  const me = sameUser(person.id, viewer());

  const toggleFollow = async (update: () => void) => {
    if (!known || busy) return;
    busy = true;
    try {
      await (known.is_following ? unfollow(person.handle) : follow(person.handle));
      known = {
        ...known,
        is_following: !known.is_following,
        follower_count: known.follower_count + (known.is_following ? -1 : 1),
      };
    } catch (error) {
      toast(error instanceof ApiError ? error.message : t("That did not work. Try again."), { kind: "error" });
    }
    busy = false;
    update();
  };

  const tip = (to: Person) => {
    closeSheet("person");
    openTip(parts, to);
  };

  const isBlocked = () => known?.is_blocked ?? parts.mutes.isBlocked(person.id);

  const toggleBlock = async (update: () => void) => {
    const blocked = !isBlocked();
    if (!(await block(person, blocked))) return;
    if (known) known = { ...known, is_blocked: blocked, is_following: false };
    update();
  };

  // There from the start: what comes later would move the items below from under a thumb.
  const blockItem = (update: () => void): MenuItem => {
    const name = firstName(person.name);
    return isBlocked()
      ? { name: "person.unblock", label: t("Unblock {name}", { name }), icon: "block", run: () => void toggleBlock(update) }
      : { name: "person.block", label: t("Block {name}", { name }), icon: "block", kind: "danger", run: () => void toggleBlock(update) };
  };

  const reportItem: MenuItem = {
    name: "person.report",
    label: t("Report {name}", { name: firstName(person.name) }),
    icon: "flag",
    run: () => openReport({ kind: "person", id: person.id, name: person.name, handle: known?.is_blocked ? "" : person.handle }),
  };

  const followButton = (update: () => void) => {
    if (me || !viewer() || known?.is_blocked) return nothing;
    const following = known?.is_following ?? false;
    return html`<button
      type="button"
      class=${following ? "button button--quiet" : "button"}
      data-act="follow"
      aria-pressed=${String(following)}
      ?disabled=${!known}
      @click=${() => void toggleFollow(update)}
    >
      ${following ? t("Following") : t("Follow")}
    </button>`;
  };

  const dialog = openLiveSheet(parts, {
    name: "person",
    title: me ? t("You") : firstName(person.name),
    body: ({ update }) => {
      const { snapshot } = player.state;
      if (!snapshot) return nothing;
      const role = placeOnStage(snapshot, person.id)?.role ?? "listener";
      const invited = snapshot.invitations?.some((one) => sameUser(one.id, person.id));
      const name = firstName(person.name);
      const acts = actsOn(snapshot, person, viewer()).map(
        (one): MenuItem => ({
          name: one,
          label: actLabel(one, name),
          icon: ACT_ICONS[one],
          ...(one === "space.remove" ? { kind: "danger" } : {}),
          run: () => void run(parts, one, person),
        }),
      );
      return html`<div class="who">
          ${avatar(person, 72)}
          <div class="who__text">
            <p class="who__name">${person.name}</p>
            <p class="muted small"><bdi>@${person.handle}</bdi> · ${invited ? t("Invited") : ROLE_WORDS[role]}</p>
            <p class="muted small number">${known ? tn("{count} follower", "{count} followers", known.follower_count) : "\u00a0"}</p>
          </div>
        </div>
        <div class="who__actions">
          ${followButton(update)}
          ${me || !viewer() || known?.is_blocked
            ? nothing
            : html`<a class="button button--quiet" data-act="message" href=${messagePath(person)}>${icon("mail")}${t("Message")}</a>`}
          <a class="button button--quiet" href=${profilePath(person)} @click=${closeSheets}>${icon("user")}${t("Profile")}</a>
          ${parts.tipping.takes(person)
            ? html`<button type="button" class="button button--quiet" data-act="tip" @click=${() => tip(person)}>${icon("gift")}${t("Tip")}</button>`
            : nothing}
        </div>
        ${menu(acts.filter((one) => one.kind !== "danger"))}
        ${me || !viewer() ? nothing : menu([...forMyself(parts, person), blockItem(update), reportItem, ...acts.filter((one) => one.kind === "danger")])}`;
    },
  });
  void profile(person.handle)
    .then((answer) => {
      known = answer;
      dialog.update();
    })
    .catch(() => undefined);
}
