import { z } from 'zod';
import type { Person } from '../../load/index.js';
import { defineScenario } from '../../protocol/index.js';
import type { ArmKnobs, ArmRun } from '../../protocol/index.js';
import { answerOfThePrediction, checksFor, explain, values } from './judgement.js';

const parameters = z.object({
  people: z.int().min(2).max(8).default(5).describe('how many sign out, each robbed of a token before'),
  triesMs: z.int().min(1_000).max(20_000).default(3_000).describe('for how long the thief goes on trying'),
});

const tokens = z.looseObject({ accessToken: z.string(), refreshToken: z.string() });
const claims = z.looseObject({ jti: z.string(), exp: z.number() });

const TRY_EVERY_MS = 200;
/** Devices of one person. */
const SESSIONS = 3;

/** What somebody got by signing in, and what a thief has copied. */
interface Session {
  readonly who: Person;
  readonly refreshToken: string;
  readonly jti: string;
  readonly expiresAt: number;
}

const asking = (revocation: boolean): ArmKnobs => ({ 'api-gateway': { 'auth.revocation': revocation } });

export const tokenRevocation = defineScenario({
  id: 'token-revocation',
  title: 'Revoked tokens',
  question: 'Somebody signs out. For how long does a copy of the access token still work?',
  summary:
    'People sign in, a thief copies their access tokens, and they sign out. A gateway that only verifies signatures lets the ' +
    'thief in until the tokens expire; one that asks Redis for the id of the token refuses from the next request on.',
  seconds: 25,
  concepts: ['token-revocation', 'refresh-tokens'],
  questions: ['how-do-you-log-out-with-jwt'],
  claims: ['jwt-cannot-be-revoked', 'revoked-tokens-are-stored-whole'],
  services: ['api-gateway', 'user-service', 'restaurant-service'],
  cast: { customers: 8 },
  parameters,
  defect: {
    file: 'services/api-gateway/dist/domain/authenticate.js',
    from: 'if (isRevoked) throw',
    to: 'if (false) throw',
    refutes: values.used,
  },

  arms: () => ({ undefended: asking(false), defended: asking(true) }),
  bars: [{ value: values.used }],

  prediction: {
    question: 'The gateway asks Redis at each request. When does the copied token stop to work?',
    options: ['when it expires', 'some seconds after the logout', 'with the next request'],
    answer: answerOfThePrediction,
  },

  async story(run, p) {
    const robbed = run.cast.customers.slice(0, p.people);
    const sessions: Session[] = [];

    await run.phase(
      'before',
      { what: `${String(p.people)} people sign in; the thief copies their tokens` },
      async () => {
        for (const who of robbed) sessions.push(await signIn(run, who));
        await count(run, values.before, sessions, (session) => works(run, session));
      },
    );

    await run.phase('logout', { what: 'they sign out' }, async () => {
      for (const { who, refreshToken } of sessions)
        (await run.api(who).post('/api/auth/logout', { refreshToken })).expect(204);
      const now = Date.now() / 1_000;
      run.record(values.validFor, Math.min(...sessions.map(({ expiresAt }) => Math.floor(expiresAt - now))), {
        samples: sessions.length,
      });
    });

    await run.phase('theft', { what: 'the thief tries again and again' }, async () => {
      const until = Date.now() + p.triesMs;
      const uses: boolean[] = [];
      while (Date.now() < until) {
        for (const session of sessions) uses.push(await works(run, session));
        await run.wait(TRY_EVERY_MS);
      }
      run.record(values.used, uses.filter(Boolean).length, { samples: uses.length });
      await count(run, values.refreshed, sessions, async ({ refreshToken }) => {
        const { status } = await run.api().post('/api/auth/refresh', { refreshToken });
        return status !== 401;
      });
    });

    await run.phase(
      'everywhere',
      { what: `one of them signs out on ${String(SESSIONS)} devices at once` },
      async () => {
        const [who] = robbed;
        const devices: Session[] = [];
        for (let n = 0; who && n < SESSIONS; n += 1) devices.push(await signIn(run, who));
        (await run.api(devices[0]?.who).post('/api/auth/logout-all')).expect(204);
        await count(run, values.usedEverywhere, devices, (session) => works(run, session));
        const again = who ? [await signIn(run, who)] : [];
        await count(run, values.again, again, (session) => works(run, session));
      },
    );

    await run.phase('notes', { what: 'what Redis keeps of it' }, async () => {
      const redis = await run.inside.redis();
      const lives: number[] = [];
      for (const { jti } of sessions) lives.push(await redis.pttl(`auth:revoked:${jti}`));
      // Negative where there is no such key, or one that never goes.
      const bounded = lives.filter((ms) => ms > 0);
      run.record(values.noted, bounded.length, { samples: lives.length });
      run.record(values.notedFor, Math.ceil(Math.max(...bounded) / 1_000), { samples: bounded.length });
    });
  },

  checks: checksFor,
  why: explain,
});

/** Signs somebody in on another device. The address is a new one each time, like that of the device. */
async function signIn(run: ArmRun, who: Person): Promise<Session> {
  const { email, password } = who;
  const answer = await run.api().post('/api/auth/login', { email, password });
  const { accessToken, refreshToken } = answer.expect(200).read(tokens);
  const [, payload = ''] = accessToken.split('.');
  const { jti, exp } = claims.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
  return { who: { ...who, token: accessToken }, refreshToken, jti, expiresAt: exp };
}

/** Whether the thief gets in, from wherever he is. */
async function works(run: ArmRun, { who: { token } }: Session): Promise<boolean> {
  const { status } = await run.api().get('/api/users/me', { headers: { authorization: `Bearer ${token}` } });
  return status === 200;
}

/** Keeps for how many it is so. */
async function count<T>(
  run: ArmRun,
  name: string,
  all: readonly T[],
  isSo: (one: T) => Promise<boolean>,
): Promise<void> {
  let found = 0;
  for (const one of all) if (await isSo(one)) found += 1;
  run.record(name, found, { samples: all.length });
}
