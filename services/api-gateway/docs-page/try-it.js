/* global AbortController, TextDecoder, URLSearchParams, crypto, fetch, performance */
import { element } from './dom.js';
import { example } from './schema.js';

const SHOWN_HEADERS = ['x-correlation-id', 'ratelimit', 'retry-after', 'x-cache', 'x-fallback', 'age', 'location'];

/** The form that sends a request to this gateway and shows what it answers. */
export function tryIt({ method, path, operation, root, token }) {
  const fields = new Map();
  const rows = (operation.parameters ?? []).map((parameter) => {
    const value = parameter.required || parameter.schema?.default !== undefined ? example(parameter.schema, root) : '';
    const initial = parameter.name === 'idempotency-key' ? (crypto.randomUUID?.() ?? String(Date.now())) : value;
    const input = element('input', { value: initial, 'aria-label': parameter.name, spellcheck: 'false' });
    fields.set(parameter, input);
    return element(
      'tr',
      {},
      element('td', {}, element('code', {}, parameter.name), ' ', element('span', { class: 'quiet' }, parameter.in)),
      element('td', {}, input),
    );
  });
  const schema = operation.requestBody?.content?.['application/json']?.schema;
  const body = schema && element('textarea', { 'aria-label': 'Body', spellcheck: 'false' });
  if (body) body.value = JSON.stringify(example(schema, root), null, 2);
  const output = element('div', { role: 'status' });
  const send = element('button', { class: 'main', type: 'button' }, 'Send');
  const stop = element('button', { type: 'button', hidden: true }, 'Stop');
  let running;
  stop.addEventListener('click', () => running?.abort());

  send.addEventListener('click', async () => {
    running = new AbortController();
    send.disabled = true;
    stop.hidden = false;
    try {
      await exchange({ method, path, fields, body: body?.value, token: token(), output, signal: running.signal });
    } catch (error) {
      output.append(element('p', { class: 'quiet' }, running.signal.aborted ? 'Stopped.' : String(error)));
    } finally {
      send.disabled = false;
      stop.hidden = true;
    }
  });

  return element(
    'div',
    {},
    element('h3', {}, 'Try it'),
    rows.length > 0 && element('table', {}, ...rows),
    body,
    element('div', { class: 'row' }, send, stop),
    output,
  );
}

async function exchange({ method, path, fields, body, token, output, signal }) {
  let url = path;
  const query = new URLSearchParams();
  const headers = { ...(token && { authorization: `Bearer ${token}` }) };
  for (const [{ name, in: place }, { value }] of fields) {
    if (place === 'path') url = url.replace(`{${name}}`, encodeURIComponent(value));
    else if (value !== '' && place === 'query') query.set(name, value);
    else if (value !== '' && place === 'header') headers[name] = value;
  }
  if (query.size > 0) url += `?${query}`;
  if (body !== undefined) headers['content-type'] = 'application/json';
  const started = performance.now();
  output.replaceChildren(element('p', { class: 'quiet' }, 'Waiting…'));
  const response = await fetch(url, { method: method.toUpperCase(), headers, body, signal });
  const ms = Math.round(performance.now() - started);
  const shown = element('pre', { tabindex: '0' });
  output.replaceChildren(
    element(
      'p',
      {},
      element('strong', {}, `${response.status} ${response.statusText}`),
      ` in ${ms} ms  `,
      element('code', { class: 'quiet' }, `${method.toUpperCase()} ${url}`),
    ),
    headerTable(response.headers),
    shown,
  );
  await show(response, shown);
}

function headerTable(headers) {
  const rows = SHOWN_HEADERS.filter((name) => headers.has(name)).map((name) =>
    element('tr', {}, element('td', {}, element('code', {}, name)), element('td', {}, headers.get(name))),
  );
  return element('table', {}, ...rows);
}

/** A stream is shown as it comes, JSON in a readable form. */
async function show(response, shown) {
  const type = response.headers.get('content-type') ?? '';
  if (!type.startsWith('text/event-stream')) {
    const text = await response.text();
    shown.textContent = /json/.test(type) ? JSON.stringify(JSON.parse(text), null, 2) : text || 'no body';
    return;
  }
  const decoder = new TextDecoder();
  for await (const chunk of response.body) shown.append(decoder.decode(chunk, { stream: true }));
}
