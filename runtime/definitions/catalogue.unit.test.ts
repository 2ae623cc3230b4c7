import { describe, expect, it } from 'vitest';
import { mentionedProcesses } from '../stack/placeholders.js';
import { catalogue } from './catalogue.js';

describe('the catalogue', () => {
  it('names each process and each port once', () => {
    expect(new Set(catalogue.map(({ name }) => name)).size).toBe(catalogue.length);
    expect(new Set(catalogue.map(({ port }) => port)).size).toBe(catalogue.length);
  });

  it('mentions and depends on nothing that is not in it', () => {
    const names = catalogue.map(({ name }) => name);
    for (const def of catalogue) {
      expect(names).toEqual(expect.arrayContaining([...def.dependsOn, ...mentionedProcesses(Object.values(def.env))]));
    }
  });

  it('starts every engine that a service is told the address of before that service', () => {
    const engines = catalogue.filter(({ kind }) => kind === 'engine').map(({ name }) => name);
    for (const def of catalogue.filter(({ kind }) => kind === 'service')) {
      const told = mentionedProcesses(Object.values(def.env)).filter((name) => engines.includes(name));
      expect([...def.dependsOn].sort()).toEqual(told.sort());
    }
  });

  it('gives each service a database of its own', () => {
    const databases = catalogue.flatMap(({ env }) => env['MONGO_URL'] ?? []);
    expect(databases).toHaveLength(5);
    expect(new Set(databases).size).toBe(5);
  });

  it('makes the gateway wait for no service: it answers whatever they do', () => {
    expect(catalogue.find(({ name }) => name === 'api-gateway')?.dependsOn).toEqual(['redis']);
  });
});
