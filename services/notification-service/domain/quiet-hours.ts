import type { Preferences } from './contact.js';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;

/**
 * When somebody may be disturbed again; undefined when it is not quiet now. Local time decides, also over the nights in which
 * summer time begins or ends.
 */
export function quietUntil({ quietHours, timeZone }: Preferences, now: Date): Date | undefined {
  if (!quietHours.enabled) return undefined;
  const [from, to] = [minutesOf(quietHours.from), minutesOf(quietHours.to)];
  const isQuiet = (minute: number): boolean =>
    from <= to ? minute >= from && minute < to : minute >= from || minute < to;
  const local = minuteOfDay(now, timeZone);
  if (!isQuiet(local)) return undefined;

  const thisMinute = Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS;
  const wait = (to - local + DAY_MINUTES) % DAY_MINUTES;
  const end = new Date(thisMinute + wait * MINUTE_MS);
  // The clocks may have changed in between: then it is not `to` o'clock there.
  const shift = ((minuteOfDay(end, timeZone) - to + 1.5 * DAY_MINUTES) % DAY_MINUTES) - DAY_MINUTES / 2;
  const corrected = new Date(end.getTime() - shift * MINUTE_MS);
  // A time that the clocks skip never comes: the first one after it ends the quiet.
  return isQuiet(minuteOfDay(corrected, timeZone)) ? end : corrected;
}

/** The local date, `YYYY-MM-DD`. */
export function localDay(now: Date, timeZone: string): string {
  return dayIn(timeZone).format(now);
}

/** A format takes longer to make than a hundred dates to write, and is asked for with each message. There are as many as time zones. */
function kept(make: (timeZone: string) => Intl.DateTimeFormat): (timeZone: string) => Intl.DateTimeFormat {
  const formats = new Map<string, Intl.DateTimeFormat>();
  return (timeZone) => {
    const format = formats.get(timeZone) ?? make(timeZone);
    formats.set(timeZone, format);
    return format;
  };
}

const dayIn = kept((timeZone) => new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }));
const minuteIn = kept(
  (timeZone) => new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
);

function minuteOfDay(at: Date, timeZone: string): number {
  return minutesOf(minuteIn(timeZone).format(at));
}

function minutesOf(time: string): number {
  const [hours = '', minutes = ''] = time.split(':');
  return Number(hours) * 60 + Number(minutes);
}
