// One person in the Space, and what one may do: to them, about them, or only for oneself.

import { html, nothing } from "lit-html";
import { actsOn } from "../acts";
import type { Act } from "../acts";
import { ApiError, blockPerson, follow, profile, unblockPerson, unfollow } from "../api";
import { firstName, plural } from "../lib/format";
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

export const ROLE_WORDS: Record<Role, string> = { host: "Host", cohost: "Co-host", speaker: "Speaker", listener: "Listening" };

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
      return `Mute ${name}`;
    case "stage.invite":
      return "Invite to speak";
    case "stage.invite_cohost":
      return "Invite as co-host";
    case "stage.invite_withdraw":
      return "Take the invitation back";
    case "stage.move_to_listeners":
      return "Move to the listeners";
    case "space.hand_over":
      return `Make ${name} the host`;
    case "space.remove":
      return `Remove ${name} from the Space`;
    case "stage.step_down":
      return "Step down and listen";
  }
}

const DONE: Partial<Record<Act, (name: string) => string>> = {
  "stage.invite": (name) => `${name} is invited to speak.`,
  "stage.invite_cohost": (name) => `${name} is invited as co-host.`,
};

/** Make somebody the host, after asking. Returns whether it was done. */
export async function handOver(parts: Parts, person: Person): Promise<boolean> {
  const name = firstName(person.name);
  const answer = await ask({
    name: "hand-over",
    title: `Make ${name} the host?`,
    text: `${name} runs this Space from then on, and alone can end it. You stay on stage, and cannot take it back yourself.`,
    choices: [{ value: "yes", label: `Make ${name} the host` }],
    stay: "Stay the host",
  });
  return answer === "yes" && act(parts.player, "space.hand_over", { user: person.id });
}

async function remove(parts: Parts, person: Person): Promise<boolean> {
  const name = firstName(person.name);
  const answer = await ask({
    name: "remove",
    title: `Remove ${name}?`,
    text: `${name} is out at once and cannot come back to this Space. This cannot be undone.`,
    choices: [{ value: "yes", label: `Remove ${name}`, kind: "danger" }],
    stay: "Cancel",
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
      title: `Block ${name}?`,
      text: "Neither of you will see or be able to write to the other, and you stop following each other. They are not told.",
      choices: [{ value: "yes", label: `Block ${name}`, kind: "danger" }],
      stay: "Cancel",
    });
    if (answer !== "yes") return false;
  }
  try {
    await (blocked ? blockPerson(person.handle) : unblockPerson(person.handle));
    toast(blocked ? `You blocked ${name}.` : `${name} is no longer blocked.`);
    return true;
  } catch (error) {
    toast(error instanceof ApiError ? error.message : "That did not work. Try again.", { kind: "error" });
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
      label: muted ? `Hear ${name} again` : "Mute for me only",
      icon: muted ? "volume" : "volume-off",
      ...(muted ? {} : { hint: `Nobody else notices, ${name} neither.` }),
      run: () =>
        void mutes.set(person, !muted).catch((error: unknown) => {
          toast(error instanceof ApiError ? error.message : "That did not work. Try again.", { kind: "error" });
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
      toast(error instanceof ApiError ? error.message : "That did not work. Try again.", { kind: "error" });
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
      ? { name: "person.unblock", label: `Unblock ${name}`, icon: "block", run: () => void toggleBlock(update) }
      : { name: "person.block", label: `Block ${name}`, icon: "block", kind: "danger", run: () => void toggleBlock(update) };
  };

  const reportItem: MenuItem = {
    name: "person.report",
    label: `Report ${firstName(person.name)}`,
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
      ${following ? "Following" : "Follow"}
    </button>`;
  };

  const dialog = openLiveSheet(parts, {
    name: "person",
    title: me ? "You" : firstName(person.name),
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
            <p class="muted small">@${person.handle} · ${invited ? "Invited" : ROLE_WORDS[role]}</p>
            <p class="muted small number">${known ? plural(known.follower_count, "follower", "followers") : "\u00a0"}</p>
          </div>
        </div>
        <div class="who__actions">
          ${followButton(update)}
          ${me || !viewer() || known?.is_blocked
            ? nothing
            : html`<a class="button button--quiet" data-act="message" href=${messagePath(person)}>${icon("mail")}Message</a>`}
          <a class="button button--quiet" href=${profilePath(person)} @click=${closeSheets}>${icon("user")}Profile</a>
          ${parts.tipping.takes(person)
            ? html`<button type="button" class="button button--quiet" data-act="tip" @click=${() => tip(person)}>${icon("gift")}Tip</button>`
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
