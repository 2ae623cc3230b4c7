import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { static as serveFiles } from 'express';
import type { Express } from 'express';

/** The page loads its own files and asks this gateway, and nothing else. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** `GET /docs`: a page that shows `/openapi.json` and lets people try it. */
export function mountDocsPage(app: Express): void {
  const files = serveFiles(join(packageFolder(), 'docs-page'), {
    index: 'index.html',
    // The page names its files relative to /docs/.
    redirect: true,
    setHeaders(res) {
      res.setHeader('content-security-policy', POLICY);
      res.setHeader('cache-control', 'no-cache');
    },
  });
  app.use('/docs', files);
}

/** The files are no sources: they lie beside them, not in the folder that is built. */
function packageFolder(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}
