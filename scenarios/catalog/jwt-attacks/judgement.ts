import { exactly } from '../../protocol/index.js';
import type { ArmMeasurements, ArmName, Check, MeasuredArms } from '../../protocol/index.js';
import type { Attack } from './forgeries.js';

/** What is measured of the victims themselves. */
export const GENUINE = 'genuine tokens that work';

/** What the gateway looks at, in words. */
export const variants = {
  unpinned: 'algorithm not pinned',
  unread: 'claims not verified',
  checked: 'all checked',
} as const;
type Variant = (typeof variants)[keyof typeof variants];

const UNSIGNED: readonly Attack[] = ['unsigned (alg none)'];
const MISUSED: readonly Attack[] = ['expired an hour ago', 'made for another audience', 'made by another issuer'];
const FAKED: readonly Attack[] = ['signed with another key', 'promoted to admin'];
const STOLEN: Attack = 'signed with the stolen key';

interface Parameters {
  readonly victims: number;
}

/** The checks of a run. Exact: an attack on a token either works each time or never. */
export function checksFor({ victims }: Parameters): readonly Check[] {
  const expectation =
    (arm: ArmName, variant: Variant, wanted: number, named?: string) =>
    (attack: string): Check => ({
      arm,
      name: named === undefined ? attack : `${attack}, ${named}`,
      target: exactly(wanted),
      minSamples: victims,
      measure: (m) => m.variant(variant).value(attack),
    });
  const undefended = (variant: Variant, wanted: number) => expectation('undefended', variant, wanted, variant);
  const defended = (wanted: number) => expectation('defended', variants.checked, wanted);
  return [
    ...UNSIGNED.map(undefended(variants.unpinned, victims)),
    ...MISUSED.map(undefended(variants.unpinned, 0)),
    ...MISUSED.map(undefended(variants.unread, victims)),
    // The signature is verified in either form.
    ...FAKED.flatMap((attack) => [undefended(variants.unpinned, 0)(attack), undefended(variants.unread, 0)(attack)]),
    ...[...UNSIGNED, ...MISUSED, ...FAKED].map(defended(0)),
    // What no check can see: this is why keys are rotated, and why services that only verify get a public one.
    defended(victims)(STOLEN),
    defended(victims)(GENUINE),
  ];
}

/** Why it came out so, with the numbers of this run. */
export function explain({ undefended, defended }: MeasuredArms, { victims }: Parameters): readonly [string, string] {
  const of = (m: ArmMeasurements, variant: Variant, attack: Attack): string =>
    String(m.variant(variant).value(attack).value ?? 'an unknown number');
  const refused = [...UNSIGNED, ...MISUSED, ...FAKED];
  const passed = refused.reduce(
    (sum, attack) => sum + Number(defended.variant(variants.checked).value(attack).value),
    0,
  );
  return [
    `A gateway that lets the token name its algorithm opened ${of(undefended, variants.unpinned, 'unsigned (alg none)')} of ${String(victims)} accounts to tokens without a signature; one that verifies the signature alone opened ${of(undefended, variants.unread, 'expired an hour ago')} to expired ones and ${of(undefended, variants.unread, 'made for another audience')} to those made for another audience.`,
    `With algorithm, issuer, audience and expiry checked ${String(passed)} of ${String(refused.length * victims)} such tokens passed, and ${of(defended, variants.checked, STOLEN)} of ${String(victims)} of who had stolen the key: a signature says who holds the key, and nothing more.`,
  ];
}

/** 0: only who is signed in; 1: also old tokens and those for others; 2: anybody. */
export function answerOfThePrediction({ undefended }: MeasuredArms): number {
  const m = undefended.variant(variants.unread);
  const passes = (attacks: readonly Attack[]): boolean => attacks.some((attack) => m.value(attack).value !== 0);
  if (passes([...UNSIGNED, ...FAKED])) return 2;
  return passes(MISUSED) ? 1 : 0;
}
