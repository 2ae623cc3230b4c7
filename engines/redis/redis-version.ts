/** The Redis whose behaviour and wording this server follows. */
export const REDIS_VERSION = '7.0.15';
