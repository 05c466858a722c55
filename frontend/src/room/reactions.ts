// The reactions one may tap (SPACES_REACTIONS; a test holds the two together).

import { t } from "../lib/words";

export const REACTIONS: { kind: string; name: string }[] = [
  { kind: "❤️", name: t("Heart") },
  { kind: "👏", name: t("Clapping hands") },
  { kind: "😂", name: t("Laughing") },
  { kind: "🔥", name: t("Fire") },
  { kind: "💯", name: t("Hundred points") },
  { kind: "🎉", name: t("Party") },
  { kind: "👋", name: t("Waving hand") },
  { kind: "✋", name: t("Raised hand") },
  { kind: "✊", name: t("Raised fist") },
  { kind: "✌️", name: t("Victory hand") },
];
