// What can be wrong, as moderation/report_words.py has it (a test holds the two together).

import type { Report } from "./api";
import { t } from "./lib/words";

export const CATEGORIES: readonly { value: Report["category"]; label: string; hint: string }[] = [
  { value: "abuse", label: t("Abuse or harassment"), hint: t("Insults, bullying, sexual remarks, following somebody about") },
  { value: "hate", label: t("Hate"), hint: t("Against people for their origin, faith, sex, orientation or disability") },
  { value: "threats", label: t("Threats or violence"), hint: t("Announcing, asking for or praising violence") },
  { value: "spam", label: t("Spam or fraud"), hint: t("Unwanted advertising, fraud, fake links") },
  { value: "minors", label: t("Harm to minors"), hint: t("Anything that endangers or sexualises a child") },
  { value: "self_harm", label: t("Self-harm or suicide"), hint: t("Somebody may harm themselves, or others are urged to") },
  { value: "impersonation", label: t("Impersonation"), hint: t("Pretending to be somebody else") },
  { value: "copyright", label: t("Copyright"), hint: t("Using work that belongs to somebody else") },
  { value: "other", label: t("Something else"), hint: t("Tell us in your own words") },
];
