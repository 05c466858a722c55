// The only module that knows LiveKit; loaded when somebody may soon listen (it is most of what is downloaded).

import {
  ConnectionState,
  DisconnectReason,
  LogLevel,
  Room,
  RoomEvent,
  Track,
  setLogLevel,
} from "livekit-client";
import type { RemoteTrack, RoomOptions } from "livekit-client";
import { Emitter } from "../lib/events";
import type { AudioAccess } from "../types";
import type { LinkEvents, Lost } from "./link-types";

setLogLevel(LogLevel.warn);

function lostReason(reason: DisconnectReason | undefined): Lost {
  switch (reason) {
    case DisconnectReason.DUPLICATE_IDENTITY:
      return "superseded";
    case DisconnectReason.ROOM_DELETED:
    case DisconnectReason.PARTICIPANT_REMOVED:
      return "thrown_out";
    default:
      return "lost";
  }
}

/** One connection to one LiveKit room. Closed once, never reused. */
export class AudioLink extends Emitter<LinkEvents> {
  private readonly room: Room;
  private readonly sinks = document.createElement("div");
  private silenced: ReadonlySet<string> = new Set();
  private closed = false;
  private publishing: Promise<unknown> = Promise.resolve();

  constructor(
    readonly roomName: string,
    devices: { input: string; output: string },
  ) {
    super();
    const options: RoomOptions = {
      audioCaptureDefaults: {
        echoCancellation: true,
        noiseSuppression: true,
        autoGainControl: true,
        ...(devices.input ? { deviceId: { ideal: devices.input } } : {}),
      },
      ...(devices.output ? { audioOutput: { deviceId: devices.output } } : {}),
    };
    this.room = new Room(options);
    this.sinks.hidden = true;
    this.sinks.dataset["audioSinks"] = "";
    this.listen();
  }

  async connect(access: AudioAccess): Promise<void> {
    document.body.append(this.sinks);
    await this.room.connect(access.url, access.token, { autoSubscribe: true, maxRetries: 1 });
    this.emit("connected", undefined);
    this.emit("permitted", this.mayPublish);
  }

  get isConnected(): boolean {
    return this.room.state === ConnectionState.Connected;
  }

  get mayPublish(): boolean {
    return this.room.localParticipant.permissions?.canPublish ?? false;
  }

  /** Open or silence the microphone; publishes it the first time. Raises what the browser raises. */
  async setMicrophone(on: boolean): Promise<void> {
    // One after the other: LiveKit publishes twice when asked twice at once.
    const turn = this.publishing.then(() => this.room.localParticipant.setMicrophoneEnabled(on));
    this.publishing = turn.catch(() => undefined);
    await turn;
  }

  /** Take the microphone back (the browser's recording sign goes out). */
  async unpublish(): Promise<void> {
    const turn = this.publishing.then(async () => {
      const track = this.room.localParticipant.getTrackPublication(Track.Source.Microphone)?.audioTrack;
      if (track) await this.room.localParticipant.unpublishTrack(track, true);
    });
    this.publishing = turn.catch(() => undefined);
    await turn;
  }

  /** Start what the browser held back; must run inside a tap. */
  async startAudio(): Promise<void> {
    await this.room.startAudio();
    // Which opens all that it starts.
    this.silence(this.silenced);
  }

  /** Play nothing of these identities; whoever is no longer among them is heard again. */
  silence(identities: ReadonlySet<string>): void {
    this.silenced = identities;
    for (const element of this.sinks.querySelectorAll<HTMLMediaElement>("[data-identity]")) {
      element.muted = identities.has(element.dataset["identity"] ?? "");
    }
  }

  async useDevice(kind: "audioinput" | "audiooutput", deviceId: string): Promise<void> {
    await this.room.switchActiveDevice(kind, deviceId || "default");
  }

  /** Loudness (0 to 1) of whoever is heard, oneself among them, by identity. */
  levels(): Map<string, number> {
    const levels = new Map<string, number>();
    for (const person of [this.room.localParticipant, ...this.room.remoteParticipants.values()]) {
      if (person.isSpeaking) levels.set(person.identity, person.audioLevel);
    }
    return levels;
  }

  async close(): Promise<void> {
    this.closed = true;
    this.sinks.remove();
    await this.room.disconnect();
  }

  private listen(): void {
    const { room } = this;
    room.on(RoomEvent.Reconnecting, () => this.tell("reconnecting", undefined));
    room.on(RoomEvent.SignalReconnecting, () => this.tell("reconnecting", undefined));
    room.on(RoomEvent.Reconnected, () => this.tell("connected", undefined));
    room.on(RoomEvent.Disconnected, (reason) => {
      this.sinks.remove();
      if (reason !== DisconnectReason.CLIENT_INITIATED) this.tell("lost", lostReason(reason));
    });
    room.on(RoomEvent.AudioPlaybackStatusChanged, () => this.tell("blocked", !room.canPlaybackAudio));
    room.on(RoomEvent.ActiveSpeakersChanged, (speakers) => {
      this.tell(
        "speaking",
        speakers.map((person) => person.identity),
      );
    });
    room.on(RoomEvent.ParticipantPermissionsChanged, (_before, participant) => {
      if (participant === room.localParticipant) this.tell("permitted", this.mayPublish);
    });
    room.on(RoomEvent.LocalTrackUnpublished, () => this.tell("unpublished", undefined));
    room.on(RoomEvent.TrackSubscribed, (track, _publication, participant) => this.attach(track, participant.identity));
    room.on(RoomEvent.TrackUnsubscribed, (track) => {
      for (const element of track.detach()) element.remove();
    });
  }

  private tell<Name extends keyof LinkEvents>(name: Name, value: LinkEvents[Name]): void {
    if (!this.closed) this.emit(name, value);
  }

  private attach(track: RemoteTrack, identity: string): void {
    if (track.kind !== Track.Kind.Audio) return;
    const element = track.attach();
    element.dataset["identity"] = identity;
    element.muted = this.silenced.has(identity);
    this.sinks.append(element);
    const { mediaStreamTrack } = track;
    // A remote track is "muted" until its first packet is there.
    const heard = () => {
      if (!mediaStreamTrack.muted && !element.paused) this.tell("heard", undefined);
    };
    mediaStreamTrack.addEventListener("unmute", heard);
    element.addEventListener("playing", heard);
    heard();
  }
}
