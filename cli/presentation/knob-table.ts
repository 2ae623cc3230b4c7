import type { Knob, ServiceKnobs } from '@quickbite/scenarios/probes';
import { renderTable } from './table.js';
import type { Theme } from './theme.js';

/** The knobs of one service: what they are now beside their defaults, changed ones marked. */
export function renderKnobs({ service, running, knobs }: ServiceKnobs, theme: Theme): string {
  const head = `${theme.heading(service)} ${theme.muted(running ? 'as it runs now' : 'not running: the defaults')}`;
  if (knobs.length === 0) return `${head}\n  no knobs`;
  const rows = knobs.map((knob) => {
    const changed = isChanged(knob);
    return [
      changed ? theme.warn(theme.symbols.bullet) : '',
      theme.strong(knob.name),
      changed ? theme.warn(text(knob.value)) : text(knob.value),
      theme.muted(text(knob.default)),
      knob.description,
    ];
  });
  const columns = [
    { title: '' },
    { title: 'knob' },
    { title: 'value' },
    { title: 'default' },
    { title: 'what it does' },
  ];
  return `${head}\n${renderTable(theme, columns, rows)}`;
}

const isChanged = (knob: Knob): boolean => text(knob.value) !== text(knob.default);
const text = (value: unknown): string => JSON.stringify(value ?? null);
