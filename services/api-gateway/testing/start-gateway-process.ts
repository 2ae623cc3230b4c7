import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { IDENTITY_SECRET, JWT_SECRET, LAB_KEY } from './start-test-gateway.js';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** A gateway that runs as a process of its own, as in a stack. */
export interface GatewayProcess {
  readonly url: string;
  /** Bytes of memory that it occupies now. */
  memory(): Promise<number>;
  /** Changes knobs through the lab's endpoint. */
  setKnobs(knobs: Readonly<Record<string, unknown>>): Promise<void>;
  /** Sends SIGTERM. @returns the exit code, null when it had to be killed */
  stop(): Promise<number | null>;
}

/** Starts one in front of an upstream that stands for all. Needs a build. */
export async function startGatewayProcess(options: {
  readonly upstream: string;
  readonly redisUrl: string;
  readonly env?: Readonly<Record<string, string>>;
}): Promise<GatewayProcess> {
  const { upstream, redisUrl, env = {} } = options;
  const child = spawn(process.execPath, [MAIN], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PORT: '0',
      QUICKBITE_LAB_KEY: LAB_KEY,
      QUICKBITE_VALIDATE_ANSWERS: 'true',
      JWT_SECRET,
      IDENTITY_SECRET,
      REDIS_URL: redisUrl,
      REDIS_TIMEOUT_MS: '2000',
      USER_SERVICE_URL: upstream,
      RESTAURANT_SERVICE_URL: upstream,
      ORDER_SERVICE_URL: upstream,
      DRIVER_SERVICE_URL: upstream,
      NOTIFICATION_SERVICE_URL: upstream,
      ...env,
    },
  });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const url = `http://127.0.0.1:${await portOf(child.stdout)}`;
  child.stdout.resume();
  const process_: GatewayProcess = {
    url,
    async memory() {
      const text = await (await fetch(`${url}/metrics`)).text();
      return Number(/^process_resident_memory_bytes(?:\{.*\})? (\d+)/m.exec(text)?.[1]);
    },
    async setKnobs(knobs) {
      const response = await fetch(`${url}/internal/knobs`, {
        method: 'PUT',
        headers: { 'x-lab-key': LAB_KEY, 'content-type': 'application/json' },
        body: JSON.stringify(knobs),
      });
      if (!response.ok) throw new Error(await response.text());
    },
    async stop() {
      child.kill('SIGTERM');
      const [code] = await exited;
      return code;
    },
  };
  await process_.setKnobs({ 'rateLimit.enabled': false });
  return process_;
}

async function portOf(output: NodeJS.ReadableStream): Promise<number> {
  for await (const line of createInterface({ input: output })) {
    const port = /"message":"listening".*"port":(\d+)/.exec(line)?.[1];
    if (port !== undefined) return Number(port);
  }
  throw new Error(`expected ${MAIN} to listen, but it ended. Build first: node launcher/dev.cjs build`);
}
