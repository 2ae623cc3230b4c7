/** A text with its placeholders filled in. */
export type Render = (values: Readonly<Record<string, string>>) => string;

const PLACEHOLDER = /\{\{(.*?)\}\}/g;

/**
 * Compiles a text with `{{placeholders}}`. There is nothing else to it: no expressions, no code, values are inserted as they are.
 * @param names what the text may mention
 * @throws Error at once when it mentions something else: at start, rather than as a hole in a message
 */
export function compileTemplate(text: string, names: readonly string[]): Render {
  for (const [placeholder, name = ''] of text.matchAll(PLACEHOLDER))
    if (!names.includes(name))
      throw new Error(`The template "${text}" has ${placeholder}; expected one of ${names.join(', ')}.`);
  return (values) =>
    text.replace(PLACEHOLDER, (placeholder, name: string) => {
      const value = Object.hasOwn(values, name) ? values[name] : undefined;
      if (value === undefined) throw new Error(`The template "${text}" was given no value for ${placeholder}.`);
      return value;
    });
}
