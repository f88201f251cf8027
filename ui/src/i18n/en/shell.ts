/** Chat list, conversation, composer, details. */
export const shell = {} as const;
