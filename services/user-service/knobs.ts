/** None yet: nothing of this service can be switched off for a lesson without giving accounts away. */
export const knobs = {} as const;
