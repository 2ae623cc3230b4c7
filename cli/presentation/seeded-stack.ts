import type { SeededStack } from '@quickbite/scenarios/seed';
import { renderTable } from './table.js';
import type { Theme } from './theme.js';

/** What is in the city now, and three commands to try on it, with real ids and credentials. */
export function renderSeededStack(seeded: SeededStack, theme: Theme): string {
  const { seed, stackId, ms, parts, absent } = seeded;
  const isNew = parts.some(({ inserted }) => inserted > 0);
  const head = isNew
    ? `${theme.ok(theme.symbols.ok)} ${theme.heading(`City ${seed}`)} is in the stack "${stackId}" ${theme.muted(`(${(ms / 1000).toFixed(1)} s)`)}`
    : `${theme.ok(theme.symbols.ok)} ${theme.heading(`City ${seed}`)} was in the stack "${stackId}" already; nothing was changed`;
  const rows = parts.map(({ kind, count, inserted }) => [`  ${kind}`, String(count), String(inserted)]);
  const table = renderTable(
    theme,
    [{ title: '  what' }, { title: 'there', align: 'right' }, { title: 'new', align: 'right' }],
    rows,
  );
  const missing = absent.length > 0 ? [theme.warn(`Left out, because not in this stack: ${absent.join(', ')}.`)] : [];
  return [head, table, ...missing, ...credentials(seeded, theme), ...nextSteps(seeded, theme)].join('\n\n');
}

function credentials({ examples }: SeededStack, theme: Theme): string[] {
  const { accounts, password } = examples;
  if (accounts.length === 0 || password === undefined) return [];
  const rows = accounts.map(({ role, email, name }) => [`  ${role}`, theme.strong(email), theme.muted(name)]);
  const columns = [{ title: '  role' }, { title: 'email' }, { title: 'name' }];
  return [`Everybody's password is ${theme.strong(password)}\n${renderTable(theme, columns, rows)}`];
}

function nextSteps({ examples, gatewayUrl }: SeededStack, theme: Theme): string[] {
  const [restaurant] = examples.restaurants;
  const customer = examples.accounts.find(({ role }) => role === 'customer');
  const { password, deliveryLocation } = examples;
  if (!gatewayUrl || !restaurant || !customer || password === undefined) return [];
  const order = {
    restaurantId: restaurant.id,
    items: [{ menuItemId: restaurant.dish.id, quantity: 1 }],
    deliveryLocation,
  };
  const json = "-H 'content-type: application/json'";
  const steps: readonly (readonly [string, string])[] = [
    [`See the menu of ${restaurant.name}`, `curl -s ${gatewayUrl}/api/restaurants/${restaurant.id}`],
    [
      `Sign in as ${customer.name}`,
      `TOKEN=$(curl -s ${gatewayUrl}/api/auth/login ${json} -d '${JSON.stringify({ email: customer.email, password })}' | sed 's/.*"accessToken":"\\([^"]*\\)".*/\\1/')`,
    ],
    [
      `Order ${restaurant.dish.name}`,
      `curl -s ${gatewayUrl}/api/orders ${json} -H "authorization: Bearer $TOKEN" -H "idempotency-key: $(date +%s)" -d '${JSON.stringify(order)}'`,
    ],
  ];
  // Not wrapped: they are there to be copied.
  return [steps.map(([what, command]) => `${what}:\n  ${theme.command(command)}`).join('\n')];
}
