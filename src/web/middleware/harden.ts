import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** Headers for answers that are data and are read by HubSpot's proxy alone: nothing may be embedded, run or kept. */
export function harden(): RequestHandler[] {
  const headers = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    xFrameOptions: { action: 'deny' },
  });
  return [
    headers,
    (_request, response, next) => {
      response.setHeader('Cache-Control', 'no-store');
      next();
    },
  ];
}
