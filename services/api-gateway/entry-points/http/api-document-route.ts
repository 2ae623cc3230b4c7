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
  app.get('/openapi.json', async (_req, res) => {
    res.json(mergeDocuments({ own, routes, documents: await options.documents() }));
  });
}
