/* global addEventListener, document, fetch, location */
import { element, prose } from './dom.js';
import { describe } from './schema.js';
import { tryIt } from './try-it.js';

/** Kept by this page alone, and gone with it. */
let accessToken = '';
const byId = (id) => document.getElementById(id);

function renderAbout({ info }) {
  document.title = `${info.title} API`;
  byId('about').replaceChildren(
    element('h1', {}, `${info.title} API`),
    element('p', {}, info.description ?? ''),
    element('p', { class: 'quiet' }, 'As ', element('a', { href: '/openapi.json' }, 'OpenAPI 3.1'), '.'),
  );
}

function renderAccount() {
  const email = element('input', { type: 'email', placeholder: 'Email', autocomplete: 'username' });
  const password = element('input', { type: 'password', placeholder: 'Password', autocomplete: 'current-password' });
  const token = element('input', {
    placeholder: 'or paste an access token',
    spellcheck: 'false',
    'aria-label': 'Access token',
  });
  const said = element('span', { class: 'quiet', role: 'status' }, 'Routes marked “account” need an access token.');
  token.addEventListener('input', () => {
    accessToken = token.value.trim();
    said.textContent = accessToken ? 'Requests are sent with this token.' : 'Requests are sent without a token.';
  });
  const signIn = async (event) => {
    event.preventDefault();
    const response = await fetch('/api/auth/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: email.value, password: password.value }),
    });
    const answer = await response.json();
    said.textContent = response.ok ? `Signed in as ${answer.user.name}, ${answer.user.role}.` : answer.detail;
    if (!response.ok) return;
    accessToken = answer.accessToken;
    token.value = accessToken;
    password.value = '';
  };
  byId('account').replaceChildren(
    element('form', { onsubmit: signIn }, email, password, element('button', { type: 'submit' }, 'Sign in'), token),
    said,
  );
}

function renderOperation(method, path, operation, root) {
  const answers = Object.entries(operation.responses).map(([status, answer]) => {
    const [type, content] = Object.entries(answer.content ?? {})[0] ?? [];
    return element(
      'details',
      { class: 'answer', open: status.startsWith('2') },
      element(
        'summary',
        {},
        element('code', { class: status < '400' ? 'ok' : 'problem' }, status),
        ' ',
        prose(answer.description),
        ' ',
        type && element('span', { class: 'quiet' }, type),
      ),
      content && element('pre', { tabindex: '0' }, describe(content.schema, root)),
    );
  });
  const parameters = (operation.parameters ?? []).map(({ name, in: place, required, schema, description }) =>
    element(
      'tr',
      {},
      element(
        'td',
        {},
        element('code', {}, name),
        ' ',
        element('span', { class: 'quiet' }, `${place}${required ? '' : ', optional'}`),
      ),
      element('td', {}, element('code', {}, describe(schema, root)), ` ${description ?? schema?.description ?? ''}`),
    ),
  );
  const body = operation.requestBody?.content?.['application/json']?.schema;
  const inside = element('div', { class: 'body' });
  const fill = () => {
    if (inside.hasChildNodes()) return;
    inside.append(
      operation.description ? element('p', {}, operation.description) : '',
      ...(parameters.length > 0 ? [element('h3', {}, 'Parameters'), element('table', {}, ...parameters)] : []),
      ...(body ? [element('h3', {}, 'Body'), element('pre', { tabindex: '0' }, describe(body, root))] : []),
      element('h3', {}, 'Answers'),
      ...answers,
      tryIt({ method, path, operation, root, token: () => accessToken }),
    );
  };
  const shown = element(
    'details',
    { class: 'operation', id: operation.operationId },
    element(
      'summary',
      {},
      element('span', { class: `method ${method}` }, method.toUpperCase()),
      element('span', { class: 'path' }, path),
      element('span', { class: 'about' }, prose(operation.summary)),
      element(
        'span',
        { class: 'chips' },
        operation.security?.length > 0 && element('span', { class: 'chip' }, 'account'),
        operation['x-rate-limit'] && element('span', { class: 'chip', title: 'rate limit' }, operation['x-rate-limit']),
      ),
    ),
    inside,
  );
  shown.addEventListener('toggle', fill);
  return shown;
}

function openLinked() {
  const linked = byId(decodeURIComponent(location.hash.slice(1)));
  if (!linked) return;
  linked.open = true;
  linked.scrollIntoView();
}

function renderOperations(root) {
  const all = Object.entries(root.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const contents = [element('a', { class: 'brand', href: '#' }, root.info.title)];
  const groups = [];
  for (const { name, description } of root.tags) {
    const members = all.filter(({ operation }) => operation.tags?.includes(name));
    if (members.length === 0) continue;
    contents.push(element('h2', {}, name));
    groups.push(element('h2', { class: 'group' }, name), element('p', { class: 'quiet' }, description));
    for (const { path, method, operation } of members) {
      contents.push(
        element(
          'a',
          { class: 'entry', href: `#${operation.operationId}`, title: `${method.toUpperCase()} ${path}` },
          element('span', { class: `method ${method}` }, method === 'delete' ? 'DEL' : method.toUpperCase()),
          prose(operation.summary),
        ),
      );
      groups.push(renderOperation(method, path, operation, root));
    }
  }
  byId('contents').replaceChildren(...contents);
  byId('operations').replaceChildren(...groups);
  byId('operations').removeAttribute('aria-busy');
  const missing = root['x-missing'] ?? [];
  if (missing.length > 0)
    byId('notice').textContent =
      `Not listed, because nothing describes it now: ${missing.join(', ')}. Load the page again later.`;
}

try {
  const response = await fetch('/openapi.json');
  const root = await response.json();
  renderAbout(root);
  renderAccount();
  renderOperations(root);
  openLinked();
  addEventListener('hashchange', openLinked);
} catch (error) {
  byId('operations').replaceChildren(
    element('p', {}, `/openapi.json could not be read: ${error}. Load the page again.`),
  );
}
