/** The ways in which a notification can reach somebody. */
export type Channel = 'email' | 'sms' | 'push' | 'inApp';

/** How somebody wants to be notified. */
export interface Preferences {
  readonly channels: Readonly<Record<Channel, boolean>>;
  /** Opt-in: offers and news. What concerns an own order is not marketing. */
  readonly marketing: boolean;
  /** Local times, `HH:MM`; when `from` is later than `to`, the night between them. */
  readonly quietHours: { readonly enabled: boolean; readonly from: string; readonly to: string };
  /** IANA name of the zone that `quietHours` and the day of `dailyCap` are in. */
  readonly timeZone: string;
  /** At most this many notifications a day over all channels; without it, as many as there are. */
  readonly dailyCap?: number;
}

/** What somebody has who never chose: what is free and expected is on, what costs or disturbs is opt-in. */
export const defaultPreferences: Preferences = {
  channels: { email: true, sms: false, push: true, inApp: true },
  marketing: false,
  quietHours: { enabled: false, from: '22:00', to: '08:00' },
  timeZone: 'UTC',
};
