import { z } from 'zod';
import { callLab } from './lab-endpoint.js';
import type { LabEndpoint } from './lab-endpoint.js';

const knob = z.object({
  name: z.string(),
  description: z.string(),
  default: z.unknown(),
  value: z.unknown(),
  schema: z.unknown(),
});

/** What a service says of its knobs, running or not. */
export const knobsDocument = z.object({ service: z.string(), knobs: z.array(knob) });

/** One documented switch of a service. */
export type Knob = z.infer<typeof knob>;
/** Values of knobs by name. */
export type KnobValues = Readonly<Record<string, unknown>>;

/** Reads the knobs of a running service. */
export async function readKnobs(service: LabEndpoint): Promise<readonly Knob[]> {
  return (await callLab(service, '/internal/knobs', knobsDocument)).knobs;
}

/** Changes several knobs at once, or none; answers them all as they are afterwards. */
export async function setKnobs(service: LabEndpoint, values: KnobValues): Promise<readonly Knob[]> {
  return (await callLab(service, '/internal/knobs', knobsDocument, { put: values })).knobs;
}
