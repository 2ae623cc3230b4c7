/** Follows a reference into the document. */
function resolve(schema, root) {
  if (typeof schema?.$ref !== 'string') return schema ?? {};
  return (
    schema.$ref
      .slice(2)
      .split('/')
      .reduce((value, name) => value?.[name], root) ?? {}
  );
}

/** The schema in a notation that reads like the JSON that it describes: `name: string (1..100)`. */
export function describe(schema, root, indent = '') {
  const one = resolve(schema, root);
  const variants = one.anyOf ?? one.oneOf;
  if (variants) return variants.map((variant) => describe(variant, root, indent)).join(' | ');
  if (one.const !== undefined) return JSON.stringify(one.const);
  if (one.enum) return one.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (one.type === 'object' || one.properties) return describeObject(one, root, indent);
  if (one.prefixItems) return `[${one.prefixItems.map((item) => describe(item, root, indent)).join(', ')}]`;
  if (one.type === 'array') return `[ ${describe(one.items, root, indent)}, … ]${rangeOf(one.minItems, one.maxItems)}`;
  return `${one.type ?? 'anything'}${details(one)}`;
}

function describeObject({ properties = {}, required = [], additionalProperties }, root, indent) {
  const inner = `${indent}  `;
  const lines = Object.entries(properties).map(([name, property]) => {
    const note = resolve(property, root).description;
    const mark = required.includes(name) ? '' : '?';
    return `${inner}${name}${mark}: ${describe(property, root, inner)}${note ? `  // ${note}` : ''}`;
  });
  if (typeof additionalProperties === 'object' && Object.keys(additionalProperties).length > 0)
    lines.push(`${inner}[name]: ${describe(additionalProperties, root, inner)}`);
  return lines.length > 0 ? `{\n${lines.join('\n')}\n${indent}}` : '{ … }';
}

function details({ format, pattern, minLength, maxLength, minimum, maximum, exclusiveMinimum, default: initial }) {
  const parts = [
    format,
    format ? undefined : pattern && `/${pattern}/`,
    rangeOf(minLength, maxLength).trim(),
    rangeOf(minimum ?? exclusiveMinimum, maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum).trim(),
    initial === undefined ? undefined : `default ${JSON.stringify(initial)}`,
  ].filter(Boolean);
  return parts.length > 0 ? ` (${parts.join(', ')})` : '';
}

function rangeOf(least, most) {
  const from = least === undefined || least === Number.MIN_SAFE_INTEGER ? undefined : least;
  if (from === undefined && most === undefined) return '';
  return ` ${from ?? ''}..${most ?? ''}`;
}

/** A value to start from when somebody tries an operation. */
export function example(schema, root) {
  const one = resolve(schema, root);
  if (one.examples?.length) return one.examples[0];
  if (one.default !== undefined) return one.default;
  if (one.const !== undefined) return one.const;
  if (one.enum) return one.enum[0];
  const variants = one.anyOf ?? one.oneOf;
  if (variants) return example(variants[0], root);
  if (one.type === 'object' || one.properties)
    return Object.fromEntries(
      Object.entries(one.properties ?? {})
        .filter(([name]) => (one.required ?? []).includes(name))
        .map(([name, property]) => [name, exampleOf(name, property, root)]),
    );
  if (one.prefixItems)
    return one.prefixItems.map((item, index) =>
      item.type === 'number' ? [13.405, 52.52][index] : example(item, root),
    );
  if (one.type === 'array') return [example(one.items, root)];
  if (one.type === 'integer' || one.type === 'number') return Math.max(1, one.minimum ?? 1);
  if (one.type === 'boolean') return true;
  return exampleText(one);
}

const KNOWN = {
  currency: 'EUR',
  email: 'ada@example.com',
  name: 'Ada Lovelace',
  paymentToken: 'tok_visa',
  password: 'correct horse',
};

function exampleOf(name, schema, root) {
  const one = resolve(schema, root);
  const isFreeText = one.type === 'string' && !one.enum && one.const === undefined;
  return isFreeText && KNOWN[name] ? KNOWN[name] : example(schema, root);
}

function exampleText({ format, pattern = '' }) {
  if (pattern.includes('{24}')) return '0123456789abcdef01234567';
  if (format === 'email') return KNOWN.email;
  if (format === 'date-time') return '2026-01-31T12:00:00.000Z';
  return 'text';
}
