// A Space, people and snapshots for tests.

import type { OwnPlace, Role, Snapshot, Space, StagePerson } from "../src/types";

export const SPACE = "0197b3a0-0000-7000-8000-000000000001";
export const maya = { id: "1", handle: "maya", name: "Maya Kim", picture: "" };

export function person(id: string, role: Role, more: Partial<StagePerson> = {}): StagePerson {
  return { id, handle: `user${id}`, name: `User ${id}`, picture: "", role, muted: true, present: true, ...more };
}

export function space(change: Partial<Space> = {}): Space {
  return {
    id: SPACE,
    title: "Night talk",
    topics: [],
    description: "",
    language: "en",
    recording_wanted: false,
    captions_wanted: true,
    captions_masked: true,
    clips_allowed: true,
    rules: "",
    speak_policy: "everyone",
    message_policy: "everyone",
    guests_allowed: false,
    strict_messages: false,
    locked: false,
    state: "live",
    host: maya,
    scheduled_at: null,
    time_zone: "",
    series: null,
    started_at: "2026-11-21T10:00:00Z",
    ended_at: null,
    end_reason: "",
    host_absent_until: null,
    ticket: null,
    ...change,
  };
}

export function snapshot(change: Partial<Snapshot> = {}): Snapshot {
  return {
    space: space(),
    stage: [person("1", "host")],
    listeners: 3,
    waiting: 0,
    pins: [],
    me: null,
    queue: null,
    invitations: null,
    blocked_words: null,
    captions: { available: true, rough: true, worker: "absent" },
    recording: { on: false, since: null, trouble: "" },
    recording_consent: null,
    seq: 10,
    ...change,
  };
}

export function place(role: Role, can: string[] = [], change: Partial<OwnPlace> = {}): OwnPlace {
  return { role, muted: true, joined: true, connection: "c", request: null, invitation: null, can, ...change };
}
