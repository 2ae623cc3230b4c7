import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

/** Relative to the repository's root. */
export const SOURCES_FILE = 'study/sources/sections.yml';

const schema = z.strictObject({
  sections: z.array(
    z.strictObject({
      id: z.string(),
      title: z.string(),
      guides: z.array(z.enum(['complete', 'knowledge'])),
      /** A heading that only holds others together: they are covered, not it. */
      group: z.boolean().default(false),
    }),
  ),
  questions: z.array(z.strictObject({ id: z.string(), title: z.string() })),
});

/** Every heading of the two source guides, and every question in them. */
export type Sources = Readonly<z.output<typeof schema>>;

/** @param root of the repository */
export async function readSources(root: string): Promise<Sources> {
  return schema.parse(parse(await readFile(path.join(root, SOURCES_FILE), 'utf8')));
}
