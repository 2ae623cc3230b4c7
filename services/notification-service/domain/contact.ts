/** How somebody wants to be notified. */
export interface Preferences {
  readonly channels: {
    readonly email: boolean;
    readonly sms: boolean;
    readonly push: boolean;
    readonly inApp: boolean;
  };
  /** Local times, `HH:MM`; when `from` is later than `to`, the night between them. */
  readonly quietHours: { readonly enabled: boolean; readonly from: string; readonly to: string };
  /** IANA name. */
  readonly timeZone: string;
  /** At most this many notifications a day that disturb; without it, as many as there are. */
  readonly dailyCap?: number | undefined;
}

/** How to reach somebody. */
export interface Contact {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly phone?: string | undefined;
  readonly deviceTokens: readonly string[];
  readonly preferences: Preferences;
}

/** Where contacts are looked up. */
export interface Contacts {
  /**
   * @returns undefined when there is no such account
   * @throws when nobody can say
   */
  find(userId: string): Promise<Contact | undefined>;
}
