import type { Express } from 'express';
import { openApiDocument } from '@quickbite/shared/http';
import type { Endpoint } from '@quickbite/shared/http';
import { mergeDocuments } from '../../domain/api-document/merge-documents.js';
import type { ServiceDocuments } from '../../domain/api-document/read-service-documents.js';
import { routes } from './routes.js';

/** `GET /openapi.json`: the whole API, merged from what the services say about themselves. */
export function mountApiDocument(
  app: Express,
  options: { readonly own: readonly Endpoint[]; readonly documents: () => Promise<ServiceDocuments> },
): void {
  const own = openApiDocument('api-gateway', options.own);
  // Merged anew only when a service has said something new: anybody may ask, as often as they like.
  let merged: { readonly from: ServiceDocuments; readonly text: string } | undefined;
  app.get('/openapi.json', async (_req, res) => {
    const documents = await options.documents();
    if (merged?.from !== documents)
      merged = { from: documents, text: JSON.stringify(mergeDocuments({ own, routes, documents })) };
    res.type('application/json').send(merged.text);
  });
}
