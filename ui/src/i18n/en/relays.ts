export const relays = {} as const;
