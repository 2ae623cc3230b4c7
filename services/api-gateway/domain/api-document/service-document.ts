import { z } from 'zod';

const response = z.looseObject({ description: z.string() });

/** One operation of a service's document; what the gateway does not touch passes through. */
const operationSchema = z.looseObject({
  summary: z.string(),
  operationId: z.string(),
  responses: z.record(z.string(), response),
});
export type Operation = z.infer<typeof operationSchema>;

/** What the gateway reads of a service's `/openapi.json`. */
export const serviceDocumentSchema = z.object({
  paths: z.record(z.string(), z.record(z.string(), operationSchema)),
});
export type ServiceDocument = z.infer<typeof serviceDocumentSchema>;
