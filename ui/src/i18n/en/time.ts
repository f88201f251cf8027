/** Times and lengths of time. */
export const time = {
  // Day chip and chat list, at most 12 characters.
  "time.today": "Today",
  // Day chip and chat list, at most 12 characters.
  "time.yesterday": "Yesterday",
  // A length of time, e.g. in "Trying again in 12 s", at most 8 characters.
  "time.seconds": "{count}\u00a0s",
  // A length of time, at most 8 characters.
  "time.minutes": "{count}\u00a0min",
  // A length of time, at most 8 characters.
  "time.hours": "{count}\u00a0h",
  // A length of time, at most 12 characters.
  "time.days": "{count, plural, one {# day} other {# days}}",
} as const;
