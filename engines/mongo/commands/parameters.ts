/** What `setParameter` can change while the server runs. */
export interface Parameters {
  /** How long a cursor may be left alone. */
  cursorTimeoutMillis: number;
  ttlMonitorEnabled: boolean;
  /** mongod looks for expired documents every 60 seconds; a lab has less time. */
  ttlMonitorSleepSecs: number;
}

/** What a server starts with. */
export const PARAMETER_DEFAULTS: Parameters = {
  cursorTimeoutMillis: 600_000,
  ttlMonitorEnabled: true,
  ttlMonitorSleepSecs: 1,
};
