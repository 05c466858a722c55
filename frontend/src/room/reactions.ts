// The reactions one may tap (SPACES_REACTIONS; a test holds the two together).

export const REACTIONS: { kind: string; name: string }[] = [
  { kind: "❤️", name: "Heart" },
  { kind: "👏", name: "Clapping hands" },
  { kind: "😂", name: "Laughing" },
  { kind: "🔥", name: "Fire" },
  { kind: "💯", name: "Hundred points" },
  { kind: "🎉", name: "Party" },
  { kind: "👋", name: "Waving hand" },
  { kind: "✋", name: "Raised hand" },
  { kind: "✊", name: "Raised fist" },
  { kind: "✌️", name: "Victory hand" },
];
