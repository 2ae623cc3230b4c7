import { ExpectedError } from '@quickbite/runtime/errors';
import type { LinkEnds } from '@quickbite/runtime/stack';
import { nearestName } from './nearest-name.js';

/** A `name=value` flag. */
interface Assignment {
  readonly name: string;
  readonly value: string;
}

const HIGHEST_PORT = 65_535;

/** Reads `--port name=4000`, given once or several times. */
export function parsePorts(values: readonly string[], names: readonly string[]): Record<string, number> {
  const ports: Record<string, number> = {};
  for (const text of values) {
    const { name, value } = split('--port', text, 'api-gateway=4000');
    checkName('--port', name, names);
    const port = Number(value);
    if (!/^\d+$/.test(value) || port < 1 || port > HIGHEST_PORT) {
      throw usage(
        `--port ${name} must be a whole number from 1 to ${HIGHEST_PORT}, not "${value}".`,
        `For example "--port ${name}=4000".`,
      );
    }
    ports[name] = port;
  }
  return ports;
}

/** Reads `--link from:to`, given once or several times. */
export function parseLinks(values: readonly string[], names: readonly string[]): LinkEnds[] {
  return values.map((text) => {
    const [from = '', to = '', ...more] = text.split(':');
    if (from === '' || to === '' || more.length > 0) {
      throw usage(`--link wants from:to, not "${text}".`, 'For example "--link restaurant-service:redis".');
    }
    checkName('--link', from, names);
    checkName('--link', to, names);
    return { from, to };
  });
}

/** Reads `--instances name=2`, given once or several times; the runtime checks the numbers. */
export function parseInstances(values: readonly string[], names: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    values.map((text) => {
      const { name, value } = split('--instances', text, 'api-gateway=2');
      checkName('--instances', name, names);
      if (/^\d+$/.test(value)) return [name, Number(value)];
      throw usage(
        `--instances ${name} must be a whole number, not "${value}".`,
        `For example "--instances ${name}=2".`,
      );
    }),
  );
}

/** Every name and those of its further instances, e.g. `api-gateway-2`. */
export function withInstanceNames(names: readonly string[], instances: Readonly<Record<string, number>>): string[] {
  const further = Object.entries(instances).flatMap(([name, count]) =>
    Array.from({ length: Math.max(0, count - 1) }, (_, index) => `${name}-${index + 2}`),
  );
  return [...names, ...further];
}

/** Reads `--engine redis=embedded`, given once or several times. */
export function parseEngines(
  values: readonly string[],
  names: readonly string[],
): Record<string, 'native' | 'embedded'> {
  const engines: Record<string, 'native' | 'embedded'> = {};
  for (const text of values) {
    const { name, value } = split('--engine', text, 'redis=embedded');
    checkName('--engine', name, names);
    if (value !== 'native' && value !== 'embedded') {
      throw usage(
        `--engine ${name} must be native or embedded, not "${value}".`,
        `For example "--engine ${name}=embedded".`,
      );
    }
    engines[name] = value;
  }
  return engines;
}

/**
 * Fails with the nearest known name when there is no such process.
 * @param where the flag or command that the name was given to
 */
export function checkName(where: string, name: string, names: readonly string[]): void {
  if (names.includes(name)) return;
  const meant = nearestName(name, names);
  throw usage(
    `${where}: there is no process "${name}".`,
    meant ? `Did you mean ${meant}?` : `Choose one of ${names.join(', ')}.`,
  );
}

function split(flag: string, text: string, example: string): Assignment {
  const at = text.indexOf('=');
  if (at < 1) throw usage(`${flag} wants name=value, not "${text}".`, `For example "${flag} ${example}".`);
  return { name: text.slice(0, at), value: text.slice(at + 1) };
}

const usage = (message: string, next: string): ExpectedError => new ExpectedError(message, { next, exitCode: 2 });
